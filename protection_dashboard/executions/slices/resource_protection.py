# SPDX-License-Identifier: Apache-2.0
"""Make the recovery points of an execution, for as long as a time slice lasts.

Whatever was begun before, by this execution, carries its mark: it is looked
for first and adopted, so that a step which is delivered twice, or whose
action Mistral lost, makes nothing twice. A service that does not answer, or
that asks to be called less often, is asked again; only a refusal is final.
"""

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
import dataclasses
import datetime
import functools
import itertools

from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.common import clock
from protection_dashboard.common import concurrency
from protection_dashboard.common.references import ResourceRef
from protection_dashboard.executions import steps
from protection_dashboard.executions import waits
from protection_dashboard.executions.slices import service_limits
from protection_dashboard.executions.slices.progress import Resolution
from protection_dashboard.executions.slices.time_slice import TimeSlice
from protection_dashboard.executions.slices.time_slice import growing_pauses
from protection_dashboard.executions.waits import Wait
from protection_dashboard.plans import selection
from protection_dashboard.plans.schema import PlanDocument
from protection_dashboard.protections import base
from protection_dashboard.protections import methods
from protection_dashboard.workflows import result_states

#: how long a service may go on not working before that fails a resource
PATIENCE = datetime.timedelta(minutes=30)
_NO_PLAN = "The plan was deleted before this resource was protected."
# seconds between looks at what is being made, and between tries
_FIRST_LOOK, _LONGEST_PAUSE = 0.5, 5.0
_FIRST_TRY, _LONGEST_TRY = 2.0, 20.0

_Selected = Mapping[ResourceRef, selection.SelectedResource]


def may_work_later(
    error: exceptions.ProtectionError, started: datetime.datetime
) -> bool:
    """Whether to try again after an error, in an execution since ``started``.

    A service that asks to be called less often works; any other may go on not
    working for ``PATIENCE``.
    """
    if isinstance(error, exceptions.Busy):
        return True
    return exceptions.may_pass(error) and clock.now() < started + PATIENCE


@dataclasses.dataclass
class ResourceProtection:
    """The work of one slice: ``work()`` changes ``found``, the waits.

    ``found`` has a wait for each of the resolution's steps, in their order.
    ``document`` is None when the plan is gone. ``started`` (aware) is when
    the execution began; ``has_ended()`` tells whether somebody ended it.
    ``pause`` is then how many seconds to wait before the next slice.
    """

    cloud: Cloud
    document: PlanDocument | None
    resolution: Resolution
    found: list[Wait]
    started: datetime.datetime
    time_slice: TimeSlice
    has_ended: Callable[[], bool]
    pause: int = 0
    _retry_after: int = 0

    def work(self) -> None:
        """Start what is missing, and wait for all, until the slice ends."""
        tries = growing_pauses(_FIRST_TRY, _LONGEST_TRY)
        looks = growing_pauses(_FIRST_LOOK, _LONGEST_PAUSE)
        while not self.has_ended():
            self._retry_after = 0
            self._start_missing()
            self._look()
            if not self._pending:
                return
            unbegun = self._unbegun
            pause = next(tries) if unbegun else next(looks)
            if not self.time_slice.sleep(max(pause, self._retry_after)):
                least = self.time_slice.next_pause
                self.pause = max(least, self._retry_after)
                return

    @property
    def _pending(self) -> list[int]:
        return [
            number
            for number, wait in enumerate(self.found)
            if wait['state'] == result_states.PENDING
        ]

    @property
    def _unbegun(self) -> list[int]:
        return [one for one in self._pending if not self.found[one]['id']]

    @property
    def limit(self) -> waits.TimeLimit:
        """The limit of the execution."""
        return waits.TimeLimit(self.started, self.resolution['hours'])

    @property
    def mark(self) -> base.Mark:
        """The mark of all that the execution makes."""
        return base.Mark.from_ids(self.resolution['mark'])

    def try_again(self, number: int) -> None:
        """Let a wait that has failed, and never began, be pending again."""
        self._change(number, state=result_states.PENDING)

    def _change(self, number: int, **fields: str) -> None:
        changed: Wait = {**self.found[number], **fields}  # type: ignore[typeddict-item]
        self.found[number] = self.limit.fail_if_over(changed, clock.now())

    def _start_missing(self) -> None:
        """Begin what has not begun, unless a service holds it up."""
        missing = self._unbegun
        if missing and self.document is None:
            self._fail(missing, _NO_PLAN)
        elif missing and self.document is not None:
            chosen, errors = selection.resources_now(self.cloud, self.document)
            selected = {ResourceRef.of_entry(o.entry): o for o in chosen}
            listed = self._without_errors(missing, errors)
            self._start(self._not_adopted(listed), selected)

    def _without_errors(
        self,
        numbers: Iterable[int],
        errors: Mapping[str, exceptions.ProtectionError],
    ) -> list[int]:
        """Those of a type that could be listed; ``errors`` by type."""
        left = []
        for number in numbers:
            error = errors.get(self.found[number]['type'])
            if error is None:
                left.append(number)
            else:
                self._held_up([number], error)
        return left

    def _fail(self, numbers: Iterable[int], reason: str) -> None:
        for number in numbers:
            self._change(number, state=result_states.FAILED, reason=reason)

    def _held_up(
        self, numbers: Iterable[int], error: exceptions.ProtectionError
    ) -> None:
        """Leave pending what a service holds up, or let it fail.

        It fails when the service refuses, or has not worked for ``PATIENCE``;
        one that asks to be called less often works.
        """
        if isinstance(error, exceptions.NotAuthorized):
            # the run has lost its login; what was started goes on
            raise error
        if isinstance(error, exceptions.Busy):
            self._retry_after = max(self._retry_after, error.retry_after)
        again = may_work_later(error, self.started)
        state = result_states.PENDING if again else result_states.FAILED
        for number in numbers:
            self._change(number, state=state, reason=str(error))

    def _not_adopted(self, numbers: Sequence[int]) -> list[int]:
        """Take over what an earlier try has begun, by one list a method.

        Returns those that are to be begun.
        """
        left: list[int] = []
        for slug, group in _by_method(self.found, numbers).items():
            try:
                made = {p.resource_id: p.id for p in self._marked(slug)}
            except exceptions.ProtectionError as error:
                self._held_up(group, error)
                continue
            for number in group:
                point_id = made.get(self.found[number]['resource_id'])
                if point_id:
                    self._change(number, id=point_id, reason='')
                else:
                    left.append(number)
        return left

    def _marked(self, slug: str) -> list[base.RecoveryPoint]:
        """The execution's points of a method, [] if it cannot list them."""
        protection = plugins.protection(slug)
        if not protection.lists_by_mark:
            return []
        found: list[base.RecoveryPoint] = protection.marked_points(
            self.cloud, self.mark
        )
        return found

    def _start(self, numbers: Sequence[int], selected: _Selected) -> None:
        """Begin each, some at once, while the slice lasts."""
        outcomes = concurrency.map_concurrently(
            _Starter(self, selected).start,
            numbers,
            self.cloud.settings.calls_at_once,
        )
        for number, outcome in zip(numbers, outcomes, strict=True):
            if isinstance(outcome, exceptions.ProtectionError):
                self._held_up([number], outcome)
            elif outcome:
                self._change(number, id=outcome, reason='')

    def _look(self) -> None:
        """Ask for the state of all that is being made."""
        begun = [one for one in self._pending if self.found[one]['id']]
        for slug, group in _by_method(self.found, begun).items():
            self._look_at(slug, group)

    def _look_at(self, slug: str, numbers: Sequence[int]) -> None:
        told: dict[str, base.RecoveryPoint] = {}
        try:
            if len(numbers) > 1:
                told = {point.id: point for point in self._marked(slug)}
        except exceptions.Unavailable as error:
            for number in numbers:
                self._change(number, reason=str(error))
            return
        polled = concurrency.map_concurrently(
            functools.partial(self._waited, told),
            numbers,
            self.cloud.settings.calls_at_once,
        )
        for number, wait in zip(numbers, polled, strict=True):
            self.found[number] = self.limit.fail_if_over(wait, clock.now())

    def _waited(
        self, told: Mapping[str, base.RecoveryPoint], number: int
    ) -> Wait:
        wait = self.found[number]
        point = told.get(wait['id'])
        if point is not None and point.state != base.ERROR:
            state = waits.WAIT_STATES[point.state]
            return {**wait, 'state': state, 'reason': ''}
        return waits.polled_wait(self.cloud, wait)


