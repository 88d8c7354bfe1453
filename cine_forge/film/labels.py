"""Ids and labels of shots: allotted once, never used again.

An id is `<episode>/shot:<scene code>-<2 or more base-32 digits>`; the scene's code in it makes it unique
within the episode although scenes are divided apart from each other. A label is the scene's number and a
letter, as on a slate: 4A, 4B … without I and O, then 4A2, 4B2 …
"""

from __future__ import annotations

from collections.abc import Iterable

from cine_forge.kernel.ground.hashing import digest_of

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_BASE32 = "abcdefghijkmnpqrstuvwxyz23456789"
_WIDEN_AFTER = 64


def shot_id(scene: str, content: str, taken: Iterable[str]) -> str:
    """Return a new shot id for this content that is not among the `taken` (living and retired) ids."""
    used = frozenset(taken)
    episode, _, own = scene.rpartition("/")
    code = own.partition(":")[2] or own
    prefix = f"{episode}/shot:" if episode else "shot:"
    attempt = 0
    while True:
        candidate = f"{prefix}{code}-{_digits(scene, content, attempt)}"
        if candidate not in used:
            return candidate
        attempt += 1


def _digits(scene: str, content: str, attempt: int) -> str:
    number = int(digest_of([scene, content, attempt])[:16], 16)
    width = 2 + attempt // _WIDEN_AFTER
    return "".join(_BASE32[(number >> 5 * place) & 31] for place in range(width))


def next_label(number: str, taken: Iterable[str]) -> str:
    """Return the first label of the scene after every label that was ever given."""
    highest = max((_ordinal(number, label) for label in taken), default=-1)
    turn, letter = divmod(highest + 1, len(LETTERS))
    return f"{number}{LETTERS[letter]}" + (str(turn + 1) if turn else "")


def _ordinal(number: str, label: str) -> int:
    own = label[len(number) :] if label.startswith(number) else ""
    letter, turn = own[:1], own[1:]
    if not letter or letter not in LETTERS or (turn and not turn.isdigit()):
        return -1
    return (int(turn) - 1 if turn else 0) * len(LETTERS) + LETTERS.index(letter)
