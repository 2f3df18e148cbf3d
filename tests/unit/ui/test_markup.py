# SPDX-License-Identifier: Apache-2.0
"""Our markup is Django's, to the character."""

from django.forms import utils
from django.utils import html
from django.utils import translation
from django.utils.safestring import mark_safe
from hypothesis import given
from hypothesis import strategies as st
import pytest

from protection_dashboard.ui import markup

TEXTS = st.text(st.sampled_from('ab<>&"\'{}$%é☃ '), max_size=8)
VALUES = st.one_of(
    TEXTS,
    TEXTS.map(lambda text: text * 60),
    TEXTS.map(mark_safe),
    TEXTS.map(translation.gettext_lazy),
    st.integers(),
    st.none(),
)
NAMES = st.sampled_from(['class', 'id', 'title', 'hidden', 'data-name'])


@given(VALUES, VALUES)
def test_values_are_escaped(one, other):
    template = '<b title="{name}">{}</b>{{}}'
    ours = markup.format_html(template, one, name=other)
    assert ours == html.format_html(template, one, name=other)
    assert html.conditional_escape(ours) == ours


@given(TEXTS, st.lists(st.tuples(VALUES, VALUES)))
def test_rows_are_escaped_and_joined(separator, rows):
    template = '<li id="{}">{}</li>'
    ours = markup.format_html_join(separator, template, iter(rows))
    assert ours == html.format_html_join(separator, template, rows)
    assert html.conditional_escape(ours) == ours


@given(st.dictionaries(NAMES, st.one_of(VALUES, st.booleans())))
def test_attributes_are_escaped(attributes):
    ours = markup.flatatt(attributes)
    assert ours == utils.flatatt(attributes)
    assert html.conditional_escape(ours) == ours


@pytest.mark.parametrize('again', [1, 2])
def test_what_is_remembered_is_escaped(again):
    evil = '<script>{$ 1 $}</script>'
    for _time in range(again):
        found = markup.conditional_escape(evil)
        assert found == html.conditional_escape(evil)
        assert '<' not in found
