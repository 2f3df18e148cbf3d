# SPDX-License-Identifier: Apache-2.0
from tests.support.in_memory_plugin import copies  # noqa: F401
from tests.support.in_memory_plugin import disks  # noqa: F401
from tests.support.in_memory_plugin import plugin  # noqa: F401
