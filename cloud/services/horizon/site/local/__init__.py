# SPDX-License-Identifier: Apache-2.0
"""This cloud's settings of Horizon, found on the path as ``local``."""
