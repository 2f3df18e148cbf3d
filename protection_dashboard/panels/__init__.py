# SPDX-License-Identifier: Apache-2.0
"""The panels: a package for each one, and ``shared`` for several."""
