# SPDX-License-Identifier: Apache-2.0
"""What the pages cost in a cloud that is full: ``python -m tests.bench``.

How to repeat it, and what it said last, is told in
doc/source/contributor/performance.rst.
"""
