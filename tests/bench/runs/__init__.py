# SPDX-License-Identifier: Apache-2.0
"""What a run of a plan costs, beside the same calls made directly."""
