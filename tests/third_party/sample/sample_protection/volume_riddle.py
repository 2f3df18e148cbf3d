# SPDX-License-Identifier: Apache-2.0
"""A protection that asks for something that no form can be made of."""

from sample_protection import volume_note


class VolumeRiddle(volume_note.VolumeNote):
    slug = 'volume_riddle'
    OPTIONS_SCHEMA = {
        'type': 'object',
        'properties': {'answer': {'oneOf': [{'const': 42}]}},
    }
