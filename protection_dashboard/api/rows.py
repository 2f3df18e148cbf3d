# SPDX-License-Identifier: Apache-2.0
"""Rows of long lists as plain objects."""


class Row:
    """What a service tells of one thing, as attributes, and nothing else.

    In the place of a client's resource_class: its own costs several times
    what the JSON does.
    """

    def __init__(self, manager, info, *, loaded=False, resp=None):
        self.__dict__ = info


def rows(manager):
    """A client's manager whose lists are Rows."""
    manager.resource_class = Row
    return manager
