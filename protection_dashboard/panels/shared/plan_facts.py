# SPDX-License-Identifier: Apache-2.0
"""What a plan protects, keeps and notifies of, for rows and pages."""

from django.utils.text import capfirst
from django.utils.translation import gettext

from protection_dashboard.common.i18n import TranslatableText
from protection_dashboard.panels.shared import freshness_cells
from protection_dashboard.plans import phrases as plan_phrases
from protection_dashboard.plans import schema as plan_schema
from protection_dashboard.recurrence.schedule import Schedule
from protection_dashboard.ui import cells
from protection_dashboard.ui.markup import format_html
from protection_dashboard.workflows import definitions


def translated(words):
    """A TranslatableText in the user's language; a string as it is."""
    return (
        words.text(gettext) if isinstance(words, TranslatableText) else words
    )


def sentence(words):
    """A text in the user's language that begins with a capital letter."""
    return capfirst(translated(words))


def protects_cell(document, matched=None):
    """A line for the picked resources, and one for each rule.

    ``matched`` is how many resources the rules match today, None if that is
    unknown.
    """
    return cells.stacked(_protects_lines(document, matched)) or gettext(
        "Nothing"
    )


def protects_text(state):
    """What the plan of a PlanState protects, in one line."""
    return '; '.join(_protects_lines(state.plan.document)) or gettext(
        "Nothing"
    )


def _protects_lines(document, matched=None):
    chosen = document.get('selectors', [])
    found = [sentence(plan_phrases.rule_phrase(one)) for one in chosen]
    if found and matched is not None:
        found[-1] += gettext(" (%d today)") % matched
    if document['resources']:
        found.insert(0, cells.resources_text(document['resources']))
    return found


def excludes_cell(document):
    """A line for each rule that excludes resources."""
    return cells.stacked(
        sentence(plan_phrases.rule_phrase(one))
        for one in document.get('exclusions', [])
    )


def retention_cell(document):
    """What is kept: the plan's retention, and those of its schedules."""
    lines = [
        sentence(plan_phrases.retention_phrase(document.get('retention')))
    ]
    lines += [
        gettext("%(schedule)s: %(kept)s")
        % {
            'schedule': cells.schedule_text(schedule),
            'kept': translated(
                plan_phrases.retention_phrase(schedule.retention)
            ),
        }
        for schedule in map(Schedule.from_document, document['schedules'])
        if schedule.retention is not None
    ]
    return cells.stacked(lines)


def schedule_retention(schedule):
    """What is kept of the points of a schedule."""
    rule = schedule.schedule.retention
    if rule is None:
        return gettext("As the plan")
    return sentence(plan_phrases.retention_phrase(rule))


def method_lines(document):
    """``[(type, method)]``: how the plan protects each type."""
    return [
        (
            cells.type_name(slug),
            translated(plan_phrases.protection_phrase(one['protection'])),
        )
        for slug, one in sorted(document.get('methods', {}).items())
    ]


def overview_facts(state):
    """The context of ``_overview.html`` for a PlanState."""
    document = state.plan.document
    return {
        'plan': state.plan,
        'health': freshness_cells.health_sentence(state.freshness),
        'rpo': sentence(plan_phrases.rpo_phrase(document)),
        'last_run': cells.run_summary(state.last_run),
        'reason': state.last_run.reason if state.last_run else '',
        'next_run': cells.coming_time(state.next_run),
        'schedules': cells.stacked(map(cells.schedule_text, state.schedules)),
        'protects': protects_cell(document),
        'excludes': excludes_cell(document),
        'methods': method_lines(document),
        'retention': retention_cell(document),
        'pins': len(state.plan.pins),
        'notifies': _notification_text(document),
        'time_limit': document.get(
            'time_limit', plan_schema.DEFAULT_TIME_LIMIT
        ),
        'workflow': definitions.plan_workflow_name(state.id),
        'changed': _newest_change(state.plan),
        'notes': _schedule_notes(state),
        'foreign': foreign_text(state.plan),
    }


def _newest_change(plan):
    """Who changed the plan last, and when; '' if it does not tell."""
    if not plan.changes:
        return ''
    change = max(plan.changes, key=lambda one: one.at)
    return format_html('{}, {}', change.by, cells.relative_time(change.at))


def _schedule_notes(state):
    """What the schedules say of changes by others than who armed them."""
    notes = [one.note for one in state.schedules]
    return [*dict.fromkeys(note.text(gettext) for note in notes if note)]


def foreign_text(plan):
    """That the workflow is none of ours, as a sentence; '' if it is."""
    return plan.is_foreign and gettext(
        "Its workflow was changed outside of Horizon, or by a newer version "
        "of Horizon: what it does may not be what stands here. Edit Plan and "
        "Save write it anew."
    )


def _notification_text(document):
    return sentence(
        plan_phrases.notification_phrase(document.get('notification', {}))
    )


def notification_lines(document):
    """When people are told and by which way, then each address."""
    found = document.get('notification', {})
    hook = found.get('webhook')
    return [
        _notification_text(document),
        *([hook] if hook else []),
        *found.get('emails', ()),
    ]
