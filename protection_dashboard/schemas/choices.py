# SPDX-License-Identifier: Apache-2.0
"""The values that a field of a form offers to choose from."""

from collections.abc import Mapping
import dataclasses
from typing import Any


@dataclasses.dataclass(frozen=True)
class Choices:
    """The choices for one option, or why there are none.

    ``offered`` are ``((value, label), ...)``. The value '' stands for no
    value of the option; it is added where the schema does not require one,
    except to ``exact`` choices. If the choices could not be listed,
    ``reason`` is a sentence with the reason, and the user has to type.
    """

    offered: tuple[tuple[Any, str], ...] = ()
    exact: bool = False
    reason: str = ''


@dataclasses.dataclass(frozen=True)
class FormChoices:
    """The Choices of a form: by option's name, else by its picker's name.

    A picker is named by ``x-picker`` in a schema. ``blank`` is the label of
    the value ''.
    """

    options: Mapping[str, Choices] = dataclasses.field(default_factory=dict)
    pickers: Mapping[str, Choices] = dataclasses.field(default_factory=dict)
    blank: str = ''

    def choices_of(self, option: str, picker: str | None) -> Choices | None:
        """The Choices of an option; None if any value may be typed."""
        return self.options.get(option) or self.pickers.get(picker or '')
