# SPDX-License-Identifier: Apache-2.0
"""What the page of a plan says of its resources and schedules."""

from django import urls
from django.utils.translation import gettext

from protection_dashboard import plugins
from protection_dashboard.panels import addresses
from protection_dashboard.panels import cells


def of_entry(entry):
    """A resource of a plan's document, with its options under their titles."""
    protectable = plugins.protectables().get(entry['type'])
    protection = plugins.protections().get(entry['protection'])
    schema = protection.options_schema if protection else {}
    titles = {
        name: field.get('title', name)
        for name, field in schema.get('properties', {}).items()
    }
    return {
        'name': entry['name'] or entry['id'],
        'type': gettext(protectable.name) if protectable else entry['type'],
        'method': gettext(protection.name)
        if protection
        else entry['protection'],
        'address': addresses.of_resource(entry['type'], entry['id']),
        'options': [
            (gettext(title), entry['options'].get(name))
            for name, title in titles.items()
        ],
    }


def of_schedule(schedule):
    """A schedule of a plan, as its line says it."""
    return {
        'words': cells.in_words(schedule),
        'address': urls.reverse(
            'horizon:project:protection_schedules:detail',
            args=(schedule.plan.id, schedule.id),
        ),
        'next_run': cells.when(schedule.next_run),
        'last_run': cells.last_run(schedule.last_run),
        'state': cells.state(schedule.state),
    }
