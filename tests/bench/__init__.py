# SPDX-License-Identifier: Apache-2.0
"""What the pages cost in a cloud that is full: ``python -m tests.bench``.

doc/performance.md tells how to repeat it and what it said last.
"""
