# SPDX-License-Identifier: Apache-2.0
"""What a plan protects, keeps and tells, as its page and its row say it."""

from django.utils.text import capfirst
from django.utils.translation import gettext

from protection_dashboard.common.i18n import Words
from protection_dashboard.panels.shared import freshness_cells
from protection_dashboard.plans import phrases as plan_phrases
from protection_dashboard.plans import schema as plan_schema
from protection_dashboard.recurrence.schedule import Schedule
from protection_dashboard.ui import cells
from protection_dashboard.workflows import definitions


def text(words):
    """Words, or a string, in the user's language."""
    return words.text(gettext) if isinstance(words, Words) else words


def sentence(words):
    return capfirst(text(words))


def protects(document, matched=None):
    """One line for what was picked, and one for each selector.

    ``matched`` is how many resources the selectors match today, None when
    nobody knows.
    """
    return cells.lines(_protects(document, matched)) or gettext("Nothing")


def protects_text(state):
    """What the plan of a PlanState protects, in one line."""
    return '; '.join(_protects(state.plan.document)) or gettext("Nothing")


def _protects(document, matched=None):
    chosen = document.get('selectors', [])
    found = [sentence(plan_phrases.selector(one)) for one in chosen]
    if found and matched is not None:
        found[-1] += gettext(" (%d today)") % matched
    if document['resources']:
        found.insert(0, cells.counted(document['resources']))
    return found


def excludes(document):
    return cells.lines(
        sentence(plan_phrases.selector(one))
        for one in document.get('exclusions', [])
    )


def keeps(document):
    """What retention keeps: the plan's, and those of single schedules."""
    lines = [sentence(plan_phrases.retention(document.get('retention')))]
    lines += [
        gettext("%(schedule)s: %(kept)s")
        % {
            'schedule': cells.in_words(schedule),
            'kept': text(plan_phrases.retention(schedule.retention)),
        }
        for schedule in map(Schedule.from_document, document['schedules'])
        if schedule.retention is not None
    ]
    return cells.lines(lines)


def kept_of(schedule):
    """What retention keeps of the points of a schedule."""
    rule = schedule.schedule.retention
    if rule is None:
        return gettext("As the plan")
    return sentence(plan_phrases.retention(rule))


def methods(document):
    """``(type, method)`` of what the plan protects types with."""
    return [
        (cells.kind(slug), text(plan_phrases.method(one['protection'])))
        for slug, one in sorted(document.get('methods', {}).items())
    ]


def overview(state):
    """What the first tab shows of a PlanState."""
    document = state.plan.document
    return {
        'plan': state.plan,
        'health': freshness_cells.health(state.standing),
        'promise': sentence(plan_phrases.promise(document)),
        'last_run': cells.last_run(state.last_run),
        'reason': state.last_run.reason if state.last_run else '',
        'next_run': cells.when(state.next_run),
        'schedules': cells.lines(map(cells.in_words, state.schedules)),
        'protects': protects(document),
        'excludes': excludes(document),
        'methods': methods(document),
        'keeps': keeps(document),
        'pins': len(state.plan.pins),
        'tells': _tells(document),
        'time_limit': document.get('time_limit', plan_schema.TIME_LIMIT),
        'workflow': definitions.workflow_name(state.id),
    }


def _tells(document):
    return sentence(
        plan_phrases.notification(document.get('notification', {}))
    )
