"""`cine-forge artifacts`: what is kept, found, compared, edited and decided, for people and programs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.driver.stand import Stand, new_stand

ECHO = Path(__file__).resolve().parents[2] / "modules/test/echo_v1/schemas/echo@1.json"
FIRST, ROLL, LAST = (f"echo/project/{stage}" for stage in ("first", "roll", "last"))


@pytest.fixture
def stand(tmp_path: Path) -> Stand:
    """Return a stand that was run once: `last` was made from `first`."""
    stand = new_stand(tmp_path / "stand", seed=7)
    users = "users: [{id: ann, name: Ann}, {id: ida, name: Ida}]\n"
    project = stand.project / "project.yaml"
    project.write_text(project.read_text() + f"recipe: {stand.recipe}\n{users}")
    (stand.project / "modules").symlink_to(stand.root / "modules")
    stand.run()
    return stand


def told(stand: Stand, *words: str) -> Any:
    """Return what a command says as JSON, which names its schema."""
    found = stand.cli("artifacts", *words, "--json")
    assert found.status == 0, found.err
    return found.json()


def edited(stand: Stand, ref: str, *words: str) -> str:
    found = stand.cli("artifacts", "edit", ref, *words)
    assert found.status == 0, found.err
    return found.out.strip()


def refs(stand: Stand, *words: str) -> list[str]:
    return [row["ref"] for row in told(stand, "list", *words)["artifacts"]]


def with_candidate(stand: Stand) -> str:
    """Edit the first echo, run with another text, and return the candidate that waits."""
    edited(stand, FIRST, "--set", "text=mine")
    stand.run("--param", "text=theirs")
    return f"{FIRST}@v3"


def test_the_list_says_of_everything_current_how_it_stands(stand: Stand) -> None:
    found = told(stand, "list")
    assert found["schema"] == "artifacts/1"
    row = next(row for row in found["artifacts"] if row["entity"] == "project/first")
    assert {**row, "digest": ""} == {
        "ref": f"{FIRST}@v1", "type": "echo", "entity": "project/first", "version": 1, "label": "",
        "health": "valid", "source": "code", "schema_name": "echo@1", "digest": "", "lock": None,
        "candidates": [],
    }  # fmt: skip
    lines = stand.cli("artifacts", "list").out.splitlines()
    assert [line.split() for line in lines] == [
        ["artifact", "health", "source"],
        *([ref, "valid", "code"] for ref in (f"{FIRST}@v1", f"{LAST}@v1", f"{ROLL}@v1")),
    ]


@pytest.mark.row("B10")
def test_the_list_is_narrowed_by_type_entity_health_source_lock_and_candidates(stand: Stand) -> None:
    with_candidate(stand)
    stand.cli("artifacts", "lock", ROLL)
    stand.cli("artifacts", "edit", FIRST, "--set", "text=again")
    assert refs(stand, "--source", "human") == [f"{FIRST}@v4"]
    assert refs(stand, "--health", "stale") == [f"{LAST}@v1"]
    assert refs(stand, "--locked") == [f"{ROLL}@v1"]
    assert refs(stand, "--candidates") == []
    assert refs(stand, "--entity", "ROLL") == refs(stand, "--entity", "*/r*l") == [f"{ROLL}@v1"]
    assert refs(stand, "--entity", "r*l") == []
    assert (
        refs(stand, "--type", "statement") == refs(stand, "statement") == ["statement/echo/project/roll@v1"]
    )
    assert refs(stand, "echo", "--health", "confirmed_valid") == []
    stand.cli("artifacts", "confirm", LAST)
    assert refs(stand, "--health", "confirmed_valid") == [f"{LAST}@v1"]
    assert "nothing to list" in stand.cli("artifacts", "list", "--health", "stale").out
    refused = stand.cli("artifacts", "list", "eco")
    assert (refused.status, refused.err.split()[0]) == (2, "CF-U056") and "did you mean `echo`" in refused.err


def test_the_list_calls_members_of_sets_by_their_labels(stand: Stand) -> None:
    from cine_forge.driver.wiring import open_store
    from cine_forge.kernel.artifacts.records.envelope import Draft

    members = {"members": [{"id": "project", "label": "The Film"}], "retired": []}
    said = {"intent": "Test.", "rationale": "Test.", "entity": "project"}
    with open_store(stand.project, write=True) as store:
        store.registry.register_json("thing_set@1", {"type": "object"})
        store.announce(Draft(output="set", data=members, **said), "thing_set@1")
    assert {row["label"] for row in told(stand, "list", "echo")["artifacts"]} == {"The Film"}
    assert len(refs(stand, "echo", "--entity", "the film")) == 3
    assert "The Film" in stand.cli("artifacts", "list", "echo").out


def test_one_version_is_shown_with_its_envelope_or_its_data_alone(stand: Stand) -> None:
    shown = told(stand, "show", FIRST)
    assert (shown["schema"], shown["ref"], shown["schema_name"]) == ("artifact/1", f"{FIRST}@v1", "echo@1")
    assert shown == stand.cli("artifacts", "show", f"{FIRST}@v1").json()
    assert stand.cli("artifacts", "show", FIRST, "--data").json() == shown["data"]
    for ref, near in (
        ("echo/project/frist", "did you mean `project/first`"),
        ("ech/x", "did you mean `echo`"),
    ):
        refused = stand.cli("artifacts", "show", ref)
        assert refused.err.startswith("CF-A003") and near in refused.err
    assert stand.cli("artifacts", "show", "echo").err.startswith("CF-A001")


@pytest.mark.row("A3")
def test_versions_say_when_by_whom_and_why_and_which_one_counts(stand: Stand) -> None:
    with_candidate(stand)
    found = told(stand, "versions", FIRST)
    assert (found["schema"], found["type"], found["entity"]) == ("versions/1", "echo", "project/first")
    assert [(row["standing"], row["by"], row["source"]) for row in found["versions"]] == [
        ("", "echo_v1", "code"),
        ("current", "ann", "human"),
        ("candidate", "echo_v1", "code"),
    ]
    assert found == told(stand, "versions", "echo", "project/first") == told(stand, "versions", f"{FIRST}@v2")
    heads, *lines = stand.cli("artifacts", "versions", FIRST).out.splitlines()
    assert heads.split() == ["version", "standing", "when", "by", "source", "why"]
    assert lines[1].split()[:2] == [f"{FIRST}@v2", "current"] and "edited by ann" in lines[1]


@pytest.mark.row("A4")
def test_a_diff_tells_fields_and_who_made_the_two_versions(stand: Stand) -> None:
    edited(stand, FIRST, "--set", "text=mine", "--set", "/heard/-=note", "--as", "ida", "--note", "clearer")
    found = told(stand, "diff", f"{FIRST}@v1", FIRST)
    assert (found["schema"], found["from"]["by"], found["to"]["by"]) == ("diff/1", "echo_v1", "ida")
    assert found["fields"] == [
        {"path": "/heard/0", "kind": "added", "from": None, "to": "note"},
        {"path": "/text", "kind": "changed", "from": "hello", "to": "mine"},
    ]
    lines = stand.cli("artifacts", "diff", f"{FIRST}@v1", FIRST).out.splitlines()
    assert lines[0].startswith(f"- {FIRST}@v1  20") and lines[0].endswith("echo_v1 (code)")
    assert lines[1:] == [lines[1], "/heard/0 added “note”", "/text “hello” → “mine”"]
    assert stand.cli("artifacts", "diff", FIRST, FIRST).out.splitlines()[2:] == ["no difference"]
    assert told(stand, "diff", FIRST, FIRST)["fields"] == []


@pytest.mark.row("B10")
def test_an_edit_is_validated_becomes_a_version_by_a_person_and_makes_what_follows_stale(
    stand: Stand,
) -> None:
    assert refs(stand, "--health", "stale") == []
    assert edited(stand, FIRST, "--set", "text=mine", "--note", "clearer") == f"{FIRST}@v2"
    shown = told(stand, "show", FIRST)
    assert (shown["source"], shown["by"], shown["rationale"], shown["intent"]) == (
        "human", "ann", "clearer", "Repeat what was said."
    )  # fmt: skip
    assert shown["lineage"][-1]["role"] == "revision_of"
    assert refs(stand, "--health", "stale") == [f"{LAST}@v1"]


def test_an_edit_takes_a_file_in_the_shape_that_show_prints(stand: Stand) -> None:
    file = stand.root / "edit.json"
    file.write_text(stand.cli("artifacts", "show", FIRST).out.replace("hello", "goodbye"))
    assert edited(stand, FIRST, str(file)) == f"{FIRST}@v2"
    assert stand.said("first") == "goodbye"
    refused = stand.cli("artifacts", "edit", FIRST, str(file))
    assert refused.err.startswith(f"CF-U059 {file}: the file holds `{FIRST}@v1`, and `{FIRST}@v2`")
    file.write_text(stand.cli("artifacts", "show", FIRST).out.replace('"goodbye"', "[]"))
    refused = stand.cli("artifacts", "edit", FIRST, str(file))
    line = 1 + next(at for at, text in enumerate(file.read_text().splitlines()) if '"text"' in text)
    assert refused.err.startswith(f"CF-A033 {file}:{line}:3 /text: the data does not fit `echo@1`")
    assert refs(stand, "echo")[0] == f"{FIRST}@v2"


def test_an_edit_of_an_older_version_says_what_it_leaves_out(stand: Stand) -> None:
    edited(stand, FIRST, "--set", "text=mine")
    found = stand.cli("artifacts", "edit", f"{FIRST}@v1", "--set", "/heard/-=x")
    assert found.out.strip() == f"{FIRST}@v3"
    assert f"`{FIRST}@v2` was current" in found.err and f"diff {FIRST}@v2 {FIRST}@v3" in found.err


def test_an_edit_that_changes_nothing_makes_no_version_and_says_so(stand: Stand) -> None:
    found = stand.cli("artifacts", "edit", FIRST, "--set", "text=hello")
    assert (found.status, found.out.strip()) == (0, f"{FIRST}@v1")
    assert "nothing changed" in found.err and "no version was made" in found.err
    assert told(stand, "edit", FIRST, "--set", "text=hello") == {
        "schema": "edit/1", "ref": f"{FIRST}@v1", "revises": f"{FIRST}@v1", "current": f"{FIRST}@v1",
        "new_version": False,
    }  # fmt: skip
    assert len(told(stand, "versions", FIRST)["versions"]) == 1


def test_an_edit_under_a_pin_says_what_stays_current(stand: Stand) -> None:
    stand.cli("artifacts", "pin", FIRST)
    found = stand.cli("artifacts", "edit", FIRST, "--set", "text=mine")
    assert f"`{FIRST}@v1` is pinned and stays current" in found.err
    assert stand.cli("artifacts", "edit", f"{FIRST}@v1", "--set", "text=more").status == 0


@pytest.mark.parametrize(
    "words",
    [(), ("edit.json", "--set", "a=1"), ("--media", "a.png"), ("--media", "=x"), ("--media", "a.png=")],
)
def test_an_edit_without_what_to_change_is_refused(stand: Stand, words: tuple[str, ...]) -> None:
    (stand.root / "edit.json").write_text("{}")
    said = [str(stand.root / word) if word == "edit.json" else word for word in words]
    refused = stand.cli("artifacts", "edit", FIRST, *said)
    assert (refused.status, refused.err.split()[0]) == (2, "CF-U055")


@pytest.mark.row("A43")
def test_a_picture_is_replaced_by_a_file_and_the_diff_tells_both(stand: Stand) -> None:
    from cine_forge.driver.wiring import open_store
    from cine_forge.kernel.artifacts.records.envelope import Draft, MediaDraft

    old, new = stand.root / "old.png", stand.root / "new.png"
    Image.new("RGB", (8, 6)).save(old)
    Image.new("RGB", (16, 6)).save(new)
    Image.new("RGB", (16, 6)).save(stand.root / "new.jpg")
    file = MediaDraft(path=old, name="board.png", media_type="image/png", width=8, height=6)
    bare = Draft(
        output="echo", entity="p", data={"text": "", "heard": []}, media=(file,), intent="T", rationale="T"
    )
    with open_store(stand.project, write=True) as store:
        store.registry.register_json("echo@1", json.loads(ECHO.read_text()))
        store.announce(bare, "echo@1")
    assert edited(stand, "echo/p", "--media", f"board.png={new}") == "echo/p@v2"
    (change,) = told(stand, "diff", "echo/p@v1", "echo/p")["media"]
    assert (change["name"], change["kind"]) == ("board.png", "changed")
    assert (change["from"]["width"], change["to"]["width"], change["to"]["bytes"]) == (
        8,
        16,
        new.stat().st_size,
    )
    line = stand.cli("artifacts", "diff", "echo/p@v1", "echo/p").out.splitlines()[-1]
    assert line.startswith("media board.png: ") and line.endswith("8 × 6 → 16 × 6")
    for wrong, code in ((stand.root / "new.jpg", "CF-A042"), (stand.root / "none.png", "CF-A011")):
        refused = stand.cli("artifacts", "edit", "echo/p", "--media", f"board.png={wrong}")
        assert refused.err.startswith(code)


@pytest.mark.row("B18")
def test_locks_are_listed_with_who_when_and_why_and_forbid_what_they_forbid(stand: Stand) -> None:
    assert stand.cli("artifacts", "locks").out == "nothing is locked\n"
    stand.cli("artifacts", "lock", FIRST, "--hard", "--as", "ida", "--note", "it is shot")
    stand.cli("artifacts", "lock", ROLL)
    found = told(stand, "locks")
    assert found["schema"] == "locks/1"
    assert [(row["ref"], row["lock"], row["by"], row["note"]) for row in found["locks"]] == [
        (f"{FIRST}@v1", "hard", "ida", "it is shot"),
        (f"{ROLL}@v1", "soft", "ann", ""),
    ]
    assert found["locks"][0]["at"][:2] == "20"
    assert "it is shot" in stand.cli("artifacts", "locks").out.splitlines()[1]
    refused = stand.cli("artifacts", "edit", FIRST, "--set", "text=x")
    assert refused.err.startswith(f"CF-A013 `{FIRST}` is hard-locked by ida: it is shot")
    assert stand.cli("artifacts", "edit", ROLL, "--set", "text=x").err.startswith("CF-A041")
    assert edited(stand, ROLL, "--set", "text=x", "--note", "a typo") == f"{ROLL}@v2"
    stand.cli("artifacts", "unlock", FIRST)
    assert [row["ref"] for row in told(stand, "locks")["locks"]] == [f"{ROLL}@v1"]


@pytest.mark.row("B18")
def test_candidates_are_listed_compared_rejected_and_accepted(stand: Stand) -> None:
    assert stand.cli("artifacts", "list", "--candidates").out == "no candidate waits\n"
    waiting = with_candidate(stand)
    lines = stand.cli("artifacts", "list", "--candidates").out.splitlines()
    assert lines[1].split() == [waiting, f"{FIRST}@v2"] and lines[2].endswith(f"diff {FIRST}@v2 {waiting}")
    assert told(stand, "list", "--candidates")["artifacts"][0]["candidates"] == [waiting]
    assert stand.cli("artifacts", "reject", f"{FIRST}@v2").err.startswith("CF-A019")
    assert stand.cli("artifacts", "reject", waiting, "--note", "worse").out == f"reject: {waiting}\n"
    assert stand.cli("artifacts", "list", "--candidates").out == "no candidate waits\n"
    assert stand.cli("artifacts", "accept", waiting).status == 0
    assert refs(stand, "echo")[0] == waiting


def test_a_run_says_that_a_candidate_waits(stand: Stand) -> None:
    edited(stand, FIRST, "--set", "text=mine")
    modules = ("--modules", str(stand.root / "modules"), "--quiet")
    out = stand.cli("run", str(stand.recipe), *modules, "--param", "text=theirs").out
    assert "1 candidate waits for a person: `cine-forge artifacts list --candidates`" in out


@pytest.mark.row("B18")
def test_what_is_hard_locked_is_planned_as_skipped_and_not_made(stand: Stand) -> None:
    stand.cli("artifacts", "lock", FIRST, "--hard", "--note", "it is shot")
    units = {unit["stage"]: unit for unit in stand.plan("--param", "text=other")["units"]}
    assert (units["first"]["action"], units["last"]["action"]) == ("skip", "reuse")
    assert "hard-locked by ann (it is shot)" in units["first"]["reasons"][0]["text"]
    run = stand.run("--param", "text=other", "--new-run")
    assert stand.statuses(run)["first"] == "skipped"
    assert told(stand, "show", FIRST)["data"]["text"] == "hello"
    stand.cli("artifacts", "unlock", FIRST)
    run = stand.run("--param", "text=other", "--new-run")
    assert (stand.statuses(run)["first"], stand.said("first")) == ("done", "other")
