# SPDX-License-Identifier: Apache-2.0
"""Icons that Font Awesome 4 (Horizon up to 25.5) and 6 call differently.

What stands in other places is a name in both, such as ``rotate-right`` and
``thumb-tack``.
"""

#: both names; each font leaves out the one that it does not have
CLOCK = 'clock fa-clock-o'
