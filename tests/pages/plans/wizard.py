# SPDX-License-Identifier: Apache-2.0
"""The form of a plan as a visitor fills it in."""

from protection_dashboard.plans import service as plan_service
from tests.pages.page import Page
from tests.pages.page import text

PLANS = '/project/protection_plans/'
CREATE = f'{PLANS}create/'
NEVER = {'frequency': 'custom', 'pattern': '0 3 1 1 *'}
RULE = {
    'selectors-0-mode': 'include',
    'selectors-0-type': 'volume',
    'selectors-0-name': 'web-*',
}


def sent(user, page, address=CREATE, **changes):
    """The answer to a form that a page shows, filled in further."""
    values = {**page.values, **changes}
    # as a browser does, which lxml does not
    told = values['description'].removeprefix('\n')
    values['description'] = told.replace('\n', '\r\n')
    return user.post(address, {k: v for k, v in values.items() if v})


def said(answer):
    """What a form says that came back."""
    return Page(answer.content.decode()).alerts


def fragment(user, page, part, address=CREATE, **changes):
    """The part of the page that a script asks for, as text on one line."""
    answer = sent(user, page, address, part=part, **changes)
    assert answer.status_code == 200
    body = answer.content.decode()
    assert '<html' not in body
    return text(Page(body).root)


def made(demo, name):
    (plan,) = [p for p in plan_service.plan_list(demo) if p.name == name]
    return plan


def ticked(page, name='resources'):
    return page.root.xpath(f'//input[@name="{name}"][@checked]/@value')
