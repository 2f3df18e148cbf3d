# SPDX-License-Identifier: Apache-2.0
"""Protectables, protections and pickers, found by entry point.

A plugin that cannot be loaded, or that has a schema of which no form can be
made, is logged and left out; everything else works.
"""

from collections.abc import Callable
import dataclasses
import functools
from importlib import metadata
import logging
import pkgutil
from typing import Any

from protection_dashboard import exceptions
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.common import plugin_errors
from protection_dashboard.schemas import dialect

LOG = logging.getLogger(__name__)

PROTECTABLES = 'protection_dashboard.protectables'
PROTECTIONS = 'protection_dashboard.protections'
PICKERS = 'protection_dashboard.pickers'

#: gives ``[(value, label)]`` of what a user may choose in a cloud
Picker = Callable[[Cloud], list[tuple[str, str]]]


def installed_version() -> str:
    """The version of this package that is installed, such as '0.1.0'."""
    return metadata.version('protection-dashboard')


@dataclasses.dataclass(frozen=True)
class InstalledPlugins:
    """The plugins of a group of entry points.

    ``working`` is ``{name of the entry point: plugin}``, ``broken`` is
    ``{name: why it cannot be used}``; both are sorted by name.
    """

    working: dict[str, Any]
    broken: dict[str, str]


@functools.cache
def installed_plugins(group: str) -> InstalledPlugins:
    """The plugins of a group, which are loaded once in a process."""
    found = InstalledPlugins({}, {})
    for point in sorted(
        metadata.entry_points(group=group), key=lambda point: point.name
    ):
        try:
            with plugin_errors.raising_plugin_errors(
                f'{point.name} = {point.value}'
            ):
                found.working[point.name] = _LOADERS[group](point)
        except plugin_errors.PluginError as fault:
            LOG.error(
                'The entry point %s = %s of %s cannot be used: %s',
                point.name,
                point.value,
                group,
                fault.__cause__,
            )
            found.broken[point.name] = str(fault.__cause__)
    return found


def _instance(point: metadata.EntryPoint, base: str) -> Any:
    """An object of the class that an entry point names.

    ``base`` is where its base class is: that module imports this one.
    """
    plugin, contract = point.load()(), pkgutil.resolve_name(base)
    if not isinstance(plugin, contract):
        raise TypeError(f"{point.value} is no subclass of {base}")
    if plugin.slug != point.name:
        raise ValueError(f"its slug is {plugin.slug!r}, not {point.name!r}")
    return plugin_errors.guard_methods(plugin, contract)


def _load_protectable(point: metadata.EntryPoint) -> Any:
    return _instance(point, f'{PROTECTABLES}.base:Protectable')


def _load_protection(point: metadata.EntryPoint) -> Any:
    plugin = _instance(point, f'{PROTECTIONS}.base:Protection')
    for name in ('options_schema', 'restore_schema'):
        try:
            dialect.check_schema(getattr(plugin, name))
        except dialect.UnsupportedSchema as error:
            raise ValueError(f"in its {name}, {error}") from error
    return plugin


def _load_picker(point: metadata.EntryPoint) -> Any:
    picker = point.load()
    if not callable(picker):
        raise TypeError(f"{point.value} is no function")
    return plugin_errors.guard_function(picker, point.name)


_LOADERS = {
    PROTECTABLES: _load_protectable,
    PROTECTIONS: _load_protection,
    PICKERS: _load_picker,
}


def protectables() -> dict[str, Any]:
    """``{slug: Protectable}``, sorted by slug."""
    return installed_plugins(PROTECTABLES).working


def protections() -> dict[str, Any]:
    """``{slug: Protection}``, sorted by slug."""
    return installed_plugins(PROTECTIONS).working


def pickers() -> dict[str, Picker]:
    """``{name: picker}``, sorted by name."""
    return installed_plugins(PICKERS).working


def protectable(slug: str) -> Any:
    """One Protectable.

    NotInstalled (a NotFound) or, when it is broken, Refused.
    """
    return _plugin(installed_plugins(PROTECTABLES), slug, "resource type")


def protection(slug: str) -> Any:
    """One Protection.

    NotInstalled (a NotFound) or, when it is broken, Refused.
    """
    return _plugin(installed_plugins(PROTECTIONS), slug, "protection")


def _plugin(found: InstalledPlugins, slug: str, what: str) -> Any:
    if slug in found.broken:
        raise exceptions.Refused(
            f"The {what} {slug} cannot be used here: {found.broken[slug]}."
        )
    if slug not in found.working:
        raise exceptions.NotInstalled(
            f"The {what} {slug} is not installed here: ask your "
            "administrator for it."
        )
    return found.working[slug]


def protections_for_type(slug: str) -> list[Any]:
    """The Protections for a type of resource.

    Those that protect the fewest types come first.
    """
    found = [p for p in protections().values() if slug in p.protectables]
    return sorted(found, key=lambda protection: len(protection.protectables))


def missing_service_reason(
    cloud: Cloud, service_type: str, service: str
) -> str:
    """A sentence if the cloud's catalog lacks a service, else ''.

    ``service_type`` is its type in the catalog, ``service`` its name for a
    person. An empty type is that of a plugin that needs no service.
    """
    if not service_type or cloud.has(service_type):
        return ''
    return (
        f"{service} is not part of this cloud: ask your administrator for it."
    )
