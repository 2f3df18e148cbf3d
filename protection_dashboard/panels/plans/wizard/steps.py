# SPDX-License-Identifier: Apache-2.0
"""The steps of a plan's form as the page shows them."""

import dataclasses

from django import urls
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from protection_dashboard.forms import schedule_preview
from protection_dashboard.panels.plans.wizard import forms
from protection_dashboard.recurrence import phrases as recurrence_phrases
from protection_dashboard.recurrence.schedule import Schedule

TITLES = {
    'name': _("Name"),
    'resources': _("Resources"),
    'options': _("Options"),
    'schedule': _("Schedule"),
    'retention': _("Retention"),
    'notification': _("Notification"),
    'review': _("Review"),
}


@dataclasses.dataclass(frozen=True)
class FormStep:
    """A part of the page, with its errors as sentences.

    ``first_wrong`` is the name of its first field with an error, or ''.
    """

    slug: str
    number: int
    title: str
    fields: list
    lines: list
    first_wrong: str = ''

    @property
    def template(self):
        return f'protection/plans/wizard/_{self.slug}.html'


def form_steps(form):
    """The FormSteps of a form, in their order."""
    return [
        FormStep(
            slug=slug,
            number=number,
            title=TITLES[slug],
            fields=form.in_step(slug),
            lines=form.step_problems(slug),
            first_wrong=form.first_wrong(slug),
        )
        for number, slug in enumerate(form.STEPS, 1)
    ]


def next_runs_preview(form, now):
    """The next runs of the chosen schedule, None if there is none."""
    if 'frequency' not in form.fields:
        return None
    if form['frequency'].value() == forms.NO_SCHEDULE:
        return None
    return schedule_preview.form_preview(form, now)


def schedule_links(form):
    """The schedules of the document, each with the URL of its page, if any."""
    document = form.document
    armed = 'take' not in form.fields
    return [
        {
            'words': recurrence_phrases.pattern_in_words(
                schedule.pattern, schedule.zone
            ).text(gettext),
            'zone': schedule.zone,
            'paused': schedule.paused,
            'address': _schedule_address(document['id'], schedule.id)
            if armed
            else '',
        }
        for schedule in map(Schedule.from_document, document['schedules'])
    ]


def _schedule_address(plan_id, schedule_id):
    return urls.reverse(
        'horizon:project:protection_schedules:detail',
        args=(plan_id, schedule_id),
    )
