# SPDX-License-Identifier: Apache-2.0
"""A line that quotes a name, such as the description a point starts with.

Services take at most 255 characters in a description, and Cinder none that
cannot be seen and none above U+FFFF, which emoji are; names may have all that.
"""

LONGEST = 255


def of(text):
    """The text, as every service takes it."""
    return ''.join(filter(_is_taken, text))[:LONGEST]


def _is_taken(character):
    return character.isprintable() and character <= '\uffff'
