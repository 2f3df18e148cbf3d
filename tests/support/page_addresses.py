# SPDX-License-Identifier: Apache-2.0
"""The addresses of all our pages, by their names in Horizon."""

from django import urls

PROJECT = 'horizon:project:protection_'
ADMIN = 'horizon:admin:protection_'

#: of a tenant: name, then names of ids or words that stand in its address
PAGES = """
overview:index
overview:freshness
overview:unneeded
overview:mark ?resource={key}
overview:orphans
overview:orphans_clean planless
plans:index
plans:create ?resource={key}
plans:import
plans:detail {plan}
plans:edit {plan}
plans:clone {plan}
plans:options {plan} volume {volume}
plans:dry_run {plan}
plans:delete {plan}
plans:schedule volume {volume}
plans:protect volume {volume}
schedules:index
schedules:add {plan}
schedules:detail {plan} {schedule}
schedules:edit {plan} {schedule}
schedules:delete {plan} {schedule}
schedules:resume ?id={plan}:{schedule}
schedules:rearm ?id={plan}:{schedule}
schedules:resume ?id={plan}:{schedule}
schedules:rearm ?id={plan}:{schedule}
schedules:client_detail {trigger}
schedules:client_delete {trigger}
schedules:client_convert {trigger}
executions:index
executions:detail {failed}
executions:notify_plan {plan}
points:index
points:resource volume {volume}
points:detail volume_snapshot {point}
points:pin volume_snapshot {point}
points:delete ?point=volume_snapshot:{lost}
points:restore volume_snapshot {point}
"""
ADMIN_PAGES = """
history:index
history:detail {failed}
plans:index
health:index
"""
#: parts of pages, files, and what only takes a form that is sent
PARTS = {
    'overview:protect',
    'plans:export',
    'schedules:preview',
    'schedules:resource_preview',
    'schedules:add_preview',
    'schedules:edit_preview',
    'schedules:client_convert_preview',
    'executions:notify',
    'executions:part',
    'points:hint',
    'points:rules',
    'history:part',
}


def every(ids):
    """``{name: address}`` of a tenant's pages."""
    return _addresses(PROJECT, PAGES, ids)


def every_of_admin(ids):
    """``{name: address}`` of an administrator's pages."""
    return _addresses(ADMIN, ADMIN_PAGES, ids)


def _addresses(prefix, pages, ids):
    lines = [line.split() for line in pages.split('\n') if line]
    return {name: _address(prefix + name, *a, **ids) for name, *a in lines}


def _address(name, *words, **ids):
    filled = [word.format(**ids) for word in words]
    query = [word for word in filled if word.startswith('?')]
    plain = [word for word in filled if word not in query]
    return ''.join([urls.reverse(name, args=plain), *query])
