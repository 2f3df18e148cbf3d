# SPDX-License-Identifier: Apache-2.0
"""Limits what an error in a plugin can break to what the plugin is for.

Protections, protectables and pickers may be code of third parties, which may
raise anything: a list of many of them must not fail because of one. Here, and
nowhere else, an exception that is no ProtectionError becomes a PluginError
with one sentence; the traceback is in the log.
"""

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
import contextlib
import functools
import logging
import types
import typing
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
    promised: Any = Any,
) -> Callable[Parameters, Any]:
    """``call``, wrapped so that it raises ProtectionErrors only.

    ``name`` is what the sentence of a PluginError calls it. With
    ``otherwise``, ``otherwise(fault)`` is returned and no PluginError raised.
    If ``call`` returns an iterator, a list is returned, as an iterator raises
    while it is read. What it returns has to be of the type ``promised``, or
    a PluginError is raised.
    """

    @functools.wraps(call)
    def guarded(
        *args: Parameters.args, **options: Parameters.kwargs
    ) -> object:
        try:
            with raising_plugin_errors(name):
                found = call(*args, **options)
                found = list(found) if isinstance(found, Iterator) else found
                if not _is_of(found, promised):
                    raise TypeError(
                        f"it gave {type(found).__name__}, not {promised}"
                    )
                return found
        except PluginError as fault:
            if not otherwise:
                raise
            return otherwise(fault)

    return guarded


def _is_of(value: object, kind: Any) -> bool:
    """Whether a value is of an annotation's type, as far as it is looked at.

    Of a list all items are; what is in other containers may be anything.
    """
    if kind is Any:
        return True
    origin = typing.get_origin(kind)
    if origin in (types.UnionType, typing.Union):
        return any(_is_of(value, one) for one in typing.get_args(kind))
    if origin in (list, Iterable):
        (item,) = typing.get_args(kind)
        return isinstance(value, list | tuple) and all(
            _is_of(one, item) for one in value
        )
    plain = type(None) if kind is None else origin or kind
    return not isinstance(plain, type) or isinstance(value, plain)


def _promised(contract: type, name: str) -> Any:
    """What a method of the contract returns, by its annotation."""
    asked = getattr(contract, name)
    # what a contract leaves open is None in it
    hints = typing.get_type_hints(asked) if callable(asked) else {}
    return hints.get('return', Any)


def guard_methods(plugin: Plugin, contract: type) -> Plugin:
    """``plugin`` with the public methods of ``contract`` wrapped.

    ``contract`` is the base class, Protection or Protectable: what its
    methods are annotated to return is what the plugin's have to.
    """
    for name in vars(contract):
        method = getattr(plugin, name)
        if not name.startswith('_') and callable(method):
            promised = _promised(contract, name)
            guarded = guard_function(
                method, plugin.name, _ANSWERS.get(name), promised
            )
            setattr(plugin, name, guarded)
    return plugin
