# SPDX-License-Identifier: Apache-2.0
"""The table of schedules: those of plans and those of the database client."""

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from horizon import tables

from protection_dashboard.common import clock
from protection_dashboard.executions import records as execution_records
from protection_dashboard.panels.schedules import actions
from protection_dashboard.panels.schedules import timeline
from protection_dashboard.panels.schedules.rows import find_schedule
from protection_dashboard.panels.schedules.rows import is_trove_client_schedule
from protection_dashboard.panels.schedules.rows import row_id
from protection_dashboard.panels.schedules.rows import schedule_address
from protection_dashboard.recurrence import phrases as recurrence_phrases
from protection_dashboard.schedules import expected_runs
from protection_dashboard.ui import addresses
from protection_dashboard.ui import cells
from protection_dashboard.ui import memory_paging
from protection_dashboard.ui import tables as ui_tables
from protection_dashboard.ui.markup import format_html


def name_cell(schedule):
    """The plan's name, or the schedule's own with its origin, as a link."""
    link = format_html(
        '<a href="{}">{}</a>', schedule_address(schedule), schedule.name
    )
    if not is_trove_client_schedule(schedule):
        return link
    return format_html(
        '{}<br><span class="label label-default">{}</span>',
        link,
        gettext("Made with the database client"),
    )


def resources_cell(schedule):
    """The name or the number of the resources that it protects."""
    if not is_trove_client_schedule(schedule):
        return cells.resources_text(schedule.plan.resources)
    instance = schedule.made.instance
    if schedule.instance_name is None:
        return format_html('<s>{}</s> {}', instance, gettext("(deleted)"))
    return schedule.instance_name or instance


def pattern_text(schedule):
    """The schedule as a sentence."""
    words = recurrence_phrases.pattern_in_words(
        schedule.pattern, schedule.zone
    )
    return words.text(gettext)


def last_run_cell(schedule):
    """The state of the last run and when it started."""
    run = schedule.last_run
    if not is_trove_client_schedule(schedule) or not run:
        known = not is_trove_client_schedule(schedule) or schedule.looked
        return cells.run_summary(run) if known else cells.NONE
    return cells.run_link(
        schedule_address(schedule),
        request_state_label(run.state),
        run.started,
    )


def request_state_label(state):
    """The state of a run that ends as soon as Trove accepts the request.

    Its success does not mean that there is a backup.
    """
    text = (
        gettext("Backup requested")
        if state == execution_records.SUCCESS
        else None
    )
    return cells.state_label(state, text)


def week_cell(schedule):
    """How many runs were due in the last 7 days, and how many started.

    Links to the executions of these days.
    """
    now = clock.now()
    counts = schedule.counts_of_week(now)
    text = timeline.week_text(counts)
    if not counts.expected:
        return text
    icon = 'exclamation-triangle text-danger' if counts.missed else ''
    first = timezone.localdate(now - expected_runs.WEEK)
    return format_html(
        '<a href="{}" title="{}">{}{}</a>',
        _executions_address(schedule, first),
        _week_tooltip(schedule, now),
        format_html('<span class="fa fa-{}" aria-hidden="true"></span> ', icon)
        if icon
        else '',
        text,
    )


def _executions_address(schedule, first):
    """The URL of its executions since a date."""
    if is_trove_client_schedule(schedule):
        return schedule_address(schedule)
    index = addresses.page('horizon:project:protection_executions:index')
    # UUIDs and a date need no quoting
    return (
        f'{index}?plan={schedule.plan.id}&schedule={schedule.id}&from={first}'
    )


def _week_tooltip(schedule, now):
    """The span that the numbers count, for the tooltip."""
    known = schedule.known_from
    if known is None or known <= now - expected_runs.WEEK:
        return gettext("Runs that were due in the last 7 days, and began")
    text = gettext("Runs that were due since %s, and began")
    return text % cells.local_time(known)


def state_cell(schedule):
    """Its state, why it is not going to run, and whose changes it runs."""
    label = cells.state_label(schedule.state)
    if is_trove_client_schedule(schedule):
        return label
    lines = [
        format_html('<small>{}</small>', words.text(gettext))
        for words in (schedule.reason, schedule.note)
        if words
    ]
    return cells.stacked([label, *lines])


def runs_as_cell(schedule):
    """The name of the user under whose trust it runs."""
    by = '' if is_trove_client_schedule(schedule) else schedule.by
    return by or cells.NONE


class SchedulesTable(memory_paging.InMemoryTable):
    plan = ui_tables.WrappingColumn(name_cell, verbose_name=_("Plan"))
    resource = ui_tables.WrappingColumn(
        resources_cell, verbose_name=_("Protects")
    )
    words = tables.Column(pattern_text, verbose_name=_("Schedule"))
    zone = tables.Column('zone', verbose_name=_("Zone"))
    next_run = tables.Column(
        lambda schedule: cells.coming_time(schedule.next_run),
        verbose_name=_("Next Run"),
    )
    last_run = tables.Column(last_run_cell, verbose_name=_("Last Run"))
    week = tables.Column(week_cell, verbose_name=_("Last 7 Days"))
    state = ui_tables.WrappingColumn(state_cell, verbose_name=_("State"))
    runs_as = ui_tables.WrappingColumn(runs_as_cell, verbose_name=_("Runs As"))

    def find(self, cloud, obj_id):
        return find_schedule(cloud, obj_id)

    def get_object_id(self, datum):
        return row_id(datum)

    def get_object_display(self, datum):
        return datum.name

    class Meta:
        name = 'schedules'
        verbose_name = _("Schedules")
        row_actions = actions.ROW_ACTIONS
        table_actions: tuple[type, ...] = actions.TABLE_ACTIONS
        no_data_message = _(
            "No schedules yet. Choose Schedule Backup in the row of a "
            "database, a server, a share or a volume."
        )
