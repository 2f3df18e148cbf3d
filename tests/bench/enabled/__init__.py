# SPDX-License-Identifier: Apache-2.0
"""What the benchmark adds to its Horizon."""
