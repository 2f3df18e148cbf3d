# SPDX-License-Identifier: Apache-2.0
"""A real OpenStack on one machine, for the demo and the tests."""
