# SPDX-License-Identifier: Apache-2.0
"""Logging in to a Horizon over HTTP, as a browser does."""

import requests

from cloud import settings


def log_in(session, base, user, password=settings.PASSWORD):
    """The page after the form of the Horizon at ``base`` was sent."""
    address = f'{base}/auth/login/'
    session.get(address)
    form = {
        'username': user,
        'password': password,
        'domain': 'Default',
        'region': 'default',
        'csrfmiddlewaretoken': session.cookies['csrftoken'],
    }
    return session.post(address, form, headers={'Referer': address})


class Visitor(requests.Session):
    """A user who is logged in to the Horizon at ``base``."""

    def __init__(self, base, user):
        super().__init__()
        self.base = base
        answer = log_in(self, base, user)
        assert 'sessionid' in self.cookies, (user, answer.status_code)
