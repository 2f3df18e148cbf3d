# SPDX-License-Identifier: Apache-2.0
"""Cinder behind a rate limit: a step waits a little, and makes one point."""

import contextlib
import dataclasses
import datetime
import uuid

import pytest

from protection_dashboard.executions import steps as execution_steps
from protection_dashboard.plans import document as plan_document
from protection_dashboard.protections.base import Mark
from tests.support import factories
from tests.support import gateways

TYPE = 'block-storage'
BODY = b'{"error_msg": "The throttling threshold has been reached"}'
SENTENCE = (
    'Cinder asks to be called less often (The throttling threshold has been '
    'reached): try again in {} seconds.'
)


def limited(after):
    return gateways.Answer(429, BODY, headers={'Retry-After': str(after)})


@contextlib.contextmanager
def behind(cloud, answer):
    """``(cloud, gateway)``: the same one, its Cinder behind a gateway."""
    with gateways.before(cloud.url(TYPE), answer) as gateway:
        found = gateways.endpoint(gateway.url, cloud.region)
        cinder = {'type': TYPE, 'name': 'cinder', 'endpoints': [found]}
        yield dataclasses.replace(cloud, catalog=[cinder]), gateway


def writes(gateway):
    return [asked for asked in gateway.asked if asked.startswith('POST')]


@pytest.fixture
def document(sandbox, demo):
    return sandbox.document(factories.volume(demo, 'scratch'))


@pytest.fixture
def step(document):
    mark = Mark(plan=document['id'], execution=str(uuid.uuid4()))
    now = datetime.datetime.now(datetime.UTC)
    (step,) = execution_steps.plan_steps(
        plan_document.resource_entries(document), mark, now
    )
    return step


def test_a_create_that_is_turned_away_is_tried_again(
    demo, sandbox, document, step
):
    def answer(handler, passed):
        first = handler.command == 'POST' and len(writes(handler.server)) == 1
        return limited(1) if first else passed()

    with behind(demo, answer) as (cloud, gateway):
        wait = execution_steps.begin_protection(cloud, step)
    assert (wait['state'], wait['reason']) == ('pending', '')
    assert len(writes(gateway)) == 2
    assert [point.id for point in sandbox.points(document)] == [wait['id']]


def test_a_create_whose_answer_is_withheld_makes_no_second_point(
    demo, sandbox, document, step
):
    def answer(handler, passed):
        found = passed()
        return limited(1) if handler.command == 'POST' else found

    with behind(demo, answer) as (cloud, gateway):
        wait = execution_steps.begin_protection(cloud, step)
    assert (wait['state'], wait['reason']) == ('pending', '')
    assert len(writes(gateway)) == 1
    assert [point.id for point in sandbox.points(document)] == [wait['id']]


def test_a_look_before_the_create_is_tried_again(
    demo, sandbox, document, step
):
    def answer(handler, passed):
        return limited(1) if len(handler.server.asked) == 1 else passed()

    with behind(demo, answer) as (cloud, _gateway):
        wait = execution_steps.begin_protection(cloud, step)
    assert [point.id for point in sandbox.points(document)] == [wait['id']]


def test_nobody_waits_for_long(demo, sandbox, document, step):
    with behind(demo, lambda _h, _p: limited(3600)) as (cloud, gateway):
        wait = execution_steps.begin_protection(cloud, step)
    assert (wait['state'], wait['reason']) == ('failed', SENTENCE.format(3600))
    assert len(gateway.asked) == 1
    assert sandbox.points(document) == []


def test_without_an_execution_there_is_no_second_try(demo, sandbox, document):
    now = datetime.datetime.now(datetime.UTC)
    mark = Mark(plan=document['id'])
    (step,) = execution_steps.plan_steps(
        plan_document.resource_entries(document), mark, now
    )
    with behind(demo, lambda _h, _p: limited(2)) as (cloud, gateway):
        wait = execution_steps.begin_protection(cloud, step)
    assert (wait['state'], wait['reason']) == ('failed', SENTENCE.format(2))
    assert len(gateway.asked) == 1
