# SPDX-License-Identifier: Apache-2.0
"""Keeps the faults of a plugin to what that plugin is for.

Protections, protectables and pickers are third parties' code, which may raise
anything: a list of many of them shall not fail because of one. Whatever is no
ProtectionError becomes a Fault, one sentence, here and nowhere else; the log
has the traceback.
"""

import collections.abc
import contextlib
import functools
import logging

from protection_dashboard import exceptions

LOG = logging.getLogger(__name__)


class Fault(exceptions.Refused):
    """Code raised what nobody foresaw; ``__cause__`` is that."""


@contextlib.contextmanager
def faults(name):
    """Within it: what is no ProtectionError becomes a Fault of ``name``."""
    try:
        yield
    except exceptions.ProtectionError:
        raise
    except Exception as error:
        LOG.exception('%s failed in a way that nobody foresaw', name)
        raise Fault(
            f"{name} failed in a way that nobody foresaw "
            f"({type(error).__name__}): ask your administrator to look into "
            "the log."
        ) from error


def _no(_fault):
    return False


#: method -> what it answers instead of a Fault: the careful answer
_ANSWERS = {
    'alone': _no,
    'includes': _no,
    'obstacle': str,
    'reason': str,
    'refusal': str,
    'suits': _no,
    'unavailable': str,
}


def function(call, name, otherwise=None):
    """A function that raises ProtectionErrors only; ``name`` is for a person.

    ``otherwise(fault)`` is its answer in place of a Fault. An iterator that
    it gives comes as a list, as it fails while it is read.
    """

    @functools.wraps(call)
    def guarded(*args, **options):
        try:
            with faults(name):
                found = call(*args, **options)
                is_open = isinstance(found, collections.abc.Iterator)
                return list(found) if is_open else found
        except Fault as fault:
            if not otherwise:
                raise
            return otherwise(fault)

    return guarded


def methods(plugin, contract):
    """The object; what its class ``contract`` asks for is guarded."""
    for name in vars(contract):
        method = getattr(plugin, name)
        if not name.startswith('_') and callable(method):
            otherwise = _ANSWERS.get(name)
            setattr(plugin, name, function(method, plugin.name, otherwise))
    return plugin
