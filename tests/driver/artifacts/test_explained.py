"""`explain REF`: what began it down to the field, who judged it, and what is not a cause."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from cine_forge.cli.main import main
from cine_forge.driver.artifacts.explained import explained
from cine_forge.kernel.artifacts.lineage.lineage import Health
from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.artifacts.store.store import Store
from tests.kernel.artifacts.kept import draft, keep, media, open_store, work


@pytest.fixture
def store(tmp_path: Path) -> Any:
    with open_store(tmp_path / "film") as found:
        yield found


def located(artifact_type: str, data: Mapping[str, Any], path: str) -> str | None:
    return f"notes.md:{len(data['text'])}" if path == "/text" else None


def told(store: Store, ref: Ref) -> list[str]:
    return list(explained(store, ref, located).lines())


@pytest.mark.row("A17")
def test_a_stale_artifact_is_explained_by_the_field_and_line_that_began_it_and_by_what_is_no_cause(store):
    root, other = keep(store, "root", "one"), keep(store, "other", "x")
    mid = keep(store, "mid", "m", root, keep(store, "spare", "s"))
    leaf = keep(store, "leaf", "l", mid, other)
    keep(store, "root", "two!")
    assert told(store, leaf) == [
        "note/leaf@v1: stale",
        "  because note/root@v1 → note/root@v2 (used by note/mid@v1)",
        "    notes.md:4 /text “one” → “two!”",
        "  by way of note/root@v1 → note/root@v2 → note/mid@v1 → note/leaf@v1",
        "  not because of note/other@v1: unchanged",
    ]
    assert told(store, mid)[-1] == "  not because of note/spare@v1: unchanged"


def test_a_change_that_several_inputs_used_is_told_once(store: Store) -> None:
    root = keep(store, "root", "one")
    mid, side = keep(store, "mid", "m", root), keep(store, "side", "s", root)
    leaf = keep(store, "leaf", "l", mid, side)
    keep(store, "root", "two!")
    assert told(store, leaf)[1:3] == [
        "  because note/root@v1 → note/root@v2 (used by note/mid@v1 and 1 more)",
        "    notes.md:4 /text “one” → “two!”",
    ]
    assert sum("because note/root" in line for line in told(store, leaf)) == 1


@pytest.mark.row("A14")
def test_a_change_that_came_out_the_same_again_is_told_as_cut_off(store):
    root, moved = keep(store, "root", "one"), keep(store, "moved", "1")
    mid = keep(store, "mid", "m", root)
    leaf = keep(store, "leaf", "l", mid, moved)
    assert keep(store, "mid", "m", keep(store, "root", "two")) == mid
    keep(store, "moved", "2")
    assert told(store, leaf)[-1] == (
        "  not because of note/mid@v1: it was made again from note/root@v2 and came out the same"
    )
    lower = keep(store, "lower", "x", leaf)
    assert explained(store, lower, None).no_causes == ()


def test_what_was_cut_off_further_up_is_told_too(store):
    root = keep(store, "root", "one")
    top = keep(store, "top", "t", root)
    leaf = keep(store, "leaf", "l", keep(store, "mid", "m", top))
    keep(store, "top", "t", keep(store, "root", "two"))
    found = explained(store, leaf, None)
    assert found.health == Health.VALID
    assert [(str(one.ref), one.kind) for one in found.no_causes] == [
        ("note/mid@v1", "unchanged"), ("note/top@v1", "made_again"),
    ]  # fmt: skip


def test_going_back_and_a_confirmed_input_are_no_cause(store):
    root, same = keep(store, "root", "one"), keep(store, "same", "1")
    mid = keep(store, "mid", "m", root)
    leaf = keep(store, "leaf", "l", mid, same)
    keep(store, "root", "two")
    keep(store, "same", "2")
    keep(store, "same", "1")
    store.state("confirm", mid, by="kim", note="only the hat")
    assert told(store, leaf) == [
        "note/leaf@v1: valid",
        "  not because of note/mid@v1: what changed above it was cut off, kim confirmed it: only the hat",
        "  not because of note/same@v3: its content is that of note/same@v1, which was used",
    ]


@pytest.mark.row("A16")
def test_a_judgement_says_who_when_and_why(store):
    leaf = keep(store, "leaf", "l", keep(store, "root", "one"))
    keep(store, "root", "two")
    store.state("revise", leaf, by="kim", note="she wears blue now")
    assert told(store, leaf)[:2] == [
        "note/leaf@v1: needs_revision",
        "  sent back by kim (human) on 2026-01-02T03:04:05: she wears blue now",
    ]
    store.state("confirm", leaf, by="kim")
    lines = told(store, leaf)
    assert lines[:2] == [
        "note/leaf@v1: confirmed_valid", "  confirmed by kim (human) on 2026-01-02T03:04:05",
    ]  # fmt: skip
    assert "  because note/root@v1 → note/root@v2" in lines
    told_json = explained(store, leaf, None).to_json()["judgement"]
    assert (told_json["kind"], told_json["by"], told_json["when"][:10]) == ("confirm", "kim", "2026-01-02")


def test_an_input_that_is_gone_a_changed_picture_and_many_fields_are_told_as_such(store, tmp_path):
    gone = keep(store, "gone", "x")
    shot = store.commit(work(draft("shot", "x", media=(media(tmp_path / "a"),)), stage="draw")).outputs
    words = [Ref.parse(bound.ref) for bound in shot]
    leaf = keep(store, "leaf", "l", gone, *words)
    store.commit(work(draft("shot", "x", media=(media(tmp_path / "b", b"other"),)), stage="draw"))
    (path,) = store.project.glob("artifacts/note/gone-*/v0001.json")
    path.unlink()
    store.rebuild_index()
    assert told(store, leaf)[1:] == [
        "  because note/gone@v1 is no longer there",
        "  because note/shot@v1 → note/shot@v2",
        "    board.png changed",
    ]
    began = explained(store, leaf, None).to_json()["began"]
    assert [(one["used"], one["now"], one["fields"]) for one in began] == [
        ("note/gone@v1", None, []), ("note/shot@v1", "note/shot@v2", []),
    ]  # fmt: skip
    assert began[1]["media"] == [{"name": "board.png", "kind": "changed"}]


def test_the_command_explains_a_ref_of_a_project_that_cannot_be_planned(store, capsys):
    leaf = keep(store, "leaf", "l", keep(store, "root", "one"))
    keep(store, "root", "two")
    store.close()
    where = ["--project", str(store.project)]
    for what in (str(leaf), "note/leaf"):
        assert main(["explain", what, "--json", *where]) == 0
        found = json.loads(capsys.readouterr().out)
        assert (found["schema"], found["units"]) == ("explain/1", [])
        assert found["artifact"]["cause"] == ["note/root@v1", "note/root@v2", "note/leaf@v1"]
        assert found["artifact"]["began"][0]["fields"] == [
            {"path": "/text", "kind": "changed", "from": "one", "to": "two", "where": None}
        ]
    assert main(["explain", "note/leaf@v9", *where]) == 1
    assert capsys.readouterr().err.startswith("CF-A003")


def test_a_long_list_of_fields_is_cut_short_and_says_so(store):
    from cine_forge.kernel.artifacts.records.envelope import Draft

    def items(*texts: str) -> Draft:
        said = {"intent": "i", "rationale": "r"}
        return Draft(output="list", entity="many", data={"items": [*texts]}, **said)

    first = store.commit(work(items(*(f"a{n}" for n in range(20))))).outputs
    leaf = store.commit(work(draft("leaf", "x"), made_from=first)).outputs[0]
    store.commit(work(items(*(f"b{n}" for n in range(20)))))
    lines = told(store, Ref.parse(leaf.ref))
    assert len(lines) < 20
    assert lines[-1].startswith("    and ")
