# SPDX-License-Identifier: Apache-2.0
"""Protectables, protections and pickers, found by entry point.

One that cannot be loaded, or whose schemas no form can be made of, is logged
and left out; everything else works.
"""

import dataclasses
import functools
from importlib import metadata
import logging
import pkgutil

from protection_dashboard import exceptions
from protection_dashboard.common import plugin_errors
from protection_dashboard.schemas import dialect

LOG = logging.getLogger(__name__)

PROTECTABLES = 'protection_dashboard.protectables'
PROTECTIONS = 'protection_dashboard.protections'
PICKERS = 'protection_dashboard.pickers'


def installed_version() -> str:
    """The version of this package that is installed, such as '0.1.0'."""
    return metadata.version('protection-dashboard')


@dataclasses.dataclass(frozen=True)
class Installed:
    """What a group of entry points gives: objects, and why one is broken.

    Both are ``{name of the entry point: ...}``, sorted by name.
    """

    working: dict
    broken: dict


@functools.cache
def installed(group):
    """The :class:`Installed` of a group, loaded once in a process."""
    found = Installed({}, {})
    for point in sorted(
        metadata.entry_points(group=group), key=lambda point: point.name
    ):
        try:
            with plugin_errors.faults(f'{point.name} = {point.value}'):
                found.working[point.name] = _LOADERS[group](point)
        except plugin_errors.Fault as fault:
            LOG.error(
                'The entry point %s = %s of %s cannot be used: %s',
                point.name,
                point.value,
                group,
                fault.__cause__,
            )
            found.broken[point.name] = str(fault.__cause__)
    return found


def _made(point, base):
    """An object of the class that an entry point names."""
    made, contract = point.load()(), pkgutil.resolve_name(base)
    if not isinstance(made, contract):
        raise TypeError(f"{point.value} is no subclass of {base}")
    if made.slug != point.name:
        raise ValueError(f"its slug is {made.slug!r}, not {point.name!r}")
    return plugin_errors.methods(made, contract)


def _protectable(point):
    return _made(point, f'{PROTECTABLES}.base:Protectable')


def _protection(point):
    made = _made(point, f'{PROTECTIONS}.base:Protection')
    for name in ('options_schema', 'restore_schema'):
        try:
            dialect.check(getattr(made, name))
        except dialect.UnsupportedSchema as error:
            raise ValueError(f"in its {name}, {error}") from error
    return made


def _picker(point):
    picker = point.load()
    if not callable(picker):
        raise TypeError(f"{point.value} is no function")
    return plugin_errors.function(picker, point.name)


_LOADERS = {
    PROTECTABLES: _protectable,
    PROTECTIONS: _protection,
    PICKERS: _picker,
}


def protectables():
    """``{slug: Protectable}`` in the order of their slugs."""
    return installed(PROTECTABLES).working


def protections():
    """``{slug: Protection}`` in the order of their slugs."""
    return installed(PROTECTIONS).working


def pickers():
    """``{name: function of a cloud that gives [(value, label)]}``."""
    return installed(PICKERS).working


def protectable(slug):
    """One protectable; a sentence says it when there is none."""
    return _one(installed(PROTECTABLES), slug, "resource type")


def protection(slug):
    """One protection; a sentence says it when there is none.

    NotFound when it is not installed, Refused when it is, but broken.
    """
    return _one(installed(PROTECTIONS), slug, "protection")


def _one(found, slug, what):
    if slug in found.broken:
        raise exceptions.Refused(
            f"The {what} {slug} cannot be used here: {found.broken[slug]}."
        )
    if slug not in found.working:
        raise exceptions.NotFound(
            f"The {what} {slug} is not installed here: ask your "
            "administrator for it."
        )
    return found.working[slug]


def for_type(slug):
    """The protections that can protect a type, the most special one first."""
    found = [p for p in protections().values() if slug in p.protectables]
    return sorted(found, key=lambda protection: len(protection.protectables))


def missing(cloud, service_type, service):
    """A sentence when the catalog lacks a service, else ''."""
    if not service_type or cloud.has(service_type):
        return ''
    return (
        f"{service} is not part of this cloud: ask your administrator for it."
    )