def _by_method(
    found: Sequence[Wait], numbers: Iterable[int]
) -> dict[str, list[int]]:
    """``{slug of the protection: numbers of its waits}``."""
    slugs = sorted(numbers, key=lambda one: found[one]['protection'])
    return {
        slug: list(group)
        for slug, group in itertools.groupby(
            slugs, key=lambda one: found[one]['protection']
        )
    }


class _Starter:
    """Begins recovery points; after a rate limit it begins no more."""

    def __init__(self, work: ResourceProtection, selected: _Selected) -> None:
        self._work = work
        self._selected = selected
        self._busy: exceptions.Busy | None = None
        self._at = datetime.datetime.fromisoformat(work.resolution['at'])

    def start(self, number: int) -> str | exceptions.ProtectionError:
        """The new point's id or token, or the error; '' after the slice."""
        if self._busy:
            return self._busy
        if not self._work.time_slice.left or self._work.has_ended():
            return ''
        try:
            return self._begin(number)
        except exceptions.Busy as error:
            self._busy = error
            return error
        except exceptions.ProtectionError as error:
            return error

    def _begin(self, number: int) -> str:
        """The new point's id or token."""
        work, wait = self._work, self._work.found[number]
        chosen = self._selected.get(ResourceRef.of_result(wait))
        if chosen is None or chosen.resource is None:
            raise exceptions.NotFound(_reason_missing(wait, chosen))
        protection = plugins.protection(wait['protection'])
        with service_limits.call_to(work.cloud, protection.service_type):
            return begin_point(
                work.cloud, chosen, protection, work.mark, self._at
            )


def _reason_missing(
    wait: Wait, chosen: selection.SelectedResource | None
) -> str:
    if chosen is not None and chosen.reason:
        return chosen.reason
    kind = plugins.protectable(wait['type']).name.lower()
    return f"The {kind} is no longer in the plan."


def begin_point(
    cloud: Cloud,
    chosen: selection.SelectedResource,
    protection: base.Protection,
    mark: base.Mark,
    at: datetime.datetime,
) -> str:
    """Start to protect a resource; the new point's id or token.

    Where a protection cannot list by mark, it is asked for the point of an
    earlier try first.
    """
    resource = chosen.resource
    assert resource is not None
    if not protection.lists_by_mark:
        made = protection.delivered(cloud, resource, mark)
        if made:
            return made
    obstacle = methods.obstacle(cloud, resource, protection)
    if obstacle:
        raise exceptions.Refused(obstacle)
    options = steps.options_with_timed_name(
        protection, chosen.entry['options'], at
    )
    steps.validate_options(protection.options_schema, options)
    point_id: str = protection.protect(cloud, resource, options, mark)
    return point_id
