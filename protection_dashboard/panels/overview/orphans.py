# SPDX-License-Identifier: Apache-2.0
"""The pages of orphans, and of their clean-up.

Their URLs are those of the panel Overview.
"""

import dataclasses
import datetime

from django import http
from django import urls
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from protection_dashboard import exceptions
from protection_dashboard.common import clock
from protection_dashboard.common.references import ResourceRef
from protection_dashboard.coverage import orphan_cleanup
from protection_dashboard.coverage import orphan_facts
from protection_dashboard.coverage import orphans
from protection_dashboard.panels.recovery_points import delete as point_delete
from protection_dashboard.panels.shared import point_rows
from protection_dashboard.ui import cells
from protection_dashboard.ui import confirmation_form
from protection_dashboard.ui import csv_export
from protection_dashboard.ui import request_user
from protection_dashboard.ui import views as ui_views

_PANELS = 'horizon:project:protection_'
_OVERVIEW = _PANELS + 'overview:'
_UNKNOWN_PINS = gettext_noop(
    "It is not known which recovery points are pinned: %s"
)
_POINTS = (orphans.PLANLESS, orphans.SOURCELESS, orphans.LEFT)
#: slug -> (heading, what it means, what cleaning up does)
TEXTS = {
    orphans.SOURCELESS: (
        _("Recovery points of resources that are gone"),
        _("They can still be restored, and may be the only copies."),
        _("Deletes these recovery points for good."),
    ),
    orphans.PLANLESS: (
        _("Recovery points without their plan"),
        _("Nothing removes them by itself. Keep them as long as you like."),
        _("Deletes these recovery points for good."),
    ),
    orphans.LEFT: (
        _("Recovery points of what their plan no longer protects"),
        _(
            "Their resource was taken out of the plan, or its rules no longer "
            "match it. Retention looks at what a plan protects only, so they "
            "stay until somebody deletes them. Pinned ones are not listed."
        ),
        _("Deletes these recovery points for good."),
    ),
    orphans.SCHEDULES: (
        _("Schedules that start nothing"),
        _("Their plan, or their database instance, is gone."),
        _("Deletes their cron triggers. Recovery points stay."),
    ),
    orphans.RESOURCES: (
        _("Resources of plans that are gone"),
        _("Each run of their plan skips them."),
        _("Takes them out of their plans. Recovery points stay."),
    ),
    orphans.LEFTOVERS: (
        _("Jobs left behind"),
        _("Executions that died have left them. The next run removes them."),
        _("Removes them now. Recovery points stay."),
    ),
    orphans.EXEMPTIONS: (
        _("Notes about resources that are gone"),
        _("They say that a resource needs no protection."),
        _("Removes the notes."),
    ),
}


class OrphansView(ui_views.DetailView):
    """All kinds of orphans, each with its count and its first rows."""

    template_name = 'protection/overview/orphans.html'
    page_title = _("Orphans")
    home = _OVERVIEW + 'index'

    def get(self, request, *args, **kwargs):
        slug = request.GET.get('kind')
        if request.GET.get('format') == 'csv' and slug in orphans.KINDS:
            return self._file(slug)
        return super().get(request, *args, **kwargs)

    def _file(self, slug):
        found, facts = orphans.find_orphans(self.cloud, [slug])
        kind = found[slug]
        return csv_export.csv_response(
            f'orphans-{slug}',
            CSV_COLUMNS,
            iter(orphan_rows(slug, kind, facts)),
            lambda: [str(error) for error in kind.errors],
        )

    def get_context_data(self, **kwargs):
        found, facts = orphans.find_orphans(self.cloud)
        listed = [slug for slug in TEXTS if found[slug].has_content]
        return {
            **super().get_context_data(**kwargs),
            'sections': [
                _section(slug, found[slug], facts) for slug in listed
            ],
            'none': [TEXTS[slug][0] for slug in TEXTS if slug not in listed],
            'may_change': request_user.is_allowed(
                self.request, request_user.CHANGE_RULES
            ),
        }


def _section(slug, kind, facts):
    heading, meaning, _effect = TEXTS[slug]
    rows = orphan_rows(slug, kind, facts)
    return {
        'slug': slug,
        'heading': heading,
        'meaning': meaning,
        'count': len(rows),
        'rows': rows[: ui_views.PAGE_SIZE],
        'more': max(0, len(rows) - ui_views.PAGE_SIZE),
        'errors': list(dict.fromkeys(map(str, kind.errors))),
        'searched': max(kind.looked.values(), default=0),
        'clean': urls.reverse(_OVERVIEW + 'orphans_clean', args=(slug,)),
        'file': f'?format=csv&kind={slug}',
    }


