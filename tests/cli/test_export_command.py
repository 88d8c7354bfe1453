"""`cine-forge export` and `script sheet`: files that say what is kept, in the folder asked for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pypdf import PdfReader

from cine_forge.cli.main import main
from cine_forge.driver.kept import open_store
from cine_forge.exchange.kept_record import kept_record, kept_records
from cine_forge.exchange.paper.table_csv import read_table
from cine_forge.film.schemas.breakdown_sheet import BreakdownSheet, Stripboard
from cine_forge.film.schemas.shot import Shot
from cine_forge.film.screenplay.document import Document, ElementType
from cine_forge.film.screenplay.reading import read_script
from tests.spine.studio import Film, new_film

SCRIPT = (
    "INT. ../../X - DAY #../../12#\n\nANN (30) lifts a LANTERN.\n\nANN\nSo.\n\nEXT. YARD - NIGHT\n\nRain.\n"
)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Film:
    """Return a short film that was broken down into scenes and shots."""
    made = new_film(tmp_path_factory.mktemp("export") / "film")
    made.run("--end-at", "script_breakdown", "--end-at", "scene_assembly")
    return made


def exported(film: Film, out: Path, *words: str) -> dict[str, Path]:
    """Export into a folder and return its files by name."""
    assert main(["export", *words, "--project", str(film.folder), "--out", str(out)]) == 0
    return {path.name: path for path in out.iterdir() if not path.name.startswith(".")}


def told(document: Document) -> list[tuple[str, str]]:
    """Return scenes and cues."""
    kinds = (ElementType.SCENE_HEADING, ElementType.CHARACTER)
    return [(one.type.value, one.text) for one in document.elements if one.type in kinds]


@pytest.mark.row("B14")
@pytest.mark.parametrize("form", ["fountain", "fdx", "docx", "pdf", "markdown"])
def test_an_exported_script_reads_back_as_the_kept_one(film: Film, tmp_path: Path, form: str) -> None:
    (path,) = exported(film, tmp_path / "out", form).values()
    (script,) = (film.folder / "scripts").iterdir()
    assert path.suffix == {"markdown": ".md"}.get(form, f".{form}")
    assert told(read_script(path)) == told(read_script(script))


@pytest.mark.row("G5")
def test_exported_sheets_say_what_the_artifacts_say(film: Film, tmp_path: Path) -> None:
    files = exported(film, tmp_path / "out", "sheet", "--format", "csv")
    rows = read_table(next(path for name, path in files.items() if "breakdown" in name).read_bytes())
    with open_store(film.folder) as store:
        board = kept_record(store, "stripboard", "ep001", Stripboard)
        scenes = [one.scene for one in board.strips] if board else []
        sheets = list(kept_records(store, "breakdown_sheet", scenes, BreakdownSheet))
    kept = {(one.number, entry.name) for one in sheets for entry in (*one.people, *one.items)}
    assert kept and kept <= {(row["scene"], row["name"]) for row in rows}
    assert {row["category"] for row in rows} >= {"cast", "prop"}


@pytest.mark.row("B14")
def test_an_exported_shot_list_has_every_shot(film: Film, tmp_path: Path) -> None:
    files = exported(film, tmp_path / "out", "shotlist", "--format", "csv")
    rows = read_table(next(iter(files.values())).read_bytes())
    with open_store(film.folder) as store:
        shots = list(kept_records(store, "shot", store.entities("shot"), Shot))
    assert {(row["shot"], row["action"]) for row in rows} == {(one.label, one.action) for one in shots}
    assert len(rows) == len(shots) > 0


def test_exports_are_the_same_byte_for_byte(film: Film, tmp_path: Path) -> None:
    first = exported(film, tmp_path / "a", "callsheet")
    second = exported(film, tmp_path / "b", "callsheet")
    assert {name: path.read_bytes() for name, path in first.items()} == {
        name: path.read_bytes() for name, path in second.items()
    }
    assert {path.suffix for path in first.values()} == {".csv", ".html", ".pdf"}


def test_a_file_of_a_person_in_the_folder_stays(
    film: Film, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (path,) = exported(film, tmp_path, "fountain").values()
    path.write_text("my own notes")
    assert main(["export", "fountain", "--project", str(film.folder), "--out", str(tmp_path)]) == 2
    assert "CF-X021" in capsys.readouterr().err
    assert path.read_text() == "my own notes"


def test_a_project_that_was_never_run_has_nothing_to_export(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = new_film(tmp_path / "film")
    for kind in ("sheet", "callsheet", "shotlist", "pdf"):
        assert main(["export", kind, "--project", str(empty.folder), "--out", str(tmp_path / "out")]) == 2
        assert "CF-X022" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_script_has_sheets_without_a_project_and_never_outside_the_folder(tmp_path: Path) -> None:
    script = tmp_path / "in" / "evil.fountain"
    script.parent.mkdir()
    script.write_text(f"Title: ../../../etc/\x1bpasswd\u202e\n\n{SCRIPT}")
    out = tmp_path / "deep" / "out"
    assert main(["script", "sheet", str(script), "--scene", "../../12", "--out", str(out)]) == 0
    assert main(["script", "sheet", str(script), "--schedule", "--out", str(out)]) == 0
    made = {path for path in tmp_path.rglob("*") if path.is_file()} - {script}
    assert {path.parent for path in made} == {out}
    assert {path.suffix for path in made} == {".csv", ".html", ".pdf", ".json"}


def test_an_unknown_scene_is_told_with_the_scenes_there_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script = tmp_path / "one.fountain"
    script.write_text("INT. ROOM - DAY\n\nNothing.\n")
    assert main(["script", "sheet", str(script), "--scene", "7", "--out", str(tmp_path / "out")]) == 2
    told_so = capsys.readouterr().err
    assert "CF-X023" in told_so and "`1`" in told_so
    assert not (tmp_path / "out").exists()


def test_every_line_of_a_script_is_shown_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script = tmp_path / "one.fountain"
    script.write_text("INT. ROOM - DAY\n\nANN lifts a lantern.\n")
    assert main(["script", "view", str(script), "--json"]) == 0
    seen = json.loads(capsys.readouterr().out)
    assert seen["schema"] == "script_view/1"
    assert [line["text"] for line in seen["lines"]] == script.read_text().splitlines()
    script.write_text("INT. ROOM - DAY\n\nANN lifts a lantern.\x1b[2J\u202e\n")
    assert main(["script", "view", str(script)]) == 0
    shown = capsys.readouterr().out
    assert "prop lantern" in shown
    assert "\x1b" not in shown and "\u202e" not in shown


@pytest.mark.row("B14")
def test_a_printed_script_stars_what_changed_since_an_earlier_draft(film: Film, tmp_path: Path) -> None:
    (script,) = (film.folder / "scripts").iterdir()
    old = tmp_path / "old.md"
    old.write_text(script.read_text().replace("Keep it. I never came back", "Take it. I did not come back"))
    (path,) = exported(film, tmp_path / "out", "pdf", "--since", str(old)).values()
    text = "\n".join(page.extract_text() for page in PdfReader(path).pages)
    assert text.count("*") == 1
    assert "REVISION" in text
    (plain,) = exported(film, tmp_path / "plain", "pdf").values()
    assert "*" not in "".join(page.extract_text() for page in PdfReader(plain).pages)


@pytest.mark.row("D6")
def test_the_lines_of_a_project_carry_the_ids_that_it_keeps(
    film: Film, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert main(["script", "view", "--project", str(film.folder), "--json"]) == 0
    seen = json.loads(capsys.readouterr().out)
    with open_store(film.folder) as store:
        board = kept_record(store, "stripboard", "ep001", Stripboard)
    assert [one["id"] for one in seen["scenes"]] == [one.scene for one in board.strips] if board else False
    assert {one["entity"] for line in seen["lines"] for one in line["spans"]} >= {"character:ann", "prop:key"}


def test_a_project_may_have_colours_of_its_own(film: Film, tmp_path: Path) -> None:
    own = film.copy(tmp_path / "own")
    shipped = (Path(__file__).resolve().parents[2] / "configs" / "sheet_colours.yaml").read_text()
    (own.folder / "configs").mkdir()
    (own.folder / "configs" / "sheet_colours.yaml").write_text(shipped.replace("name: white", "name: ivory"))
    files = exported(own, tmp_path / "out", "sheet", "--format", "csv")
    rows = read_table(next(path for name, path in files.items() if "schedule" in name).read_bytes())
    assert "ivory" in {row["strip_colour"] for row in rows}


def test_signs_that_no_font_shows_are_named_with_their_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script = tmp_path / "one.fountain"
    script.write_text("INT. ROOM - DAY #7#\n\nA 猫 sleeps.\n")
    assert main(["script", "sheet", str(script), "--format", "pdf", "--out", str(tmp_path / "out")]) == 0
    assert "scene 7: no font here shows `猫`" in capsys.readouterr().err
