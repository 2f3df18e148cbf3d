# SPDX-License-Identifier: Apache-2.0
"""Cells about the freshness of plans and of resources."""

from django.utils import formats
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from protection_dashboard.ui import cells
from protection_dashboard.ui.markup import format_html

#: state of a PlanFreshness -> (icon, Bootstrap's colour, word, sentence)
FRESHNESS_STATES = {
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
        _("The last good run was %(when)s; a newer one was promised %(due)s."),
    ),
    'never': (
        'circle',
        'muted',
        _("No copy yet"),
        _("No run has protected everything yet."),
    ),
    'unknown': (
        'question-circle',
        'muted',
        _("Unknown"),
        _("No good run is among the newest executions."),
    ),
}


def freshness_label(fresh):
    """The state of a PlanFreshness or a Freshness: an icon and a word."""
    icon, colour, word, _message = FRESHNESS_STATES[fresh.state]
    return cells.icon_label(icon, colour, word)


def freshness_cell(fresh):
    """A PlanFreshness: state, age of the last good run, failures since."""
    good, label = fresh.last_good, freshness_label(fresh)
    if good:
        label = format_html(
            '{}&ensp;{}', label, cells.relative_time(good.started)
        )
    more = [_failures_text(fresh), _ended_text(fresh)]
    return cells.stacked([label, *filter(None, more)]) if any(more) else label


def health_sentence(fresh):
    """A PlanFreshness as an icon, a word and a sentence."""
    icon, colour, word, message = FRESHNESS_STATES[fresh.state]
    good = fresh.last_good
    sentence = format_html(
        str(message).replace('%(when)s', '{0}').replace('%(due)s', '{1}'),
        cells.relative_time(good and good.started),
        cells.relative_time(fresh.fresh_until),
    )
    return format_html(
        '<span class="fa fa-{} text-{}" aria-hidden="true"></span> '
        '<strong>{}</strong> {} {} {}',
        icon,
        colour,
        word,
        sentence,
        _failures_text(fresh),
        _ended_text(fresh),
    )


def _ended_text(fresh):
    if not fresh.ended:
        return ''
    local = timezone.localtime(fresh.ended)
    text = gettext("It ended on %s, no newer copy is planned.")
    return text % formats.date_format(local, 'DATE_FORMAT')


def _failures_text(fresh):
    count = fresh.failures
    if not count:
        return ''
    if fresh.state == 'never':
        text = ngettext("%d run has failed.", "%d runs have failed.", count)
    else:
        text = ngettext(
            "%d run has failed since.", "%d runs have failed since.", count
        )
    return text % count
