# SPDX-License-Identifier: Apache-2.0
"""Enabled files of this site: its cloud has no Nova and no Neutron."""
