# SPDX-License-Identifier: Apache-2.0
"""Django's lazy plurals, each made once.

Django makes a class for each of them, a fifth of what a page of 20 rows
costs: every action of every row asks for its name.
"""

import functools

from django.utils import translation

ngettext_lazy = functools.lru_cache(maxsize=1024)(translation.ngettext_lazy)
