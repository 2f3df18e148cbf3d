# SPDX-License-Identifier: Apache-2.0
"""What makes a page the page that it is, whichever Horizon shows it."""

from tests.pages.page import Page
from tests.pages.page import having
from tests.pages.page import text

_HEADINGS = '//*[self::h1 or self::h2 or self::h3 or self::h4]'
_MENU = f'//*[{having("openstack-panel-group")}]'
_OURS = '[contains(@href, "/protection_")]'
#: a script is told by a header where to go
_NOTHING = '<p></p>'
_TABS = f'//ul[{having("nav-tabs")}]//a'


def of(content):
    """``{part: what stands there}`` of a page, a dialog or a tab."""
    page = Page(content or _NOTHING)
    groups = page.all(_MENU)
    return {
        'menu': [group for group in groups if group.startswith('Protection ')],
        'title': page.all('//title'),
        'headings': page.all(_HEADINGS),
        'alerts': page.alerts,
        'tabs': page.all(_TABS),
        'columns': page.all('//th'),
        'terms': page.all('//dt'),
        'fields': {*page.root.xpath(f'{page.MAIN}//@name')},
        'actions': {*page.of_class('data-table-action')},
    }


def of_neighbour(content):
    """The same of a page of Horizon's own: what is ours there."""
    page = Page(content)
    whole = of(content)
    links = page.root.xpath(f'//a[{having("data-table-action")}]{_OURS}')
    titles = [title.partition(' - ')[0] for title in whole['title']]
    return {
        'menu': whole['menu'],
        # "Instance Overview" up to 25.3
        'title': [title.split()[-1] for title in titles],
        'tab': 'Protection' in whole['tabs'],
        'actions': {text(link) for link in links},
    }


def is_whole(content):
    """Whether it is a page, not a part of one as scripts ask for."""
    return '</html>' in content
