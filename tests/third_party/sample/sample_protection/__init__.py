# SPDX-License-Identifier: Apache-2.0
"""What a third party adds to protection_dashboard by entry points alone."""
