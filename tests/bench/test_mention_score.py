"""The mention score counts what a script supervisor would count."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.script.head_noun import any_word, heads
from bench.script.mention_score import (
    CATEGORIES,
    LabelledScene,
    Mention,
    MentionScore,
    Tally,
    category,
    found_in,
    load_labels,
    score,
)

LABELS = Path(__file__).parents[2] / "bench" / "labels" / "mentions.json"
DATA = Path(__file__).parents[3] / "shared" / "data"


def scene(*mentions: Mention, language: str = "en") -> LabelledScene:
    return LabelledScene("a.txt", "INT. A", 1, 9, "dev", language, frozenset(CATEGORIES), mentions)


def measured(labelled: list[Mention], found: list[Mention], language: str = "en") -> MentionScore:
    return score([scene(*labelled, language=language)], {"a.txt": found})


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("wanted poster", {"poster"}),
        ("a stack of blank canvasses", {"stack", "canva"}),
        ("framed jersey with blood stain", {"jersey"}),
        ("Beretta pistol (black)", {"pistol"}),
        ("an umbrella", {"umbrella"}),
        ("LAND ROVER DEFENDER 90", {"defender"}),
        ("DETECTIVE'S batteries", {"battery"}),
        ("", set()),
    ],
)
def test_the_head_is_the_last_noun_before_what_only_describes_it(name: str, expected: set[str]) -> None:
    assert heads(name) == expected


@pytest.mark.parametrize(
    ("one", "many", "language"),
    [
        ("glass", "glasses", "en"),
        ("knife", "knives", "en"),
        ("box", "boxes", "en"),
        ("bus", "buses", "en"),
        ("glove", "gloves", "en"),
        ("tie", "ties", "en"),
        ("fireman", "firemen", "en"),
        ("canvas", "canvasses", "en"),
        ("Hut", "Hüte", "de"),
        ("Laterne", "Laternen", "de"),
        ("перчатка", "перчатках", "ru"),
        ("вода", "воду", "ru"),
    ],
)
def test_singular_plural_and_case_are_folded(one: str, many: str, language: str) -> None:
    assert heads(one, language) == heads(many, language) != frozenset()


def test_different_nouns_stay_apart() -> None:
    pairs = [("cap", "cape"), ("car", "card"), ("plan", "plane"), ("sign", "signal"), ("key", "keyboard")]
    assert [pair for pair in pairs if heads(pair[0]) & heads(pair[1])] == []


def test_a_thing_is_found_by_its_head_in_whatever_category() -> None:
    result = measured([Mention("prop", "wanted poster", 3)], [Mention("set_dressing", "poster", 4)])
    assert result.pooled == Tally(labelled=1, hit=1, found=1, right=1)
    assert result.agreeing == Tally(labelled=1, hit=0, found=1, right=0)


def test_what_is_missed_and_what_is_wrong_are_kept_by_name() -> None:
    result = measured([Mention("prop", "sword", 2)], [Mention("prop", "road", 3)])
    assert [(miss.wrong, miss.mention.name) for miss in result.misses] == [(False, "sword"), (True, "road")]
    assert (result.pooled.recall, result.pooled.precision) == (0.0, 0.0)


def test_each_head_counts_once_in_a_scene() -> None:
    labelled = [Mention("prop", "phone", 2), Mention("sound", "phone", 2)]
    found = [Mention("prop", "phone", 2), Mention("prop", "old phones", 5)]
    assert measured(labelled, found).pooled == Tally(1, 1, 1, 1)


def test_another_word_for_the_same_thing_is_neither_missed_nor_wrong() -> None:
    labelled = [Mention("prop", "tome", 2, also=("book",))]
    assert measured(labelled, [Mention("prop", "book", 4)]).pooled == Tally(1, 1, 1, 1)


def test_a_finding_outside_the_lines_of_the_scene_is_not_its_own() -> None:
    assert measured([], [Mention("prop", "sword", 10)]).pooled == Tally()


def test_a_sound_matches_by_any_word_and_a_prop_does_not() -> None:
    assert measured([Mention("sound", "printer beeps", 2)], [Mention("sound", "printer", 2)]).pooled.hit == 1
    assert measured([Mention("prop", "printer cable", 2)], [Mention("prop", "printer", 2)]).pooled.hit == 0
    assert any_word("rain-soaked streets") == {"rain", "soaked", "street"}


def test_people_are_told_by_category_and_not_pooled() -> None:
    result = measured([Mention("cast", "JACK McCORD", 2)], [Mention("cast", "JACK", 2)])
    assert result.pooled == Tally()
    assert result.by_category == {"cast": Tally(1, 1, 1, 1)}


def test_a_category_that_the_labeller_did_not_look_for_is_left_out() -> None:
    gold = LabelledScene("a.txt", "INT. A", 1, 9, "gold", "en", frozenset({"prop"}), ())
    assert score([gold], {"a.txt": [Mention("animal", "horse", 2)]}).pooled == Tally()


def test_categories_of_the_labels_and_of_the_program_get_one_name() -> None:
    assert [category(name) for name in ("props", "prop", "animals", "character", "Set Dressing")] == [
        "prop",
        "prop",
        "animal",
        "cast",
        "set_dressing",
    ]


def test_who_has_a_cue_is_found_as_cast() -> None:
    inspected = {"mentions": [], "cues": [{"character": "MAE", "line": 5}]}
    assert found_in(inspected) == (Mention("cast", "MAE", 5),)


def test_every_label_stands_in_its_scene_and_the_halves_alternate() -> None:
    labels = load_labels(LABELS)
    assert len(labels) >= 48
    assert all(one.first <= named.line <= one.last for one in labels for named in one.mentions)
    assert {named.category for one in labels for named in one.mentions} <= set(CATEGORIES)
    assert [one.part for one in labels] == (["dev", "held_out"] * len(labels))[: len(labels)]
    assert list(labels) == sorted(labels, key=lambda one: (one.file, one.first))


def test_every_label_stands_in_the_line_it_names() -> None:
    if not (DATA / "scripts").is_dir():
        pytest.skip("the shared scripts are absent")
    for one in load_labels(LABELS):
        lines = (DATA / "scripts" / one.file).read_text(encoding="utf-8").split("\n")
        assert [m.name for m in one.mentions if m.name.lower() not in lines[m.line - 1].lower()] == []


def test_the_first_scenes_of_a_gold_file_are_labels_too(tmp_path: Path) -> None:
    gold = {
        "schema": "script-gold/1",
        "script": "a.txt",
        "scenes": [{"n": 1, "line": 3, "raw": "INT. A"}, {"n": 2, "line": 8, "raw": "INT. B"}],
        "elements_first5": [{"scene": 1, "props": ["key"], "sfx": []}],
    }
    path = tmp_path / "a.gold.json"
    path.write_text(json.dumps(gold))
    (only,) = load_labels(path)
    assert (only.first, only.last, only.part, only.mentions) == (3, 7, "gold", (Mention("prop", "key", 3),))
