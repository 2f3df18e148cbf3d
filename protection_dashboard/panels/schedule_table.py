# SPDX-License-Identifier: Apache-2.0
"""The table of schedules: those of plans and those of the database client."""

from django import urls
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from horizon import tables

from protection_dashboard import agenda
from protection_dashboard import operations
from protection_dashboard import schedules
from protection_dashboard import tenant
from protection_dashboard import trove_schedules
from protection_dashboard.panels import base
from protection_dashboard.panels import cells

CLIENT = 'client'


def is_clients(schedule):
    """Whether the database client made it, and not a plan of ours."""
    return isinstance(schedule, trove_schedules.Schedule)


def key(schedule):
    """Its id in our tables: its plan's and its own, or its trigger's."""
    owner = CLIENT if is_clients(schedule) else schedule.plan.id
    return f'{owner}:{schedule.id}'


def find(cloud, obj_id):
    """The schedule of such an id; NotFound otherwise."""
    owner, _colon, schedule_id = obj_id.partition(':')
    if owner == CLIENT:
        return trove_schedules.get(cloud, schedule_id)
    return agenda.schedule(cloud, owner, schedule_id)


def address(schedule, view='detail'):
    panel = 'horizon:project:protection_schedules:'
    if is_clients(schedule):
        return urls.reverse(f'{panel}client_{view}', args=(schedule.id,))
    args = (schedule.plan.id, schedule.id)
    return urls.reverse(panel + view, args=args)


def name(schedule):
    """What it belongs to, and who made it if that was not a plan."""
    link = format_html('<a href="{}">{}</a>', address(schedule), schedule.name)
    if not is_clients(schedule):
        return link
    return format_html(
        '{}<br> <span class="label label-default">{}</span>',
        link,
        gettext("Made with the database client"),
    )


def protects(schedule):
    """The names of what it protects."""
    if not is_clients(schedule):
        return cells.counted(schedule.plan.resources)
    instance = schedule.made.instance
    if schedule.instance_name is None:
        return format_html('<s>{}</s> {}', instance, gettext("(deleted)"))
    return schedule.instance_name or instance


def in_words(schedule):
    """The schedule as a sentence; others' patterns may be past words."""
    try:
        return cells.in_words(schedule)
    except schedules.InvalidSchedule:
        pattern = gettext("Cron %(pattern)s") % {'pattern': schedule.pattern}
        return f'{pattern} ({schedule.zone})'


def last_run(schedule):
    """State of its last run and when it was."""
    run = schedule.last_run
    if not is_clients(schedule) or not run:
        known = not is_clients(schedule) or schedule.looked
        return cells.last_run(run) if known else cells.NONE
    return format_html(
        '<a href="{}">{}</a>&ensp;{}',
        address(schedule),
        accepted(run.state),
        cells.when(run.started),
    )


def accepted(state):
    """The state of a run whose success is only that Trove took it."""
    text = gettext("Backup requested") if state == 'SUCCESS' else None
    return cells.state(state, text)


class RunNow(base.BatchAction):
    name = 'run'
    icon = 'play'

    @staticmethod
    def action_present(count):
        return ngettext_lazy("Run Now", "Run Now", count)

    @staticmethod
    def action_past(count):
        return ngettext_lazy("Started", "Started", count)

    def act(self, cloud, obj_id):
        schedule = find(cloud, obj_id)
        if is_clients(schedule):
            trove_schedules.run(cloud, schedule)
            return
        operations.plan_run(
            cloud, schedule.plan, schedule.id, schedule.trigger_id
        )


class ConvertSchedule(tables.LinkAction):
    name = 'convert'
    verbose_name = _("Convert into Plan")
    classes = ('ajax-modal',)
    icon = 'exchange'
    policy_rules = tenant.CHANGE

    def allowed(self, request, schedule=None):
        return schedule is None or is_clients(schedule)

    def get_link_url(self, datum):
        return address(datum, 'convert')


class DeleteSchedule(tables.LinkAction):
    name = 'delete'
    verbose_name = _("Delete Schedule")
    classes = ('ajax-modal',)
    icon = 'trash'
    action_type = 'danger'
    policy_rules = tenant.CHANGE

    def get_link_url(self, datum):
        return address(datum, 'delete')


class Table(base.Table):
    plan = base.TextColumn(name, verbose_name=_("Plan"))
    resource = base.TextColumn(protects, verbose_name=_("Protects"))
    words = tables.Column(in_words, verbose_name=_("Schedule"))
    next_run = tables.Column(
        lambda schedule: cells.when(schedule.next_run),
        verbose_name=_("Next Run"),
    )
    last_run = tables.Column(last_run, verbose_name=_("Last Run"))
    state = tables.Column(
        lambda schedule: cells.state(schedule.state), verbose_name=_("State")
    )

    def find(self, cloud, obj_id):
        return find(cloud, obj_id)

    def get_object_id(self, datum):
        return key(datum)

    def get_object_display(self, datum):
        return datum.name

    class Meta:
        name = 'schedules'
        verbose_name = _("Schedules")
        row_actions = (RunNow, ConvertSchedule, DeleteSchedule)
        multi_select = False
        no_data_message = _(
            "No schedules yet. Choose Schedule Backup in the row of a "
            "database, a server, a share or a volume."
        )
