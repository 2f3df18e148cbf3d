# SPDX-License-Identifier: Apache-2.0
"""Limits what an error in a plugin can break to what the plugin is for.

Protections, protectables and pickers may be code of third parties, which may
raise anything: a list of many of them must not fail because of one. Here, and
nowhere else, an exception that is no ProtectionError becomes a PluginError
with one sentence; the traceback is in the log.
"""

from collections.abc import Callable
from collections.abc import Iterator
import contextlib
import functools
import logging
from typing import Any
from typing import ParamSpec
from typing import Protocol
from typing import TypeVar

from protection_dashboard import exceptions

LOG = logging.getLogger(__name__)
Parameters = ParamSpec('Parameters')


class Named(Protocol):
    """An instance of a plugin's class."""

    @property
    def name(self) -> str:
        """The name for users."""


Plugin = TypeVar('Plugin', bound=Named)


class PluginError(exceptions.Refused):
    """A plugin raised an unexpected exception, which is ``__cause__``."""


@contextlib.contextmanager
def raising_plugin_errors(name: str) -> Iterator[None]:
    """Turn other exceptions than ProtectionErrors into a PluginError."""
    try:
        yield
    except exceptions.ProtectionError:
        raise
    except Exception as error:
        LOG.exception('%s failed in a way that nobody foresaw', name)
        raise PluginError(
            f"{name} failed in a way that nobody foresaw "
            f"({type(error).__name__}): ask your administrator to look into "
            "the log."
        ) from error


def _no(_fault: PluginError) -> bool:
    return False


#: method -> what it returns in place of a PluginError: the cautious answer
_ANSWERS: dict[str, Callable[[PluginError], object]] = {
    'alone': _no,
    'includes': _no,
    'obstacle': str,
    'reason': str,
    'refusal': str,
    'suits': _no,
    'unavailable': str,
}


def guard_function(
    call: Callable[Parameters, Any],
    name: str,
    otherwise: Callable[[PluginError], object] | None = None,
) -> Callable[Parameters, Any]:
    """``call``, wrapped so that it raises ProtectionErrors only.

    ``name`` is what the sentence of a PluginError calls it. With
    ``otherwise``, ``otherwise(fault)`` is returned and no PluginError raised.
    If ``call`` returns an iterator, a list is returned, as an iterator raises
    while it is read.
    """

    @functools.wraps(call)
    def guarded(
        *args: Parameters.args, **options: Parameters.kwargs
    ) -> object:
        try:
            with raising_plugin_errors(name):
                found = call(*args, **options)
                is_open = isinstance(found, Iterator)
                return list(found) if is_open else found
        except PluginError as fault:
            if not otherwise:
                raise
            return otherwise(fault)

    return guarded


def guard_methods(plugin: Plugin, contract: type) -> Plugin:
    """``plugin`` with the public methods of ``contract`` wrapped.

    ``contract`` is the base class, Protection or Protectable.
    """
    for name in vars(contract):
        method = getattr(plugin, name)
        if not name.startswith('_') and callable(method):
            otherwise = _ANSWERS.get(name)
            setattr(
                plugin, name, guard_function(method, plugin.name, otherwise)
            )
    return plugin
