# SPDX-License-Identifier: Apache-2.0
"""Kinds of resources that can be protected: one module each."""
