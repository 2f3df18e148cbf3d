# SPDX-License-Identifier: Apache-2.0
"""What a plan protects, keeps and tells, as its page and its row say it."""

from django.utils.text import capfirst
from django.utils.translation import gettext

from protection_dashboard.common.i18n import TranslatableText
from protection_dashboard.panels.shared import freshness_cells
from protection_dashboard.plans import phrases as plan_phrases
from protection_dashboard.plans import schema as plan_schema
from protection_dashboard.recurrence.schedule import Schedule
from protection_dashboard.ui import cells
from protection_dashboard.workflows import definitions


def translated(words):
    """Words, or a string, in the user's language."""
    return (
        words.text(gettext) if isinstance(words, TranslatableText) else words
    )


def sentence(words):
    return capfirst(translated(words))


def protects_cell(document, matched=None):
    """One line for what was picked, and one for each selector.

    ``matched`` is how many resources the selectors match today, None when
    nobody knows.
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
    return cells.stacked(
        sentence(plan_phrases.rule_phrase(one))
        for one in document.get('exclusions', [])
    )


def retention_cell(document):
    """What retention keeps: the plan's, and those of single schedules."""
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
    """What retention keeps of the points of a schedule."""
    rule = schedule.schedule.retention
    if rule is None:
        return gettext("As the plan")
    return sentence(plan_phrases.retention_phrase(rule))


def method_lines(document):
    """``(type, method)`` of what the plan protects types with."""
    return [
        (
            cells.type_name(slug),
            translated(plan_phrases.protection_phrase(one['protection'])),
        )
        for slug, one in sorted(document.get('methods', {}).items())
    ]


def overview_facts(state):
    """What the first tab shows of a PlanState."""
    document = state.plan.document
    return {
        'plan': state.plan,
        'health': freshness_cells.health_sentence(state.freshness),
        'rpo': sentence(plan_phrases.rpo_phrase(document)),
        'last_run': cells.run_summary(state.last_run),
        'reason': state.last_run.reason if state.last_run else '',
        'next_run': cells.relative_time(state.next_run),
        'schedules': cells.stacked(map(cells.schedule_text, state.schedules)),
        'protects': protects_cell(document),
        'excludes': excludes_cell(document),
        'methods': method_lines(document),
        'keeps': retention_cell(document),
        'pins': len(state.plan.pins),
        'tells': _notification_text(document),
        'time_limit': document.get(
            'time_limit', plan_schema.DEFAULT_TIME_LIMIT
        ),
        'workflow': definitions.plan_workflow_name(state.id),
    }


def _notification_text(document):
    return sentence(
        plan_phrases.notification_phrase(document.get('notification', {}))
    )
