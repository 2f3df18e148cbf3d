# SPDX-License-Identifier: Apache-2.0
"""A line that quotes a name, such as the default description of a point.

Services take at most 255 characters in a description. Cinder takes no
character that is not printable and none above U+FFFF, such as emoji. Names of
resources may have all that.
"""

MAX_LENGTH = 255


def printable_text(text: str) -> str:
    """The text without what some service would not take."""
    return ''.join(filter(_is_taken, text))[:MAX_LENGTH]


def _is_taken(character: str) -> bool:
    return character.isprintable() and character <= '\uffff'
