# SPDX-License-Identifier: Apache-2.0
"""The execution that an action belongs to, as Mistral's API tells it."""

import contextlib
import datetime
import functools
import threading
import time
from typing import Any

from protection_dashboard import exceptions
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.api.mistral import executions as mistral_executions
from protection_dashboard.common import clock
from protection_dashboard.common import json_text
from protection_dashboard.executions import records
from protection_dashboard.executions import steps
from protection_dashboard.plans import document as plan_document
from protection_dashboard.plans.schema import DEFAULT_TIME_LIMIT
from protection_dashboard.plans.schema import PlanDocument
from protection_dashboard.protections import base

# for how many seconds the answer to "has it ended" counts
_ANSWER_COUNTS = 1.0


class OwnExecution:
    """The execution of an action.

    ``cloud`` is the action's; ``context`` is Mistral's context of the
    execution. ProtectionErrors of Mistral are raised by every attribute that
    has to be asked for.
    """

    def __init__(self, cloud: Cloud, context: Any) -> None:
        self.cloud = cloud
        self.id: str = context.workflow_execution_id
        self.workflow_name: str = context.workflow_name
        self._task_id: str = context.task_execution_id or ''
        self._lock = threading.Lock()
        self._asked_at = float('-inf')
        self._ended = False

    @functools.cached_property
    def _found(self) -> Any:
        return mistral.execution_get(self.cloud, self.id)

    @property
    def input(self) -> dict[str, Any]:
        """The input of its workflow."""
        return json_text.object_or_empty(self._found.input)

    @property
    def started(self) -> datetime.datetime:
        """When it began, aware."""
        began: datetime.datetime = clock.parse_utc(self._found.created_at)
        return began

    @property
    def plan_id(self) -> str:
        """The id of its saved plan; '' if it executes none."""
        kind, owner = records.workflow_kind_and_id(self.workflow_name)
        return owner if kind == records.PLAN else ''

    @property
    def schedule_id(self) -> str:
        """The id of the schedule that its recovery points belong to, or ''."""
        return json_text.text_or_empty(self.input.get('schedule'))

    @functools.cached_property
    def document(self) -> PlanDocument | None:
        """The plan's document as it is saved now; None when it is gone.

        In a retry with Force that option is on.
        """
        if not self.plan_id:
            saved = plan_document.decode_document(self.input['plan'])
        else:
            try:
                found = mistral.workflow_get(self.cloud, self.workflow_name)
            except exceptions.NotFound:
                return None
            saved = plan_document.plan_from_workflow(found).document
        return steps.document_with_force(saved, self.input.get('only'))

    @property
    def limit_hours(self) -> int:
        """How many hours it may take."""
        document = self.document
        if document is None:
            return DEFAULT_TIME_LIMIT
        return document.get('time_limit', DEFAULT_TIME_LIMIT)

    @property
    def mark(self) -> base.Mark:
        """The mark of the recovery points that it makes."""
        return base.Mark(
            plan=self.plan_id, schedule=self.schedule_id, execution=self.id
        )

    def has_ended(self) -> bool:
        """Whether somebody ended it, or Mistral began this task anew.

        It is asked of Mistral once a second at most; False while Mistral's API
        does not answer.
        """
        with self._lock:
            now = time.monotonic()
            if not self._ended and now - self._asked_at > _ANSWER_COUNTS:
                self._ended = self._ask_whether_ended()
                self._asked_at = now
            return self._ended

    def _ask_whether_ended(self) -> bool:
        try:
            state = mistral.execution_get(self.cloud, self.id).state
            return state in records.FINAL or self._task_has_ended()
        except exceptions.NotFound:
            return True
        except exceptions.ProtectionError:
            return False

    def _task_has_ended(self) -> bool:
        with contextlib.suppress(exceptions.Unavailable):
            state = mistral_executions.task_state(self.cloud, self._task_id)
            return state in ('SUCCESS', 'ERROR')
        return False
