"""`cine-forge script diff` and `script continuity` as a person sees them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cine_forge.cli.main import main
from cine_forge.driver.drafts.diff_text import page_text
from tests.film.continuity.test_continuity import HALL
from tests.film.drafts.test_draft_diff import GARDEN, KITCHEN, LANE
from tests.film.drafts.test_draft_diff import HALL as SHELF

OLD = "\n".join((KITCHEN, GARDEN, SHELF))
NEW = "\n".join(
    (KITCHEN.replace("put it", "left it"), LANE, SHELF.replace("Ben", "Oskar").replace("BEN", "OSKAR"))
)


@pytest.fixture
def shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write two drafts into an empty working folder."""
    (tmp_path / "old.fountain").write_text(OLD)
    (tmp_path / "new.fountain").write_text(NEW)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    return tmp_path


@pytest.mark.row("G23")
def test_a_diff_shows_a_row_for_each_scene_and_its_changed_lines_with_a_star(
    shown: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["script", "diff", "old.fountain", "new.fountain"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["old.fountain", "●", "white", "→", "new.fountain", "●", "blue"]
    assert lines[2].startswith("2 reworded; 1 added; 1 omitted")
    rows = {line.split()[0]: line for line in lines if " - " in line}
    assert "~  INT. KITCHEN - DAY   reworded: dialogue" in rows["1"]
    assert "OMITTED  EXT. GARDEN - NIGHT" in rows["2"]
    assert "+  EXT. LANE - DAWN   added" in rows["1A"]
    (star,) = [line for line in lines if "who put left it there" in line]
    assert (star.split()[0], star.split()[-1]) == ("9", "*")
    assert sorted(path.name for path in shown.iterdir()) == ["new.fountain", "old.fountain"]


def test_equal_drafts_are_told_in_one_sentence(shown: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["script", "diff", "old.fountain", "old.fountain"]) == 0
    assert "nothing that is played changed" in capsys.readouterr().out


def test_scenes_in_a_row_that_are_as_they_were_take_one_row_unless_all_are_asked_for(
    shown: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (shown / "new.fountain").write_text(OLD + "\n" + LANE)
    main(["script", "diff", "old.fountain", "new.fountain"])
    assert "1–3: 3 scenes as they were" in capsys.readouterr().out
    main(["script", "diff", "old.fountain", "new.fountain", "--all"])
    assert "EXT. GARDEN - NIGHT" in capsys.readouterr().out


def test_a_number_that_is_used_again_is_warned_of_below_the_scenes(
    shown: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (shown / "new.fountain").write_text("\n".join((KITCHEN, SHELF, LANE.replace("DAWN", "DAWN #2#"))))
    main(["script", "diff", "old.fountain", "new.fountain"])
    (warning,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("warning")]
    assert warning.startswith("warning new.fountain:18: scene number 2 belonged to a scene")


def test_a_price_without_a_project_is_refused(shown: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["script", "diff", "old.fountain", "new.fountain", "--price"]) == 2
    assert "CF-F063" in capsys.readouterr().err


def test_square_brackets_of_a_script_are_shown_as_written(
    shown: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (shown / "new.fountain").write_text(OLD.replace("a lantern", "a [red]lantern[/red]"))
    main(["script", "diff", "old.fountain", "new.fountain"])
    assert "[red]lantern[/red]" in capsys.readouterr().out


@pytest.mark.row("G27")
def test_continuity_shows_jumps_with_both_lines_and_then_the_days(
    shown: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (shown / "a [b].fountain").write_text(HALL + "INT. STUDY - CONTINUOUS\n\nAnn enters without her coat.\n")
    assert main(["script", "continuity", "a [b].fountain"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("a [b].fountain  2 scenes, 1 story day")
    assert lines[3].startswith("WARDROBE  ANN: red coat in 1, none in 2")
    assert lines[4].split(maxsplit=4)[:4] == ["sc.", "1,", "line", "3"]
    assert lines[5].split(maxsplit=4)[-1].strip() == "Ann enters without her coat."
    assert "wears blue shirt, red coat" in "\n".join(lines)
    assert main(["script", "continuity", "a [b].fountain", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["schema"] == "continuity/1"


@pytest.mark.parametrize(
    ("eighths", "text"), [(0, "0"), (3, "3/8"), (8, "1"), (12, "1 4/8"), (-3, "−3/8"), (-9, "−1 1/8")]
)
def test_a_length_is_told_in_pages_and_eighths(eighths: int, text: str) -> None:
    assert page_text(eighths) == text
