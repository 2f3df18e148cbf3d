# SPDX-License-Identifier: Apache-2.0
"""Real things that a field of a form offers to choose from."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Choices:
    """What is offered as ``((value, label), ...)``, or why nothing is.

    The value '' is to leave the option out. Unless the choices are ``exact``
    it is offered wherever the schema lets an option be left out. With a
    sentence in ``missing`` nothing is known, and a person has to type.
    """

    offered: tuple = ()
    exact: bool = False
    missing: str = ''


@dataclasses.dataclass(frozen=True)
class Offers:
    """Choices by name of an option, else by name of its picker.

    ``blank`` is the label of leaving an option out.
    """

    options: dict = dataclasses.field(default_factory=dict)
    pickers: dict = dataclasses.field(default_factory=dict)
    blank: str = ''

    def of(self, option, picker):
        """The Choices of an option, or None: anything may be typed."""
        return self.options.get(option) or self.pickers.get(picker)
