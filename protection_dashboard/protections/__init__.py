# SPDX-License-Identifier: Apache-2.0
"""Ways to protect a resource: one module each."""
