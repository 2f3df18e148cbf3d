# SPDX-License-Identifier: Apache-2.0
"""Our classes that meet in one form do not take names from one another.

A form is made of mixins. Whoever writes one cannot see the names of the
others, so that a name that two of them define is one of them lost.
"""

import ast
import importlib
import inspect
import itertools
import pkgutil
import textwrap

from django import forms
import pytest

import protection_dashboard

PACKAGE = protection_dashboard.__name__
#: ``(class, name)``: replaces what it inherits, and means to
DELIBERATE = {
    ('ScheduleResourceForm', 'act'),
    ('CreatePlanForm', 'schedules'),
    ('ClonePlanForm', 'schedules'),
    ('EditPlanForm', 'first_retention'),
}


def form_classes():
    """All forms of the package, mixins of forms too."""
    names = [
        module.name
        for module in pkgutil.walk_packages(
            protection_dashboard.__path__, PACKAGE + '.'
        )
        if '.enabled.' not in module.name
    ]
    found = {
        one
        for name in names
        for one in vars(importlib.import_module(name)).values()
        if inspect.isclass(one) and issubclass(one, forms.BaseForm)
    }
    return sorted(filter(is_ours, found), key=lambda one: one.__qualname__)


def is_ours(one, package=PACKAGE):
    return one.__module__.startswith(package)


def defined(one):
    """``{name: node}`` of what a class itself defines: methods, attributes,
    fields of forms, and what its methods put on ``self``.
    """
    (body,) = ast.parse(textwrap.dedent(inspect.getsource(one))).body
    found = {}
    for node in ast.walk(body):
        if isinstance(node, ast.Attribute) and is_set_on_self(node):
            found[node.attr] = node
    for node in body.body:
        if isinstance(node, ast.FunctionDef):
            found[node.name] = node
        targets = node.targets if isinstance(node, ast.Assign) else ()
        found.update((t.id, node) for t in targets)
    return {name: n for name, n in found.items() if not name.startswith('__')}


def is_set_on_self(node):
    """Whether a method puts the attribute on its object."""
    return isinstance(node.ctx, ast.Store) and (
        isinstance(node.value, ast.Name) and node.value.id == 'self'
    )


def calls_super(node):
    return any(
        isinstance(one, ast.Name) and one.id == 'super'
        for one in ast.walk(node)
    )


def is_abstract(node):
    return any(isinstance(one, ast.Raise) for one in ast.walk(node)) and (
        'NotImplementedError' in ast.dump(node)
    )


def collisions(form, package=PACKAGE):
    """``(upper, lower, name)`` where a class takes a name from another."""
    mro = [one for one in form.__mro__ if is_ours(one, package)]
    names = {one: defined(one) for one in mro}
    for upper, lower in itertools.combinations(mro, 2):
        for name in names[upper].keys() & names[lower].keys():
            if not allowed(upper, lower, name, names):
                yield upper.__name__, lower.__name__, name


def allowed(upper, lower, name, names):
    """Whether a class may define what another has defined before it.

    It may go on where the other one ends; fill in what that leaves open; or
    set a value of a class that it knows, as it inherits from it.
    """
    over, under = names[upper][name], names[lower][name]
    if calls_super(over) or is_abstract(under):
        return True
    if (upper.__name__, name) in DELIBERATE:
        return issubclass(upper, lower)
    setting = isinstance(over, ast.Assign)
    setting = setting and isinstance(under, ast.Assign | ast.Attribute)
    private = name.startswith('_') or name in getattr(upper, 'base_fields', ())
    return issubclass(upper, lower) and setting and not private


@pytest.mark.parametrize('form', form_classes(), ids=lambda one: one.__name__)
def test_no_class_of_a_form_takes_a_name_from_another(form):
    assert not list(collisions(form))


def test_each_exception_is_needed():
    """What is excused here is there."""
    found = {
        (one.__name__, name) for one in form_classes() for name in defined(one)
    }
    assert found >= DELIBERATE


class Mixin(forms.Form):
    size = forms.CharField()
    hint = ''

    def words(self):
        raise NotImplementedError

    def look(self):
        self.seen = self._check()

    def _check(self):
        """What :meth:`look` needs."""


class Sibling(forms.Form):
    hint = 'other'


class Field(Mixin):
    size = forms.IntegerField()


class Method(Mixin):
    def look(self):
        """Another one."""


class Private(Mixin):
    def _check(self):
        """Another one."""


class Attribute(Mixin):
    def remember(self):
        self.seen = 'something else'


class Met(Sibling, Mixin):
    """Neither of the two knows the other."""


class Fine(Mixin):
    hint = 'mine'

    def words(self):
        return self.hint

    def look(self):
        super().look()


@pytest.mark.parametrize(
    ('form', 'names'),
    [
        (Field, ['size']),
        (Method, ['look']),
        (Private, ['_check']),
        (Attribute, ['seen']),
        (Met, ['hint']),
        (Fine, []),
    ],
)
def test_a_name_that_is_taken_is_found(form, names):
    found = collisions(form, __name__)
    assert [name for _upper, _lower, name in found] == names
