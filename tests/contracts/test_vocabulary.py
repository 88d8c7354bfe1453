"""No film word in the kernel: it can be lifted out as it stands, for another trade."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
KERNEL = ROOT / "cine_forge" / "kernel"
FILM_WORDS = ("scene", "shot", "storyboard", "screenplay", "episode", "camera")

_SPOKEN = frozenset(
    {tokenize.NAME, tokenize.STRING, tokenize.COMMENT, getattr(tokenize, "FSTRING_MIDDLE", -1)}
)
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_BANNED = frozenset(FILM_WORDS) | frozenset(f"{word}s" for word in FILM_WORDS)


def words_of(text: str) -> list[str]:
    """Return the words of an identifier or sentence in lower case; snake and camel case are split."""
    return [word.lower() for word in _WORD.findall(text)]


def film_words_in(source: str) -> Iterator[tuple[int, str]]:
    """Yield line and word for each film word in an identifier, a string, a docstring or a comment."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type in _SPOKEN:
            yield from ((token.start[0], word) for word in words_of(token.string) if word in _BANNED)


@pytest.mark.row("F1")
def test_the_kernel_knows_no_film_word() -> None:
    found = [
        f"{file.relative_to(ROOT)}:{line} says `{word}`"
        for file in sorted(KERNEL.rglob("*.py"))
        for line, word in film_words_in(file.read_text())
    ]
    assert not found, "\n".join(found)


@pytest.mark.row("F1")
def test_no_file_of_the_kernel_is_named_after_film() -> None:
    named = [str(file.relative_to(ROOT)) for file in KERNEL.rglob("*") if set(words_of(file.name)) & _BANNED]
    assert not named


@pytest.mark.parametrize(
    "source",
    [
        "shot = 1",
        "class SceneList: ...",
        "x = 'two episodes'",
        "# the camera",
        '"""A storyboard."""',
        "f'{x} scenes'",
    ],
)
def test_a_film_word_is_heard_wherever_it_is_said(source: str) -> None:
    assert list(film_words_in(source))


@pytest.mark.parametrize("source", ["snapshot = 1", "obscene = 2", "# a screenshot", "class Episodic: ..."])
def test_a_longer_word_that_holds_one_is_free(source: str) -> None:
    assert not list(film_words_in(source))
