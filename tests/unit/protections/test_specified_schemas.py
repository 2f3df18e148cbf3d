# SPDX-License-Identifier: Apache-2.0
"""The schemas of the four specified protections make the expected forms."""

from django import forms
import pytest

from protection_dashboard import plugins
from protection_dashboard.forms import schema_form


def text(title, **keywords):
    return {'type': 'string', 'title': title, **keywords}


def specified(title, required, **properties):
    return {
        'title': title,
        'type': 'object',
        'properties': properties,
        'required': required,
    }


FORCE = {'type': 'boolean', 'title': "Force", 'default': False}
DESCRIPTION = text("Description")
NAMES = {
    'restore_name': text("Restore Name", default=None),
    'restore_description': text("Restore Description", default=None),
}
OPTIONS = [
    specified(
        "Database Instance Protection Options",
        ['backup_name', 'description'],
        backup_name=text("Backup Name"),
        description=DESCRIPTION,
    ),
    specified(
        "Share Protection Options",
        ['snapshot_name', 'description', 'force'],
        snapshot_name=text("Snapshot Name"),
        description=DESCRIPTION,
        force=FORCE,
    ),
    specified(
        "Volume Snapshot Protection Options",
        ['snapshot_name', 'description', 'force'],
        snapshot_name=text("Snapshot Name"),
        description=DESCRIPTION,
        force=FORCE,
    ),
    specified(
        "Freezer Protection Options",
        ['backup_name'],
        backup_name=text("Backup Name", default=None),
        description=DESCRIPTION,
    ),
]
RESTORES = [
    specified("Database Instance Protection Restore", [], **NAMES),
    specified(
        "Share Protection Restore",
        [],
        share_id=text(
            "Share ID",
            description="The target share ID to restore to.",
            default=None,
        ),
        **NAMES,
    ),
    specified("Volume Protection Restore", [], **NAMES),
]
FREEZER_RESTORE = specified(
    "Freezer Protection Restore",
    ['restore_name'],
    restore_name=text("Restore Resource Name", default=None),
)
ALL = [*OPTIONS, *RESTORES, FREEZER_RESTORE]


def filled(schema_, data):
    form = forms.Form(data)
    form.fields.update(schema_form.form_fields(schema_))
    return form


@pytest.mark.parametrize('schema_', ALL, ids=lambda s: s['title'])
def test_a_form_has_the_specified_labels_and_texts(schema_):
    fields = schema_form.form_fields(schema_)
    assert list(fields) == list(schema_['properties'])
    for name, item in schema_['properties'].items():
        assert fields[name].label == item['title']
        assert fields[name].help_text == item.get('description', '')
        assert fields[name].initial == item.get('default')


@pytest.mark.parametrize('schema_', ALL, ids=lambda s: s['title'])
def test_a_form_asks_for_what_is_required(schema_):
    required = set(schema_['required']) - {'force'}
    assert set(filled(schema_, {}).errors) == required


@pytest.mark.parametrize('schema_', OPTIONS, ids=lambda s: s['title'])
def test_options_are_what_was_filled_in(schema_):
    data = dict.fromkeys(schema_['properties'], 'x') | {'force': 'on'}
    form = filled(schema_, data)
    assert form.is_valid()
    value = schema_form.object_value(schema_, form.cleaned_data)
    ticks = {'force': True} if 'force' in schema_['properties'] else {}
    assert value == dict.fromkeys(schema_['properties'], 'x') | ticks
    assert schema_form.validation_problems(schema_, value) == []


@pytest.mark.parametrize('schema_', RESTORES, ids=lambda s: s['title'])
def test_a_restore_without_a_word_is_valid(schema_):
    form = filled(schema_, dict.fromkeys(schema_['properties'], ''))
    assert form.is_valid()
    value = schema_form.object_value(schema_, form.cleaned_data)
    assert value == {}
    assert schema_form.validation_problems(schema_, value) == []


@pytest.mark.parametrize('slug', plugins.protections())
def test_every_installed_protection_has_forms(slug):
    protection = plugins.protection(slug)
    for schema_ in (protection.OPTIONS_SCHEMA, protection.RESTORE_SCHEMA):
        assert set(schema_form.form_fields(schema_)) == set(
            schema_['properties']
        )
