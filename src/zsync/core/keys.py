"""Keys of new objects: chosen here, so that a write may be repeated without making an object twice."""

import hashlib
import secrets
from random import Random

#: The characters that a Zotero key may have: no 0, 1 and O (zotero/dataserver).
ALPHABET = "23456789ABCDEFGHIJKLMNPQRSTUVWXYZ"
_LENGTH = 8


def new_key(random: Random | None = None) -> str:
    """Return a key for a new object; ``random`` is the source of chance, the system's by default.

    There are 33 to the power of 8 keys, so that two alike are not to be expected in one library.
    """
    return "".join((random or secrets.SystemRandom()).choices(ALPHABET, k=_LENGTH))


def derived_key(*parts: str) -> str:
    """Return the key for a child object: the same for the same parent and content.

    So a push that was cut short finds the child that it made before, without having noted it down.
    """
    number = int.from_bytes(hashlib.sha256("\x1f".join(parts).encode()).digest()[:8])
    letters = []
    for _ in range(_LENGTH):
        number, letter = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[letter])
    return "".join(letters)