class CleanOrphansView(ui_views.ExecutionFormView):
    """Lists what a clean-up of one kind would remove, and does it."""

    form_class = confirmation_form.CountConfirmationForm
    template_name = 'protection/overview/orphans_clean.html'
    ajax_template_name = 'protection/overview/_orphans_clean.html'
    page_title = _("Clean Up")
    submit_label = _("Clean Up")
    submit_class = 'btn-danger'
    home = _OVERVIEW + 'orphans'
    success_url = urls.reverse_lazy(_OVERVIEW + 'orphans')

    @property
    def slug(self):
        slug = self.kwargs['kind']
        if slug not in TEXTS:
            raise http.Http404
        return slug

    @cached_property
    def found(self):
        """``(OrphanKind, OrphanFacts, Deletion of its points or None)``."""
        also = [orphan_facts.PLANS] if self.slug in _POINTS else []
        found, facts = orphans.find_orphans(self.cloud, [self.slug], also)
        kind = found[self.slug]
        if self.slug not in _POINTS:
            return kind, facts, None
        if facts.workflows is None:
            error = facts.errors_of(orphan_facts.PLANS)[0]
            raise exceptions.Unavailable(gettext(_UNKNOWN_PINS) % error)
        return kind, facts, orphan_cleanup.orphan_points_deletion(kind, facts)

    def get_form_kwargs(self):
        kind, _facts, deletion = self.found
        if deletion:
            confirmed = point_delete.confirmation_arguments(deletion)
            return {**super().get_form_kwargs(), **confirmed, 'typed': True}
        return {
            **super().get_form_kwargs(),
            'number': len(kind.orphans),
            'digest': kind.digest,
            'typed': False,
            'work': lambda cloud: orphan_cleanup.clean_up(
                cloud, self.slug, kind
            ),
        }

    def get_context_data(self, **kwargs):
        kind, facts, deletion = self.found
        heading, meaning, effect = TEXTS[self.slug]
        context = {
            **super().get_context_data(**kwargs),
            'heading': heading,
            'meaning': meaning,
            'effect': effect,
        }
        if deletion:
            points = point_delete.deletion_context(self.cloud, deletion)
            left = len(kind.orphans) - len(deletion.deletable)
            return {**context, **points, 'points': True, 'left': left}
        return {**context, **_clean_context(self.slug, kind, facts)}


def _clean_context(slug, kind, facts):
    shown = point_delete.MAX_SHOWN
    rows = orphan_rows(slug, kind, facts)
    empty_plans = ()
    if slug == orphans.RESOURCES:
        empty_plans = [
            plan.name for plan in orphan_cleanup.emptied_plans(kind)
        ]
    return {
        'number': len(rows),
        'rows': rows[:shown],
        'more': max(0, len(rows) - shown),
        'unsure': list(dict.fromkeys(map(str, kind.errors))),
        'empty_plans': empty_plans,
    }


@dataclasses.dataclass(frozen=True)
class OrphanRow:
    """An orphan in a list.

    ``address`` is its page and ``restore`` the page to restore it, or ''.
    ``belonged_to`` names its plan, resource or owner; ``at`` is when it was
    made or comes next, an aware time or None.
    """

    id: str
    name: str
    why: str
    belonged_to: str = ''
    kind: str = ''
    address: str = ''
    restore: str = ''
    size: int | None = None
    at: datetime.datetime | None = None

    @property
    def when(self):
        return cells.relative_time(self.at)

    @property
    def size_words(self):
        return '' if self.size is None else cells.size_text(self.size)


CSV_COLUMNS = (
    (_("Name"), lambda row: row.name),
    (_("ID"), lambda row: row.id),
    (_("Type"), lambda row: row.kind),
    (_("Of"), lambda row: row.belonged_to),
    (_("Time"), lambda row: row.at),
    (_("Size (GiB)"), lambda row: row.size),
    (_("Why"), lambda row: row.why),
)


def orphan_rows(slug, kind, facts):
    """The OrphanRows of an OrphanKind; points by age, the newest first."""
    rows = [_ROW_MAKERS[slug](one, facts) for one in kind.orphans]
    if slug in _POINTS:
        rows.sort(key=lambda row: row.at, reverse=True)
    return rows


def _orphan_row(orphan, **facts):
    why = capfirst(orphan.reason.text(gettext))
    return OrphanRow(orphan.id, orphan.name, why, **facts)


def _point_row(orphan, facts):
    point = orphan.subject
    names = facts.names.get(point.resource_type, {})
    restore = point.state == 'available' and urls.reverse(
        f'{_PANELS}points:restore', args=(point.protection, point.id)
    )
    return _orphan_row(
        orphan,
        belonged_to=names.get(point.resource_id) or point.resource_id,
        kind=cells.type_name(point.resource_type),
        address=point_rows.point_address(point),
        restore=restore or '',
        size=point.size,
        at=point.created,
    )


def _schedule_row(orphan, facts):
    if not isinstance(orphan.subject, tuple):
        made = orphan.subject
        return _orphan_row(
            orphan, belonged_to=made.instance, at=made.next_execution_time
        )
    trigger, plan = orphan.subject
    return _orphan_row(
        orphan,
        belonged_to=plan.name if plan else '',
        at=clock.parse_utc(trigger.next_execution_time),
    )


def _resource_row(orphan, facts):
    plan, entry = orphan.subject
    return _orphan_row(
        orphan,
        belonged_to=plan.name,
        kind=cells.type_name(entry['type']),
        address=urls.reverse(f'{_PANELS}plans:detail', args=(plan.id,)),
    )


def _leftover_row(orphan, facts):
    return _orphan_row(orphan)


def _exemption_row(orphan, facts):
    slug, resource_id = ResourceRef.parse(orphan.subject)
    return _orphan_row(
        orphan, belonged_to=resource_id, kind=cells.type_name(slug)
    )


_ROW_MAKERS = {
    orphans.PLANLESS: _point_row,
    orphans.SOURCELESS: _point_row,
    orphans.LEFT: _point_row,
    orphans.SCHEDULES: _schedule_row,
    orphans.RESOURCES: _resource_row,
    orphans.LEFTOVERS: _leftover_row,
    orphans.EXEMPTIONS: _exemption_row,
}
