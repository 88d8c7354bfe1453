"""The lists of nouns: each noun in one list, and every form found."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from cine_forge.film.breakdown.category import THINGS
from cine_forge.film.breakdown.nouns import catalogue as module
from cine_forge.film.breakdown.nouns.catalogue import catalogue, forms, nouns_of
from cine_forge.film.breakdown.nouns.foreign import LANGUAGES, foreign_nouns

LISTS = sorted(Path(module.__file__).parent.glob("*.txt"))
NO_THINGS = {"person", "place", "body", "abstract", "part"}


def test_every_category_has_a_list_and_every_list_is_a_category_or_says_what_is_no_thing() -> None:
    english = {path.stem for path in LISTS if "." not in path.stem}
    assert english == {*THINGS, *NO_THINGS}
    assert {path.stem.partition(".")[2] for path in LISTS} == {"", *LANGUAGES}


@pytest.mark.parametrize("language", ["", *LANGUAGES])
def test_a_noun_stands_in_one_list_only_in_small_letters(language: str) -> None:
    own = [path for path in LISTS if path.stem.partition(".")[2] == language]
    counted = Counter(noun for path in own for noun in nouns_of(path))
    assert [noun for noun, times in counted.items() if times > 1] == []
    assert all(noun == noun.lower() for noun in counted)


def test_there_are_thousands_of_things() -> None:
    things = [path for path in LISTS if path.stem in THINGS]
    assert sum(len(list(nouns_of(path))) for path in things) > 4000


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("knives", "prop"),
        ("matches", "prop"),
        ("candies", "prop"),
        ("scarves", "wardrobe"),
        ("glasses", "wardrobe"),
        ("wolves", "animal"),
        ("buses", "vehicle"),
        ("fire extinguishers", "prop"),
        ("plumber", "person"),
        ("plumbers", "extra"),
        ("friends", "person"),
        ("sorrow", "abstract"),
        ("xyzzy", None),
    ],
)
def test_a_noun_is_known_by_any_form(word: str, kind: str | None) -> None:
    assert catalogue().kind(word) == kind


def test_a_word_is_its_own_first_form() -> None:
    assert [next(forms(word)) for word in ("news", "ann's", "glass")] == ["news", "ann", "glass"]


@pytest.mark.parametrize(
    ("language", "word", "kind"),
    [
        ("de", "Büchern", "prop"),
        ("de", "Petroleumlampe", "set_dressing"),
        ("de", "stuhl", None),
        ("de", "Sekunden", None),
        ("ru", "книгу", "prop"),
        ("ru", "перчатках", "wardrobe"),
        ("ru", "водил", None),
    ],
)
def test_a_foreign_noun_is_known_by_its_cases(language: str, word: str, kind: str | None) -> None:
    found = foreign_nouns(language).find(word)
    assert (found[0] if found else None) == kind
