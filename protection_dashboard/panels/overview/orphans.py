# SPDX-License-Identifier: Apache-2.0
"""What has lost its plan or its resource, and the pages that clean it up.

The addresses are those of the panel Overview, which includes them.
"""

from django import http
from django import urls
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from protection_dashboard import exceptions
from protection_dashboard.coverage import orphan_cleanup
from protection_dashboard.coverage import orphan_facts
from protection_dashboard.coverage import orphans
from protection_dashboard.panels.overview import orphan_rows
from protection_dashboard.panels.recovery_points import delete as point_delete
from protection_dashboard.ui import confirmation_form
from protection_dashboard.ui import csv_export
from protection_dashboard.ui import request_user
from protection_dashboard.ui import views as ui_views

_PANEL = 'horizon:project:protection_overview:'
_UNKNOWN_PINS = gettext_noop(
    "It is not known which recovery points are pinned: %s"
)
_POINTS = (orphans.PLANLESS, orphans.SOURCELESS)
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
    orphans.MARKS: (
        _("Notes about resources that are gone"),
        _("They say that a resource needs no protection."),
        _("Removes the notes."),
    ),
}


class OrphansView(ui_views.DetailView):
    """All kinds, each with its count and its first rows."""

    template_name = 'protection/overview/orphans.html'
    page_title = _("Orphans")
    home = _PANEL + 'index'

    def get(self, request, *args, **kwargs):
        slug = request.GET.get('kind')
        if request.GET.get('format') == 'csv' and slug in orphans.KINDS:
            return self._file(slug)
        return super().get(request, *args, **kwargs)

    def _file(self, slug):
        found, facts = orphans.find(self.cloud, [slug])
        kind = found[slug]
        return csv_export.response(
            f'orphans-{slug}',
            orphan_rows.CSV,
            iter(orphan_rows.of(slug, kind, facts)),
            lambda: [str(error) for error in kind.errors],
        )

    def get_context_data(self, **kwargs):
        found, facts = orphans.find(self.cloud)
        told = [slug for slug in TEXTS if found[slug].is_told]
        return {
            **super().get_context_data(**kwargs),
            'sections': [_section(slug, found[slug], facts) for slug in told],
            'none': [TEXTS[slug][0] for slug in TEXTS if slug not in told],
            'may_change': request_user.may(self.request, request_user.CHANGE),
        }


def _section(slug, kind, facts):
    heading, meaning, _effect = TEXTS[slug]
    rows = orphan_rows.of(slug, kind, facts)
    return {
        'slug': slug,
        'heading': heading,
        'meaning': meaning,
        'count': len(rows),
        'rows': rows[: ui_views.PAGE],
        'more': max(0, len(rows) - ui_views.PAGE),
        'errors': list(dict.fromkeys(map(str, kind.errors))),
        'looked': max(kind.looked.values(), default=0),
        'clean': urls.reverse(_PANEL + 'orphans_clean', args=(slug,)),
        'file': f'?format=csv&kind={slug}',
    }


class CleanView(ui_views.FormView):
    """What cleaning up a kind would remove, and the button that does it."""

    form_class = confirmation_form.CountedForm
    template_name = 'protection/overview/orphans_clean.html'
    ajax_template_name = 'protection/overview/_orphans_clean.html'
    page_title = _("Clean Up")
    submit_label = _("Clean Up")
    submit_class = 'btn-danger'
    home = _PANEL + 'orphans'
    success_url = urls.reverse_lazy(_PANEL + 'orphans')

    @property
    def slug(self):
        slug = self.kwargs['kind']
        if slug not in TEXTS:
            raise http.Http404
        return slug

    @cached_property
    def found(self):
        """``(Kind, Facts, Deletion of its points or None)``."""
        also = [orphan_facts.PLANS] if self.slug in _POINTS else []
        found, facts = orphans.find(self.cloud, [self.slug], also)
        kind = found[self.slug]
        if self.slug not in _POINTS:
            return kind, facts, None
        if facts.workflows is None:
            error = facts.troubles(orphan_facts.PLANS)[0]
            raise exceptions.Unavailable(gettext(_UNKNOWN_PINS) % error)
        return kind, facts, orphan_cleanup.deletion(kind, facts)

    def get_form_kwargs(self):
        kind, _facts, deletion = self.found
        if deletion:
            confirmed = point_delete.confirmed(deletion)
            return {**super().get_form_kwargs(), **confirmed, 'typed': True}
        return {
            **super().get_form_kwargs(),
            'number': len(kind.orphans),
            'digest': kind.digest,
            'typed': False,
            'work': lambda cloud: orphan_cleanup.clean(cloud, self.slug, kind),
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
            told = point_delete.told(self.cloud, deletion)
            left = len(kind.orphans) - len(deletion.going)
            return {**context, **told, 'points': True, 'left': left}
        return {**context, **_told(self.slug, kind, facts)}

    def address(self, result):
        if result is True:
            return self.success_url
        return urls.reverse(
            'horizon:project:protection_executions:detail', args=(result,)
        )


def _told(slug, kind, facts):
    shown = point_delete.SHOWN
    rows = orphan_rows.of(slug, kind, facts)
    staying = ()
    if slug == orphans.RESOURCES:
        staying = [plan.name for plan in orphan_cleanup.emptied(kind)]
    return {
        'number': len(rows),
        'rows': rows[:shown],
        'more': max(0, len(rows) - shown),
        'unsure': list(dict.fromkeys(map(str, kind.errors))),
        'empty_plans': staying,
    }


urlpatterns = [
    urls.path('orphans/', OrphansView.as_view(), name='orphans'),
    urls.path(
        'orphans/<slug:kind>/', CleanView.as_view(), name='orphans_clean'
    ),
]
