"""The experiment's file: which arms it means, and what is wrong with it, all at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from cine_forge.driver.experiments.experiment import Experiment, load_experiment
from cine_forge.driver.places import Places
from cine_forge.kernel.ground.errors import ProjectError, UsageError


def read(tmp_path: Path, text: str) -> Experiment:
    """Read an experiment of this text."""
    path = tmp_path / "configs" / "experiments" / "try.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"experiment: try\nrecipe: any\n{text}")
    return load_experiment("try", Places(tmp_path, tmp_path), tmp_path / "project")


def arms(experiment: Experiment) -> dict[str, dict[str, object]]:
    """Return each arm's params by its name."""
    return {arm.name: dict(arm.params) for arm in experiment.arms}


@pytest.mark.row("F27")
def test_vary_means_every_combination_in_the_order_of_the_file(tmp_path: Path) -> None:
    assert arms(read(tmp_path, "vary: {text: [a, b], n: [1, 2]}\nparams: {all: yes please}\n")) == {
        "text=a_n=1": {"all": "yes please", "text": "a", "n": 1},
        "text=a_n=2": {"all": "yes please", "text": "a", "n": 2},
        "text=b_n=1": {"all": "yes please", "text": "b", "n": 1},
        "text=b_n=2": {"all": "yes please", "text": "b", "n": 2},
    }


def test_values_that_would_be_called_alike_are_told_apart(tmp_path: Path) -> None:
    assert list(arms(read(tmp_path, 'vary: {text: ["../x", "//x", "ß"]}\n'))) == [
        "text=..-x",
        "text=-x",
        "text",
    ]
    assert list(arms(read(tmp_path, 'vary: {text: ["a b", "a  b"]}\n'))) == ["text=a-b", "text=a-b-2"]


def test_arms_have_the_names_that_the_file_gives(tmp_path: Path) -> None:
    assert arms(read(tmp_path, "arms:\n  warm: {text: hi}\n  plain: {}\n")) == {
        "warm": {"text": "hi"},
        "plain": {},
    }


@pytest.mark.parametrize(
    ("text", "place", "what"),
    [
        ("", "try.yaml:1:1", "either `vary` or `arms`"),
        ("vary: {a: [1]}\narms: {b: {}}\n", "try.yaml:1:1", "either `vary` or `arms`"),
        ("vary:\n  a: []\n", "try.yaml:4:3", "`a` is given no value"),
        ("arms:\n  ../up: {}\n", "try.yaml:4:3", "`../up` cannot name an arm"),
        ("vary: {a: [1, 2, 3, 4, 5, 6, 7, 8, 9], b: [1, 2, 3, 4, 5, 6, 7, 8]}\n", "try.yaml:3:1", "72 arms"),
        ("vary: {a: [1]}\nonyl: [x]\n", "try.yaml:4:1", "unknown key `onyl`"),
    ],
)
def test_a_fault_is_told_with_its_place(tmp_path: Path, text: str, place: str, what: str) -> None:
    with pytest.raises(ProjectError) as refused:
        read(tmp_path, text)
    assert f"{place}: {what}" in str(refused.value) or (
        place in str(refused.value) and what in str(refused.value)
    )
    assert refused.value.faults[0].code == "CF-U063"


def test_an_experiment_that_is_not_there_is_refused_with_the_nearest_name(tmp_path: Path) -> None:
    read(tmp_path, "arms: {a: {}}\n")
    with pytest.raises(UsageError, match=r"CF-U062(.|\n)*did you mean `try`"):
        load_experiment("tri", Places(tmp_path, tmp_path), tmp_path / "project")
