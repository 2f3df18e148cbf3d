# SPDX-License-Identifier: Apache-2.0
"""Protectables and protections that are installed, found by entry point."""

import functools
from importlib import metadata

from protection_dashboard import exceptions


@functools.cache
def _load(group):
    points = sorted(metadata.entry_points(group=group), key=lambda p: p.name)
    return {point.name: point.load()() for point in points}


def protectables():
    """``{slug: Protectable}`` in the order of their slugs."""
    return _load('protection_dashboard.protectables')


def protections():
    """``{slug: Protection}`` in the order of their slugs."""
    return _load('protection_dashboard.protections')


def protectable(slug):
    """One protectable; NotFound with a sentence when it is not installed."""
    return _one(protectables(), slug, "resource type")


def protection(slug):
    """One protection; NotFound with a sentence when it is not installed."""
    return _one(protections(), slug, "protection")


def _one(installed, slug, what):
    if slug not in installed:
        raise exceptions.NotFound(
            f"The {what} {slug} is not installed here: ask your "
            "administrator for it."
        )
    return installed[slug]


def for_type(slug):
    """The protections that can protect one type of resource."""
    return [p for p in protections().values() if slug in p.protectables]


def missing(cloud, service_type, service):
    """A sentence when the catalog lacks a service, else ''."""
    if not service_type or cloud.has(service_type):
        return ''
    return (
        f"{service} is not part of this cloud: ask your administrator for it."
    )
