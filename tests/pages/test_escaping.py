# SPDX-License-Identifier: Apache-2.0
"""Names that are markup, or anything else, stay names on every page."""

import csv
import io
from urllib.parse import unquote

from django import urls
import pytest

from tests.pages.page import Page
from tests.support import hostile_project
from tests.support import page_addresses

# Horizon takes the sting out of Angular's markers by another character
SEEN = hostile_project.EVIL.replace('{$', '{%').replace('$}', '%}')[4:]
#: pages that show no name of anybody's
NAMELESS = {'plans:import', 'health:index', 'overview:orphans'}
# the schedule is armed already
NAMELESS |= {'schedules:resume', 'schedules:rearm'}
#: leads to a list that says that the database is gone
GONE = 'schedules:client_convert'
#: lead to other pages
LEADS = (GONE, 'points:resource')
FILES = ('overview:index', 'overview:freshness', 'overview:unneeded')
FILES += ('plans:index', 'schedules:index', 'executions:index')
FILES += ('points:index',)
FILES_OF_ADMIN = ('history:index', 'plans:index')
FORMULA = ('=', '+', '-', '@', '\t', '\r')


@pytest.fixture(scope='module')
def place(running_cloud):
    with hostile_project.new_hostile_project() as made:
        yield made


@pytest.fixture(scope='module')
def owner(visitor, place):
    return visitor(place.user)


@pytest.fixture(scope='module')
def admin(visitor):
    return visitor('admin')


@pytest.fixture(scope='module')
def pages(place):
    """``{name: address}`` of what a tenant sees."""
    return page_addresses.every(place.ids)


def harms(content, *, named=True):
    """What is wrong with a page, in a few words each."""
    page = Page(content)
    seen = ' '.join([page.root.text_content(), *page.root.xpath('//@value')])
    scripts = page.root.xpath('//script[contains(text(), "alert(1)")]')
    wrong = {
        'script': scripts,
        'image': page.root.xpath('//img[@onerror]'),
        'Angular': '{$ 7' in content,
        'alert': [text for text in page.alerts if SEEN not in text],
        'nameless': named and SEEN not in ' '.join(seen.split()),
    }
    return [what for what, found in wrong.items() if found]


def found(user, addresses):
    """``{name: harms}`` of the pages that have any."""
    all_harms = {}
    for name, address in addresses.items():
        reached, content = user.follow(address)
        if name not in LEADS:
            assert unquote(reached) == unquote(address)
        all_harms[name] = harms(content, named=name not in NAMELESS)
    all_harms[GONE] = [w for w in all_harms.get(GONE, []) if w != 'alert']
    return {name: some for name, some in all_harms.items() if some}


def test_a_name_is_no_markup(owner, pages):
    assert found(owner, pages) == {}


def test_nor_is_it_for_the_administrator(admin, place):
    assert found(admin, page_addresses.every_of_admin(place.ids)) == {}


def test_a_name_is_no_formula_in_a_file(owner, admin, place, pages):
    of_admin = page_addresses.every_of_admin(place.ids)
    files = [(owner, name, pages[name]) for name in FILES]
    files += [(admin, name, of_admin[name]) for name in FILES_OF_ADMIN]
    for user, name, address in files:
        answer = user.get(address, {'format': 'csv'})
        text = b''.join(answer.streaming_content).decode('utf-8-sig')
        cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
        assert any(hostile_project.EVIL[4:] in cell for cell in cells), name
        assert [cell for cell in cells if cell.startswith(FORMULA)] == []


def test_what_was_typed_is_no_markup_either(owner, pages):
    answer = owner.submit(
        pages['plans:schedule'], plan_name=hostile_project.LONGEST * 2
    )
    assert answer.status_code == 200
    assert harms(answer.content.decode()) == []


@pytest.mark.parametrize(
    ('panel', 'row'),
    [('executions', '{failed}'), ('points', 'volume_snapshot:{point}')],
)
def test_a_refreshed_row_is_no_markup_either(owner, place, panel, row):
    answer = owner.get(
        f'/project/protection_{panel}/',
        {
            'action': 'row_update',
            'table': panel,
            'obj_id': row.format(**place.ids),
        },
        HTTP_X_REQUESTED_WITH='XMLHttpRequest',
    )
    assert answer.status_code == 200
    assert harms(f'<table>{answer.content.decode()}</table>') == []


def test_no_page_of_ours_is_left_out():
    known = {
        line.split()[0] for line in page_addresses.PAGES.split('\n') if line
    }
    assert names_in('project') - page_addresses.PARTS == known
    known = {
        line.split()[0]
        for line in page_addresses.ADMIN_PAGES.split('\n')
        if line
    }
    assert names_in('admin') - page_addresses.PARTS == known


def names_in(dashboard):
    """Names of our addresses in a dashboard: 'plans:detail'."""
    _prefix, resolver = urls.get_resolver().namespace_dict['horizon']
    _prefix, resolver = resolver.namespace_dict[dashboard]
    ours = {
        space.removeprefix('protection_'): panel.reverse_dict
        for space, (_prefix, panel) in resolver.namespace_dict.items()
        if space.startswith('protection_')
    }
    return {
        f'{space}:{name}'
        for space, addresses in ours.items()
        for name in addresses
        if isinstance(name, str)
    }


def test_a_message_is_no_markup_either(owner, place, pages):
    """The last of the module: it deletes the failed run."""
    address = pages['executions:index']
    value = 'executions__delete__{failed}'.format(**place.ids)
    assert owner.press(address, value).status_code == 302
    content = owner.text(address)
    (said,) = Page(content).of_class('alert-success')
    assert SEEN in said
    assert harms(content) == []
