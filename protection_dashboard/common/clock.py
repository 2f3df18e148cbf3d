# SPDX-License-Identifier: Apache-2.0
"""Times as OpenStack's services write them: in UTC, without saying so."""

import datetime


def now():
    """The present moment, aware and in UTC."""
    return datetime.datetime.now(datetime.UTC)


def utc(text):
    """``2026-11-20 22:10:44`` as an aware datetime; None for no text."""
    if not text:
        return None
    # that is read six times sooner than a zone is put into what was read
    known = text if text.endswith(('Z', '+00:00')) else f'{text}+00:00'
    return datetime.datetime.fromisoformat(known)


def text(moment):
    """A moment (aware) as Mistral writes it and compares it, as text."""
    return f'{moment.astimezone(datetime.UTC):%Y-%m-%d %H:%M:%S}'
