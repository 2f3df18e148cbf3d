# SPDX-License-Identifier: Apache-2.0
"""What a plan protects, keeps and tells, as its page and its row say it."""

from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from protection_dashboard import freshness
from protection_dashboard import plan_schema
from protection_dashboard import plan_words
from protection_dashboard import plans
from protection_dashboard.panels import cells
from protection_dashboard.words import Words

#: state of a Standing -> (icon, Bootstrap's colour, word, sentence)
_HEALTH = {
    'fresh': (
        'check-circle',
        'success',
        _("Fresh"),
        _("The last good run was %(when)s."),
    ),
    'idle': (
        'check-circle',
        'info',
        _("No promise"),
        _("The last good run was %(when)s; no schedule promises another."),
    ),
    'stale': (
        'exclamation-triangle',
        'danger',
        _("Stale"),
        _("The last good run was %(when)s; another one was due %(due)s."),
    ),
    'never': (
        'circle',
        'muted',
        _("No copy yet"),
        _("No run has protected everything yet."),
    ),
}


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
    chosen = document.get('selectors', [])
    found = [sentence(plan_words.selector(one)) for one in chosen]
    if found and matched is not None:
        found[-1] += gettext(" (%d today)") % matched
    if document['resources']:
        found.insert(0, cells.counted(document['resources']))
    return cells.lines(found) if found else gettext("Nothing")


def excludes(document):
    return cells.lines(
        sentence(plan_words.selector(one))
        for one in document.get('exclusions', [])
    )


def keeps(document):
    """What retention keeps: the plan's, and those of single schedules."""
    lines = [sentence(plan_words.retention(document.get('retention')))]
    lines += [
        gettext("%(schedule)s: %(kept)s")
        % {
            'schedule': cells.in_words(Wish(wish)),
            'kept': text(plan_words.retention(wish['retention'])),
        }
        for wish in document['schedules']
        if 'retention' in wish
    ]
    return cells.lines(lines)


def kept_of(schedule):
    """What retention keeps of the points of a schedule."""
    rule = schedule.wish.get('retention')
    if rule is None:
        return gettext("As the plan")
    return sentence(plan_words.retention(rule))


class Wish:
    """A schedule of a document, as the cells know schedules."""

    def __init__(self, wish):
        self.pattern = wish['pattern']
        self.zone = wish['zone']


def methods(document):
    """``(type, method)`` of what the plan protects types with."""
    return [
        (cells.kind(slug), text(plan_words.method(one['protection'])))
        for slug, one in sorted(document.get('methods', {}).items())
    ]


def health(standing):
    """How the plan stands: an icon, a word and a sentence."""
    icon, colour, word, message = _HEALTH[standing.state]
    good = standing.last_good
    said = format_html(
        str(message).replace('%(when)s', '{0}').replace('%(due)s', '{1}'),
        cells.when(good and good.started),
        cells.when(standing.due),
    )
    return format_html(
        '<span class="fa fa-{} text-{}" aria-hidden="true"></span> '
        '<strong>{}</strong> {} {}',
        icon,
        colour,
        word,
        said,
        _failures(standing),
    )


def _failures(standing):
    count = standing.failures
    if not count:
        return ''
    if standing.state == 'never':
        said = ngettext("%d run has failed.", "%d runs have failed.", count)
    else:
        said = ngettext(
            "%d run has failed since.", "%d runs have failed since.", count
        )
    return said % count


def overview(state, runs):
    """What the first tab shows; ``runs`` may be None."""
    document = state.plan.document
    standing = freshness.of_plan(runs or [], state.schedules, timezone.now())
    return {
        'plan': state.plan,
        'health': health(standing) if runs is not None else '',
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
        'workflow': plans.workflow_name(state.id),
    }


def _tells(document):
    return sentence(plan_words.notification(document.get('notification', {})))
