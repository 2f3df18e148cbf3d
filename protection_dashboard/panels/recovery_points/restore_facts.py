# SPDX-License-Identifier: Apache-2.0
"""What the restore wizard knows: the point, its original, the choices."""

import dataclasses
import datetime
import functools
import json

from django.utils.translation import gettext

from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.common import concurrency
from protection_dashboard.forms import choice_fields
from protection_dashboard.forms import schema_form
from protection_dashboard.protectables.base import Resource
from protection_dashboard.protections import pickers
from protection_dashboard.protections.base import Protection
from protection_dashboard.protections.base import RecoveryPoint
from protection_dashboard.schemas.choices import Choices
from protection_dashboard.schemas.choices import FormChoices
from protection_dashboard.ui import cells


@dataclasses.dataclass(frozen=True)
class Replacement:
    """A value of an option that replaces the content of a resource."""

    option: str
    value: str
    resource_id: str
    name: str

    @property
    def value_is(self):
        """The value as protection.js reads it."""
        return json.dumps([self.value])


@dataclasses.dataclass(frozen=True)
class RestoreFacts:
    """A point to restore; ``original`` is None when it is gone.

    ``names`` are ``{id: name}`` of all resources of its type. With a
    sentence in ``trouble`` nothing but ids is known.
    """

    protection: Protection
    point: RecoveryPoint
    original: Resource | None = None
    names: dict = dataclasses.field(default_factory=dict)
    offers: FormChoices = FormChoices()  # noqa: RUF009  frozen
    defaults: dict = dataclasses.field(default_factory=dict)
    trouble: str = ''

    @functools.cached_property
    def replacements(self):
        """Every choice that a restore of this point would overwrite by."""
        properties = self.protection.restore_schema.get('properties', {})
        return [
            Replacement(
                name,
                choice_fields.value_text(value),
                found,
                self.name_of(found),
            )
            for name, item in properties.items()
            for value in self._values(name, item)
            if (found := self.protection.overwrites({name: value}))
        ]

    def _values(self, name, item):
        if name in self.offers.options:
            offered = self.offers.options[name].offered
            return [value for value, _label in offered if value != '']
        return [True] if item['type'] == 'boolean' else item.get('enum', [])

    def name_of(self, resource_id):
        return self.names.get(resource_id) or resource_id

    @property
    def always_replaces(self):
        """Whether there is no choice but to replace."""
        offered = [
            self.offers.options.get(found.option)
            for found in self.replacements
        ]
        return any(one and '' not in dict(one.offered) for one in offered)

    @property
    def titles(self):
        """``[(name of a field, its label)]`` for the review."""
        made = schema_form.form_fields(self.protection.restore_schema)
        return [
            (name, ': '.join([*_group_titles(field), str(field.label)]))
            for name, field in made.items()
        ]

    @property
    def template_context(self):
        """For the templates of the steps."""
        known = not self.trouble
        return {
            'facts': self,
            'point': self.point,
            'original': self.original,
            'taken': cells.local_time(self.point.created)
            if known
            else cells.NONE,
            'size': cells.size_text(self.point.size),
        }


def _group_titles(field):
    return [group.title for group in field.group.path] if field.group else []


def restore_facts(cloud, slug, point_id):
    """The Facts of a point; Refused, with the reason, if it cannot be."""
    protection = plugins.protection(slug)
    wanted = schema_form.picker_names(protection.restore_schema)
    found, _errors = concurrency.gather(
        {
            'point': lambda: _point_facts(cloud, protection, point_id),
            'lists': lambda: pickers.choices_by_picker(cloud, wanted),
        }
    )
    choices = {
        name: Choices(offered=tuple(offered), exact=True)
        for name, offered in found['point'].pop('choices').items()
    }
    offers = FormChoices(choices, found['lists'], gettext("(as it is)"))
    return RestoreFacts(protection, offers=offers, **found['point'])


def _point_facts(cloud, protection, point_id):
    point = protection.show(cloud, point_id)
    if point.state != 'available':
        raise exceptions.Refused(
            f"{point.label} cannot be restored now: its status is "
            f"{point.status}."
        )
    kind = plugins.protectable(point.resource_type)
    found, _errors = concurrency.gather(
        {
            'original': lambda: protection.original(cloud, point),
            'names': lambda: kind.names(cloud),
        },
        {'names': {}},
    )
    original = found['original']
    return {
        **found,
        'point': point,
        'defaults': protection.restore_defaults(point, original),
        'choices': protection.restore_choices(cloud, point, original),
    }


def unknown_facts(slug, point_id, trouble):
    """The Facts of a wizard that was sent while nobody can say more."""
    protection = plugins.protection(slug)
    point = RecoveryPoint(
        id=point_id,
        protection=slug,
        resource_type=protection.protectables[0],
        resource_id='',
        name='',
        description='',
        status='',
        state='',
        created=datetime.datetime.now(datetime.UTC),
    )
    return RestoreFacts(protection, point, trouble=trouble)
