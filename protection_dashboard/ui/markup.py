# SPDX-License-Identifier: Apache-2.0
"""Markup from parts: what Django's functions of these names give, sooner.

A page of 20 rows escapes 4000 values, most of them again and again.
"""

import functools

from django.forms import utils
from django.utils import html
from django.utils import translation
from django.utils.safestring import SafeString

_SHORT = 200


def conditional_escape(value):
    """Text with the marks of HTML escaped; markup that is safe as it is."""
    kind = type(value)
    if kind is SafeString:
        return value
    if kind is str and len(value) < _SHORT:
        return _escaped(value)
    return html.conditional_escape(value)


@functools.lru_cache(maxsize=4096)
def _escaped(text):
    return html.conditional_escape(text)


def format_html(template, *values, **named):
    """A template of ``str.format`` with all values escaped, as markup."""
    escaped = {
        name: conditional_escape(value) for name, value in named.items()
    }
    return SafeString(
        template.format(*map(conditional_escape, values), **escaped)
    )


def format_html_join(separator, template, rows):
    """``format_html`` of each row (a tuple of values), joined."""
    told = [template.format(*map(conditional_escape, row)) for row in rows]
    return SafeString(conditional_escape(separator).join(told))


def flatatt(attributes):
    """``{name: value}`` as attributes of an element, a space before each."""
    if any(isinstance(value, bool) for value in attributes.values()):
        return utils.flatatt(attributes)
    return SafeString(
        ''.join(
            f' {name}="{conditional_escape(value)}"'
            for name, value in sorted(attributes.items())
            if value is not None
        )
    )


ngettext_lazy = functools.lru_cache(maxsize=1024)(translation.ngettext_lazy)
