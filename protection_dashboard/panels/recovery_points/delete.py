# SPDX-License-Identifier: Apache-2.0
"""The page that lists and counts chosen points before it deletes them."""

import functools

from django import urls
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from protection_dashboard import exceptions
from protection_dashboard.common import concurrency
from protection_dashboard.common.references import ResourceRef
from protection_dashboard.executions import service as execution_service
from protection_dashboard.panels.recovery_points import tables
from protection_dashboard.recovery_points import deletion as point_deletion
from protection_dashboard.ui import cells
from protection_dashboard.ui import confirmation_form
from protection_dashboard.ui import views as ui_views

INDEX = tables.INDEX
#: rows of a list; of more points only the number is shown
MAX_SHOWN = 100


class DeletePointsView(ui_views.ExecutionFormView):
    form_class = confirmation_form.CountConfirmationForm
    template_name = 'protection/recovery_points/delete.html'
    ajax_template_name = 'protection/recovery_points/_delete.html'
    page_title = _("Delete Recovery Points")
    submit_label = _("Delete")
    submit_class = 'btn-danger'
    home = INDEX
    success_url = urls.reverse_lazy(INDEX)

    @cached_property
    def found(self):
        """The Deletion of the points that the URL names.

        Raises Refused if one of them is pinned, NotFound if all are gone.
        """
        points = _existing_points(
            self.cloud, self.request.GET.getlist('point')
        )
        plans = tables.plans_by_id(self.cloud)
        pinned = {id_ for plan in plans.values() for id_ in plan.pins}
        names = [point.label for point in points if point.id in pinned]
        if names:
            raise exceptions.Refused(tables.pinned_refusal(names))
        return point_deletion.fetch_deletion(self.cloud, points, pinned)

    def get_form_kwargs(self):
        return {
            **super().get_form_kwargs(),
            **confirmation_arguments(self.found),
        }

    def get_context_data(self, **kwargs):
        return {
            **super().get_context_data(**kwargs),
            **deletion_context(self.cloud, self.found),
        }


def confirmation_arguments(deletion):
    """Arguments of a CountConfirmationForm that does a Deletion."""
    return {
        'number': len(deletion.deletable),
        'digest': deletion.digest,
        'typed': deletion.needs_typed_confirmation,
        'work': lambda cloud: _start_deletion(cloud, deletion),
    }


def _start_deletion(cloud, deletion):
    """The id of the execution that deletes; Refused if there is nothing."""
    if not deletion.deletable:
        raise exceptions.Refused(gettext("There is nothing to delete."))
    return execution_service.delete_points(cloud, deletion.deletable)


def _existing_points(cloud, keys):
    """The points of table keys, without those that are gone.

    Raises NotFound if all are gone.
    """
    found = concurrency.map_concurrently(
        functools.partial(_point_or_none, cloud), dict.fromkeys(keys)
    )
    points = [point for point in found if point]
    if not points:
        raise exceptions.NotFound("There are no such recovery points.")
    return points


def _point_or_none(cloud, key):
    try:
        return tables.find_point(cloud, key)
    except exceptions.NotFound:
        return None


def deletion_context(cloud, deletion):
    """The context of ``_points_to_delete.html`` for a Deletion."""
    points = [*deletion.deletable, *deletion.remaining]
    names, _errors = tables.resource_names(cloud, points)
    name = functools.partial(tables.resource_name, names)
    last = deletion.without_good_point or ()
    return {
        'number': len(deletion.deletable),
        'rows': _point_lines(deletion.deletable[:MAX_SHOWN], name, last),
        'more': max(0, len(deletion.deletable) - MAX_SHOWN),
        'size': _total_size(deletion.deletable),
        'kept_points': [
            point.label for point in deletion.remaining[:MAX_SHOWN]
        ],
        'last': [name(ref) for ref in last[:MAX_SHOWN]],
        'unsure': list(dict.fromkeys(map(str, deletion.errors))),
        'many': deletion.needs_typed_confirmation,
    }


def _point_lines(points, name, last):
    """Rows of points, which are sorted by age, the newest first.

    The newest good point of each resource in ``last`` is marked as the last
    good copy.
    """
    left, rows = set(last), []
    for point in points:
        ref = ResourceRef.of_point(point)
        is_last = ref in left and point.state == 'available'
        if is_last:
            left.remove(ref)
        rows.append(point_line(point, name(ref), is_last=is_last))
    return rows


def point_line(point, resource, *, is_last=False):
    """What a list of points to delete shows of one; ``resource`` is a name."""
    return {
        'name': point.label,
        'resource': resource,
        'kind': cells.type_name(point.resource_type),
        'taken': cells.relative_time(point.created),
        'size': cells.size_text(point.size),
        'last': is_last,
    }


def _total_size(points):
    return cells.size_text(sum(point.size or 0 for point in points))
