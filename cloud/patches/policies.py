# SPDX-License-Identifier: Apache-2.0
"""Read the policies of a service once, not at every check.

oslo.policy looks at the files and goes through all rules of the service
before each of the dozens of checks of one request. An edited policy file of
this cloud counts once its service is started again.
"""

import functools


def install() -> None:
    """Patch oslo.policy in this process."""
    from oslo_policy import policy

    policy.Enforcer.loaded_rules = None
    policy.Enforcer.load_rules = _once(policy.Enforcer.load_rules)


def _once(load):
    """Load again when asked for it, or when the rules are others."""

    @functools.wraps(load)
    def load_once(enforcer, *forced, **options) -> None:
        count = len(enforcer.registered_rules)
        known = not enforcer._need_check_rule  # set anew with the rules
        if forced or options or not known or enforcer.loaded_rules != count:
            load(enforcer, *forced, **options)
            enforcer.loaded_rules = count

    return load_once
