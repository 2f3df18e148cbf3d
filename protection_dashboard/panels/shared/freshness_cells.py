# SPDX-License-Identifier: Apache-2.0
"""How fresh copies are, as cells and pages say it."""

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


def freshness_label(known):
    """The state of a Standing or a Freshness: an icon and a word."""
    icon, colour, word, _message = FRESHNESS_STATES[known.state]
    return cells.icon_label(icon, colour, word)


def freshness_cell(standing):
    """A plan's state, the age of its last good run, and failures since."""
    good, label = standing.last_good, freshness_label(standing)
    if good:
        label = format_html(
            '{}&ensp;{}', label, cells.relative_time(good.started)
        )
    if not standing.failures:
        return label
    return cells.stacked([label, _failures_text(standing)])


def health_sentence(standing):
    """How the plan stands: an icon, a word and a sentence."""
    icon, colour, word, message = FRESHNESS_STATES[standing.state]
    good = standing.last_good
    sentence = format_html(
        str(message).replace('%(when)s', '{0}').replace('%(due)s', '{1}'),
        cells.relative_time(good and good.started),
        cells.relative_time(standing.fresh_until),
    )
    return format_html(
        '<span class="fa fa-{} text-{}" aria-hidden="true"></span> '
        '<strong>{}</strong> {} {}',
        icon,
        colour,
        word,
        sentence,
        _failures_text(standing),
    )


def _failures_text(standing):
    count = standing.failures
    if not count:
        return ''
    if standing.state == 'never':
        text = ngettext("%d run has failed.", "%d runs have failed.", count)
    else:
        text = ngettext(
            "%d run has failed since.", "%d runs have failed since.", count
        )
    return text % count
