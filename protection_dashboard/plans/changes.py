# SPDX-License-Identifier: Apache-2.0
"""Who has changed a plan, and when: beside its document in its workflow.

A schedule runs with the roles of whoever armed it what others have changed
since. The document has no place for it, because a version that does not know
that place would refuse the plan: it is the description of the workflow, which
other versions leave out.
"""

from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
import dataclasses
import datetime
import json
from typing import Any

from protection_dashboard.plans.schema import PlanDocument
from protection_dashboard.workflows import definitions

#: people of whom the last change is kept
MAX_CHANGES = 10
_MAX_NAME = 255
#: times that can be shown in any time zone
_YEARS = range(1970, 9999)


@dataclasses.dataclass(frozen=True)
class Change:
    """The last change of a plan by a user: their name, and when (aware).

    As the plan tells it, which anybody may write who may change the plan.
    """

    by: str
    at: datetime.datetime


def encoded_changes(changes: Iterable[Change]) -> str:
    """The description of a plan's workflow."""
    told = [
        {'by': one.by, 'at': one.at.isoformat(timespec='seconds')}
        for one in changes
    ]
    return definitions.encode_document({'changes': told})


def decoded_changes(text: str) -> tuple[Change, ...]:
    """What ``encoded_changes`` was given; what cannot be read is left out."""
    try:
        told = json.loads(text)['changes']
    except (KeyError, RecursionError, TypeError, ValueError):
        return ()
    if not isinstance(told, list):
        return ()
    found = (_change(one) for one in told[:MAX_CHANGES])
    return tuple(one for one in found if one)


def _change(told: Any) -> Change | None:
    if not isinstance(told, Mapping):
        return None
    by, at = told.get('by'), told.get('at')
    if not (isinstance(by, str) and by and isinstance(at, str)):
        return None
    try:
        moment = datetime.datetime.fromisoformat(at)
    except ValueError:
        return None
    if moment.tzinfo is None or moment.year not in _YEARS:
        return None
    return Change(by[:_MAX_NAME], moment)


def with_change(
    changes: Iterable[Change], by: str, at: datetime.datetime
) -> tuple[Change, ...]:
    """The changes with a new one, the newest first, one of each user."""
    others = [one for one in changes if one.by != by]
    return (Change(by, at), *others)[:MAX_CHANGES]


def change_of_others(
    changes: Sequence[Change], by: str, since: datetime.datetime
) -> Change | None:
    """The newest change by somebody else than ``by`` after ``since``.

    Times are whole seconds: what was changed in the same second counts.
    """
    found = [one for one in changes if one.by != by and one.at >= since]
    return max(found, key=lambda one: one.at, default=None)


def changes_what_runs(old: PlanDocument, new: PlanDocument) -> bool:
    """Whether schedules that both documents have do something else by one.

    Not when they run, which takes a new trigger, and no pins.
    """
    ids = {one['id'] for one in old['schedules']} & {
        one['id'] for one in new['schedules']
    }
    return _what_runs(old, ids) != _what_runs(new, ids)


def _what_runs(document: PlanDocument, ids: set[str]) -> dict[str, Any]:
    """A document without pins, and of schedules only what they keep."""
    kept = {
        one['id']: one.get('retention')
        for one in document['schedules']
        if one['id'] in ids
    }
    rest = {key: part for key, part in document.items() if key != 'pins'}
    return {**rest, 'schedules': kept}
