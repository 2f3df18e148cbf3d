# SPDX-License-Identifier: Apache-2.0
"""Tests of the cloud that the other tests run on."""
