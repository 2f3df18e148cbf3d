# SPDX-License-Identifier: Apache-2.0
"""The part of a plan's form about resources, rules and options.

``self.document`` is the PlanDocument that the form was opened with: what no
field shows is copied into the new document unchanged.
"""

import collections

from django.utils.functional import cached_property
from django.utils.translation import gettext

from protection_dashboard.panels.plans.wizard import picks
from protection_dashboard.panels.plans.wizard import rules
from protection_dashboard.panels.plans.wizard import tree
from protection_dashboard.panels.plans.wizard import type_options
from protection_dashboard.ui import request_user


class PlanDraftMixin:
    """For a form with ``document``, ``inventory``, ``offers`` and ``preset``.

    ``preset`` are keys of resources to tick besides those of the document.
    ``problems`` are lists of sentences by the step that they belong to.
    """

    @cached_property
    def problems(self):
        return collections.defaultdict(list)

    @cached_property
    def picked(self):
        """Keys of the resources that are ticked."""
        if self.is_bound:
            return picks.sent_keys(self.data, picks.FIELD)
        stored = picks.keys(self.document['resources'])
        return [*dict.fromkeys([*stored, *self.preset])]

    @cached_property
    def excluded(self):
        """Keys of the resources that are excluded without a rule."""
        if self.is_bound:
            return picks.sent_keys(self.data, picks.EXCLUDED)
        stored = self.document.get('exclusions', [])
        return picks.keys(one for one in stored if 'id' in one)

    @cached_property
    def slugs(self):
        """Slugs of available types, and of those that the document names."""
        named = [
            *self.document['resources'],
            *self.document.get('selectors', []),
            *self.document.get('exclusions', []),
        ]
        known = [*self.inventory.resources, *self.inventory.errors]
        return [*dict.fromkeys([*known, *(one['type'] for one in named)])]

    @cached_property
    def rows(self):
        """The formset of the rules by name and metadata."""
        data = self.data if self.is_bound else None
        slugs = [slug for slug in self.slugs if slug != 'project']
        return rules.rule_formset(slugs, data=data, document=self.document)

    @cached_property
    def selectors(self):
        """The rules that select, as a document holds them."""
        if self.is_bound:
            return self.rows.rules_of_mode(rules.INCLUDE)
        return self.document.get('selectors', [])

    @cached_property
    def exceptions(self):
        """The rules that exclude, as a document holds them."""
        if self.is_bound:
            return self.rows.rules_of_mode(rules.EXCLUDE)
        stored = self.document.get('exclusions', [])
        return [one for one in stored if 'id' not in one]

    @cached_property
    def exclusions(self):
        return [*self.exceptions, *self._picks.exclusions(self.excluded)]

    @cached_property
    def _picks(self):
        return picks.PickedResources(self.inventory, self.document)

    @cached_property
    def tree(self):
        return tree.type_branches(self.inventory, self.picked, self.document)

    @cached_property
    def blocks(self):
        """The options of each type, ``{slug: TypeForm}``."""
        cloud, allowed = (
            request_user.cloud(self.request),
            request_user.operator_limits(),
        )
        stored = type_options.shown_methods(self.document)
        return {
            slug: type_options.TypeOptionsForm(
                slug,
                type_options.type_methods(cloud, slug, allowed),
                stored=stored.get(slug),
                resources=self.inventory.resources.get(slug, ()),
                offers=self.offers,
                data=self.data if self.is_bound else None,
            )
            for slug in self.slugs
        }

    @cached_property
    def entries(self):
        """Resources of the new document; adds their errors to ``problems``."""
        found, wrong = self._picks.entries(self.picked)
        self.problems['resources'] += [*wrong, *self.rows.problem_lines()]
        if not self.picked and not self.selectors and not wrong:
            text = gettext("Tick a resource, or add a rule that selects some.")
            self.problems['resources'].append(text)
        lifted = type_options.common_own_methods(self.document)
        return [
            type_options.without_common_method(entry, lifted)
            for entry in found
        ]

    def methods(self, plan_name):
        """``{type: method}``; adds errors of options to ``problems``.

        Those of the types that the plan protects now, and those of other
        types that the document has.
        """
        before = type_options.types_without_own_method(self.document)
        found = {
            slug: method
            for slug, method in self.document.get('methods', {}).items()
            if slug not in before
        }
        now = {'resources': self.entries, 'selectors': self.selectors}
        for slug in sorted(
            type_options.types_without_own_method(now) & self.blocks.keys()
        ):
            block = self.blocks[slug]
            method = block.document_method(plan_name)
            self.problems['options'] += block.problem_lines()
            if method:
                found[slug] = method
        return found
