"""The people score rewards names held together and people kept apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.script.people_score import Character, b_cubed, found_in, joined, load_labels, plain

LABELS = Path(__file__).parents[2] / "bench" / "labels" / "people.json"
DATA = Path(__file__).parents[3] / "shared" / "data"
TOM = Character("TOM", {"TOM": 2}, ("TOM BILLINGS",))
MAE = Character("MAE", {"MAE": 1})


def test_the_truth_scores_one() -> None:
    result = b_cubed([TOM, MAE], [TOM, MAE])
    assert (result.names, result.precision, result.recall, result.f1) == (3, 1.0, 1.0, 1.0)
    assert result.split == result.merged == ()


def test_a_person_in_two_pieces_costs_recall_by_the_weight_of_the_names() -> None:
    result = b_cubed([TOM, MAE], [Character("TOM", {"TOM": 2}), Character("TOM BILLINGS"), MAE])
    # TOM (2 of 3) finds 2/3 of himself, his full name 1/3, MAE all: (2 * 2/3 + 1/3 + 1) / 4
    assert result.precision == 1.0
    assert result.recall == pytest.approx(2 / 3)
    assert result.split == ("TOM",)


def test_each_name_once_forgets_how_often_it_speaks() -> None:
    result = b_cubed([TOM, MAE], [Character("TOM", {"TOM": 2}), MAE], each_once=True)
    assert result.recall == pytest.approx((1 / 2 + 1 / 2 + 1) / 3)


def test_two_people_in_one_cost_precision() -> None:
    result = b_cubed([TOM, MAE], [Character("TOM", {"TOM": 2, "MAE": 1}, ("TOM BILLINGS",))])
    # three of the four belong together, one does not: (3 * 3/4 + 1/4) / 4
    assert result.recall == 1.0
    assert result.precision == pytest.approx(10 / 16)
    assert result.merged == ("TOM", "TOM BILLINGS", "MAE")


def test_a_name_that_is_not_known_stands_alone() -> None:
    assert b_cubed([MAE], []).f1 == 1.0
    assert b_cubed([TOM], [Character("TOM", {"TOM": 2})]).recall == pytest.approx(5 / 9)


def test_a_cue_for_several_is_right_only_when_all_of_them_have_it() -> None:
    first, second = Character("A", {"A": 1, "BOTH": 1}), Character("B", {"B": 1, "BOTH": 1})
    assert b_cubed([first, second], [first, second]).f1 == 1.0
    alone = b_cubed([first, second], [Character("A", {"A": 1}), Character("B", {"B": 1})])
    assert alone.precision == 1.0
    assert alone.recall < 0.7


def test_what_is_found_beyond_the_gold_is_not_scored() -> None:
    assert b_cubed([MAE], [MAE, Character("NOBODY", {"NOBODY": 9})]).f1 == 1.0


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("MIKE (CONT'D)", "MIKE"),
        ("Jack  McCord", "JACK MCCORD"),
        ("(cont.d)", "CONT.D"),
        ("БАБУШКА (за сценой)", "БАБУШКА"),
    ],
)
def test_a_name_is_compared_without_case_and_extension(raw: str, name: str) -> None:
    assert plain(raw) == name


def test_a_cue_belongs_to_the_entity_that_has_its_name() -> None:
    inspected = {
        "entities": [
            {"id": "character:tom", "kind": "character", "name": "TOM", "aliases": ["Billings"]},
            {"id": "location:bar", "kind": "location", "name": "BAR", "aliases": []},
        ],
        "cues": [{"character": "BILLINGS", "raw": "BILLINGS (V.O.)"}, {"character": "MAE", "raw": "MAE"}],
    }
    (tom,) = found_in(inspected)
    assert (tom.cues, tom.aliases) == ({"BILLINGS (V.O.)": 1}, ("TOM", "Billings"))


def test_further_names_join_the_people_of_a_gold_list() -> None:
    both = joined([MAE], [Character("Mae", {}, ("Miss Mae",)), Character("SAM")])
    assert [one.aliases for one in both] == [("Miss Mae",), ()]


def test_every_name_labelled_stands_in_its_script() -> None:
    labels = load_labels(LABELS)
    assert len(labels) >= 6
    if not (DATA / "scripts").is_dir():
        pytest.skip("the shared scripts are absent")
    for file, people in labels.items():
        text = (DATA / "scripts" / file).read_text(encoding="utf-8").lower()
        assert [x for one in people for x in (*one.cues, *one.aliases) if x.lower() not in text] == []
