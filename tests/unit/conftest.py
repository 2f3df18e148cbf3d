# SPDX-License-Identifier: Apache-2.0
from tests.unit.in_memory import copies  # noqa: F401
from tests.unit.in_memory import disks  # noqa: F401
from tests.unit.in_memory import plugin  # noqa: F401
