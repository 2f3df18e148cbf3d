# SPDX-License-Identifier: Apache-2.0
"""A resource of a plan document, as pages show it."""

from django.utils.translation import gettext

from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.ui import addresses
from protection_dashboard.ui import cells


def resource_facts(entry):
    """What templates show of a resource, a ResourceEntry of a plan document.

    ``problem`` is a sentence if its type or its method is not installed.
    """
    protectable = plugins.protectables().get(entry['type'])
    protection = plugins.protections().get(entry['protection'])
    schema = protection.options_schema if protection else {}
    return {
        'name': entry['name'] or entry['id'],
        'type': gettext(protectable.name) if protectable else entry['type'],
        'method': gettext(protection.name)
        if protection
        else entry['protection'],
        'address': addresses.resource_page(entry['type'], entry['id']),
        'options': list(_option_lines(schema, entry['options'])),
        'problem': _missing_plugin(entry),
    }


def _missing_plugin(entry):
    try:
        plugins.protection(entry['protection'])
        plugins.protectable(entry['type'])
    except exceptions.ProtectionError as error:
        return str(error)
    return ''


def _option_lines(schema, options):
    """``(title, text)`` of each option, also of those in groups."""
    for name, item in schema.get('properties', {}).items():
        value = options.get(name)
        if isinstance(value, dict):
            yield from _option_lines(item, value)
        else:
            yield gettext(item.get('title', name)), _value_text(value)


def _value_text(value):
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, list):
        return ', '.join(map(str, value))
    return cells.NONE if value in (None, '') else value
