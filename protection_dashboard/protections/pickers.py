# SPDX-License-Identifier: Apache-2.0
"""Lists of existing things that a schema names as ``x-picker: NAME``.

An entry point of the group ``protection_dashboard.pickers`` names a function
``cloud -> [(value, label)]``; each protectable is a picker of its slug, too.
"""

import collections
from collections.abc import Iterable
from collections.abc import Mapping
import functools

from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.api import cinder
from protection_dashboard.api import manila
from protection_dashboard.api import nova
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.common import concurrency
from protection_dashboard.protections.base import Pairs
from protection_dashboard.schemas.choices import Choices


def choices_by_picker(
    cloud: Cloud, names: Iterable[str]
) -> dict[str, Choices]:
    """``{picker: Choices}`` of some pickers, asked side by side."""
    calls = {
        name: functools.partial(picker_choices, cloud, name) for name in names
    }
    found, _errors = concurrency.gather(calls)
    return found


def picker_choices(cloud: Cloud, name: str) -> Choices:
    """The Choices of a picker, or the reason why it cannot give them."""
    return concurrency.value_or_error(
        lambda: Choices(offered=tuple(_list(cloud, name))),
        otherwise=lambda error: Choices(reason=str(error)),
    )


def _list(cloud: Cloud, name: str) -> Pairs:
    if name in plugins.pickers():
        return plugins.pickers()[name](cloud)
    if name in plugins.protectables():
        return labelled_pairs(plugins.protectable(name).names(cloud))
    raise exceptions.NotFound(
        f"There is no list of choices {name} here: ask your administrator "
        "for it."
    )


def labelled_pairs(names: Mapping[str, str]) -> Pairs:
    """``[(id, label)]`` of ``{id: name}``, sorted by label.

    The label is the name, with the id if several have this name; the id if
    there is no name.
    """
    count = collections.Counter(names.values())
    labels = {
        found: name if count[name] == 1 else f'{name} ({found})'
        for found, name in names.items()
        if name
    }
    pairs = [(found, labels.get(found, found)) for found in names]
    return sorted(pairs, key=lambda pair: (pair[1].lower(), pair[0]))


def flavor(cloud: Cloud) -> Pairs:
    """Nova's flavors."""
    pairs = [
        (flavor.id, f'{flavor.name} ({flavor.vcpus} vCPU, {flavor.ram} MiB)')
        for flavor in nova.flavor_list(cloud)
    ]
    return sorted(pairs, key=lambda pair: pair[1].lower())


def volume_type(cloud: Cloud) -> Pairs:
    return labelled_pairs(cinder.volume_type_names(cloud))


def share_type(cloud: Cloud) -> Pairs:
    return labelled_pairs(manila.share_type_names(cloud))


def share_network(cloud: Cloud) -> Pairs:
    return labelled_pairs(manila.share_network_names(cloud))
