"""What a commit writes, field by field, and which version holds a content."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cine_forge.kernel.artifacts.keeping.blobs import FileBlobs
from cine_forge.kernel.artifacts.keeping.journal import FileJournal
from cine_forge.kernel.artifacts.records.derivation import Bound, UnitKey
from cine_forge.kernel.artifacts.records.envelope import Edge, MediaFile, content_digest
from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.artifacts.store.recovery import read_derivation, read_envelope
from cine_forge.kernel.artifacts.store.store import Store
from cine_forge.kernel.ground.errors import ArtifactError, StageError
from cine_forge.kernel.ground.hashing import digest_of_bytes
from tests.kernel.artifacts.kept import bound, clock, draft, keep, media, open_store, registry, work

NOW = "2026-01-02T03:04:05.000+00:00"


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "project") as found:
        yield found


def _kept_as(store: Store, path: Path) -> tuple[FileBlobs, str]:
    return FileBlobs(store.project), path.relative_to(store.project).as_posix()


def test_a_derivation_says_what_a_unit_was_made_of_and_what_it_made(store):
    root = keep(store, "root", "1")
    made_from = (bound(store, root),)
    done = work(
        draft("ann", "x"), draft("bob", "y"), made_from=made_from, cost_micro_usd=7, warnings=("dark",),
        run_id="r9", module="maker", module_version="3", components={"param:x": "2"}, fingerprint="e" * 64,
    )  # fmt: skip
    kept = store.commit(done)
    assert (kept.unit, kept.sequence, kept.ordinal) == (UnitKey(stage="write", entity="ann"), 1, 2)
    assert (kept.fingerprint, kept.components) == ("e" * 64, {"param:x": "2"})
    assert (kept.module, kept.module_version, kept.run_id, kept.created_at) == ("maker", "3", "r9", NOW)
    assert (kept.cost_micro_usd, kept.warnings, kept.inputs) == (7, ("dark",), made_from)
    digests = {ref: store.load(Ref.parse(ref)).digest for ref in ("note/ann@v1", "note/bob@v1")}
    assert kept.outputs == tuple(
        Bound(name="note", ref=ref, digest=digest) for ref, digest in digests.items()
    )
    (path,) = store.project.glob("derivations/write/ann-*/d0001.json")
    assert read_derivation(*_kept_as(store, path)) == kept == store.newest_derivation(kept.unit)


def test_sequences_count_within_a_unit_and_ordinals_over_the_project(store):
    for entity, text in (("ann", "1"), ("bob", "1"), ("ann", "2")):
        keep(store, entity, text)
    counted = [(str(one.unit), one.sequence, one.ordinal) for one in store.derivations()]
    assert counted == [("write/ann", 1, 1), ("write/bob", 1, 2), ("write/ann", 2, 3)]


def test_a_unit_without_cost_or_warnings_says_so(store):
    kept = store.commit(work(draft("ann", "x")))
    assert (kept.cost_micro_usd, kept.warnings, kept.inputs) == (0, (), ())


def test_an_envelope_carries_what_the_draft_said_and_who_made_it(store, tmp_path):
    root = keep(store, "root", "1")
    said = draft(
        "ann", "x", confidence=0.5, source="ai", producing_role="writer", alternatives_considered=("y",),
        digital_source_type="algorithmicMedia", media=(media(tmp_path / "m"),),
    )  # fmt: skip
    store.commit(work(said, made_from=(bound(store, root),)))
    kept = store.load(Ref("note", "ann", 1))
    assert (kept.schema_name, kept.data, kept.intent, kept.rationale) == (
        "note@1", {"text": "x"}, "to be read", "as asked",
    )  # fmt: skip
    assert (kept.confidence, kept.source, kept.producing_role) == (0.5, "ai", "writer")
    assert (kept.alternatives_considered, kept.digital_source_type) == (("y",), "algorithmicMedia")
    assert (kept.producing_module, kept.fingerprint, kept.run_id) == ("writer_v1", "f" * 64, "run-1")
    assert (kept.candidate, kept.own_commit, kept.by, kept.created_at) == (False, False, None, NOW)
    assert kept.lineage == (Edge(ref="note/root@v1", digest=store.load(root).digest),)
    (picture,) = kept.media
    sha256 = digest_of_bytes(b"picture")
    place = store.media_path(Ref("note", "ann", 1), "board.png").relative_to(store.project)
    assert picture == MediaFile(
        name="board.png", path=str(place), sha256=sha256, bytes=7, media_type="image/png", width=4, height=3
    )
    assert kept.digest == content_digest("note@1", {"text": "x"}, (("board.png", sha256),))
    (path,) = store.project.glob("artifacts/note/ann-*/v0001.json")
    assert read_envelope(*_kept_as(store, path)) == kept


def test_other_media_under_equal_data_are_another_version(store, tmp_path):
    refs = [
        store.commit(work(draft("ann", "x", media=(media(tmp_path / "m", content),)))).outputs[0].ref
        for content in (b"one", b"two", b"two")
    ]
    assert refs == ["note/ann@v1", "note/ann@v2", "note/ann@v2"]


def test_what_is_announced_says_who_made_it_from_what_and_stands_alone(store):
    root = keep(store, "root", "1")
    ref = store.announce(
        draft("ann", "x", revises=str(root)), "note@1", inputs=(bound(store, root),), module="m", run_id="r2"
    )
    kept = store.load(ref)
    assert (kept.producing_module, kept.run_id, kept.own_commit, kept.created_at) == ("m", "r2", True, NOW)
    assert (kept.candidate, kept.by, kept.fingerprint) == (False, None, None)
    assert [(edge.ref, edge.role) for edge in kept.lineage] == [
        ("note/root@v1", "derived_from"),
        ("note/root@v1", "revision_of"),
    ]


def test_every_fault_of_what_is_announced_comes_at_once_with_its_place(store):
    bad = draft("ann", "x", intent="").model_copy(update={"data": {"text": 1}})
    lost = Bound(name="x", ref="note/gone@v1", digest="0" * 64)
    with pytest.raises(ArtifactError) as raised:
        store.announce(bad, "note@1", inputs=(lost,))
    faults = raised.value.faults
    assert [fault.code for fault in faults] == ["CF-A018", "CF-A033", "CF-A003"]
    assert faults[0].where == "announced `note` entity `ann`"
    assert store.types() == ()


def test_a_person_announces_over_a_locked_version_and_a_module_only_proposes(store):
    ref = keep(store, "ann", "one")
    store.state("lock", ref, by="kim")
    assert store.announce(draft("ann", "two"), "note@1", module="m") == Ref("note", "ann", 2)
    assert store.current("note", "ann").ref == ref
    assert store.load(Ref("note", "ann", 2)).candidate
    assert store.announce(draft("ann", "three"), "note@1") == Ref("note", "ann", 3)
    assert store.current("note", "ann").ref == Ref("note", "ann", 3)


def test_what_a_module_announced_may_be_followed_by_its_next_result(store):
    store.announce(draft("ann", "told"), "note@1", module="m")
    assert keep(store, "ann", "made") == store.current("note", "ann").ref == Ref("note", "ann", 2)


def test_a_candidate_of_equal_content_is_the_same_candidate_and_no_persons_version(store):
    store.edit(keep(store, "ann", "one"), {"text": "mine"}, by="kim")
    waiting = keep(store, "ann", "two")
    assert keep(store, "ann", "two") == waiting == Ref("note", "ann", 3)
    assert store.announce(draft("ann", "two"), "note@1") == Ref("note", "ann", 4)
    assert store.current("note", "ann").ref == Ref("note", "ann", 4)


def test_an_edit_says_who_and_that_it_is_its_own_commit(store):
    old = keep(store, "ann", "one")
    ref = store.edit(old, {"text": "mine"}, by="kim")
    kept = store.load(ref)
    assert (kept.by, kept.own_commit, kept.source, kept.rationale) == ("kim", True, "human", "edited by kim")
    assert (kept.intent, kept.producing_module, kept.run_id, kept.created_at) == (
        "to be read",
        None,
        None,
        NOW,
    )
    assert kept.lineage == (Edge(ref=str(old), digest=store.load(old).digest, role="revision_of"),)


def test_a_second_edit_revises_the_first_and_keeps_only_real_inputs(store):
    root = keep(store, "root", "1")
    first = store.edit(keep(store, "ann", "one", root), {"text": "a"}, by="kim")
    kept = store.load(store.edit(first, {"text": "b"}, by="kim"))
    assert [(edge.ref, edge.role) for edge in kept.lineage] == [
        ("note/root@v1", "derived_from"),
        ("note/ann@v2", "revision_of"),
    ]


def test_an_edit_that_does_not_fit_names_what_is_edited(store):
    ref = keep(store, "ann", "one")
    with pytest.raises(ArtifactError) as raised:
        store.edit(ref, {"txt": "x"}, by="kim")
    assert all(fault.where.startswith("edit of `note/ann@v1`") for fault in raised.value.faults)


def test_a_hard_lock_is_refused_with_how_to_open_it_and_a_soft_one_is_not(store):
    ref = keep(store, "ann", "one")
    store.state("lock", ref, by="kim")
    assert store.edit(ref, {"text": "mine"}, by="kim", note="a typo").version == 2
    assert store.current("note", "ann").ref.version == 2
    store.state("lock", ref, by="kim", note="it is shot", values={"hard": True})
    with pytest.raises(ArtifactError) as raised:
        store.edit(ref, {"text": "again"}, by="kim", note="a typo")
    (fault,) = raised.value.faults
    assert (fault.code, fault.what) == ("CF-A013", "`note/ann` is hard-locked by kim: it is shot")
    assert fault.hint == "cine-forge artifacts unlock note/ann@v1"


def test_a_statement_is_an_artifact_about_its_subject(store):
    ref = keep(store, "ann", "one")
    stated = store.load(store.state("approve", ref, by="kim", note="good"))
    assert (stated.parsed_ref, stated.schema_name) == (Ref("statement", "note/ann", 1), "statement@1")
    assert (stated.by, stated.own_commit, stated.run_id, stated.created_at) == ("kim", True, None, NOW)
    assert stated.lineage == (Edge(ref="note/ann@v1", digest=store.load(ref).digest, role="input_to"),)
    assert stated.data["digest"] == store.load(ref).digest
    again = store.load(store.state("reject", ref, by="kim"))
    assert (again.parsed_ref.version, again.candidate) == (2, False)


def test_a_confirmation_is_bound_to_the_inputs_and_another_decision_is_not(store):
    ref = keep(store, "ann", "x", keep(store, "root", "1"))
    for kind in ("confirm", "revise", "approve"):
        store.state(kind, ref, by="kim", values={"n": 1})
    bound_to = {"inputs": store.lineage.inputs_digest(ref)}
    assert [said.values for said in store.statements("note", "ann")] == [
        {"n": 1} | bound_to,
        {"n": 1} | bound_to,
        {"n": 1},
    ]


def test_what_is_no_candidate_is_refused_with_the_other_way(store):
    ref = keep(store, "ann", "one")
    with pytest.raises(ArtifactError) as raised:
        store.state("accept", ref, by="kim")
    (fault,) = raised.value.faults
    assert fault.code == "CF-A019"
    assert fault.what == "`note/ann@v1` is no candidate above the current version"
    assert fault.hint == "to go back to a version, pin it"


def test_candidates_are_those_above_what_is_current_even_when_nothing_is(store):
    keep(store, "ann", "one")
    store.edit(Ref("note", "ann", 1), {"text": "mine"}, by="kim")
    waiting = [keep(store, "ann", text) for text in ("three", "four")]
    assert store.candidates("note", "ann") == tuple(waiting)
    store.state("accept", waiting[0], by="kim")
    assert store.candidates("note", "ann") == (waiting[1],)
    assert store.candidates("note", "bob") == ()


def test_an_input_that_is_named_with_another_digest_is_refused_with_both(store):
    root = keep(store, "root", "1")
    wrong = Bound(name="x", ref=str(root), digest="0" * 64)
    with pytest.raises(StageError) as raised:
        store.commit(work(draft("ann", "x"), made_from=(wrong,)))
    (fault,) = raised.value.faults
    assert (fault.code, fault.what) == ("CF-A025", "the input `note/root@v1` is not what is kept")
    assert fault.hint == f"kept is {store.load(root).digest}, named was {'0' * 64}"


def test_an_unknown_ref_is_answered_with_the_versions_there_are_or_the_nearest_name(store):
    for text in ("one", "two"):
        keep(store, "anna", text)
    hints = {}
    for ref in (Ref("note", "anna", 9), Ref("note", "annas", 1), Ref("notes", "zzz", 1), Ref("x", "zzz", 1)):
        with pytest.raises(ArtifactError) as raised:
            store.load(ref)
        hints[str(ref)] = raised.value.faults[0].hint
    assert hints == {
        "note/anna@v9": "kept are `note/anna@v1`, `note/anna@v2`",
        "note/annas@v1": "did you mean `anna`?",
        "notes/zzz@v1": "did you mean `note`?",
        "x/zzz@v1": "",
    }


def test_a_reader_cannot_keep_anything_and_says_so(store):
    reader = open_store(store.project, write=False)
    with pytest.raises(ArtifactError) as raised:
        reader.commit(work(draft("ann", "x")))
    (fault,) = raised.value.faults
    assert (fault.code, fault.what) == ("CF-A015", "the store is open for reading only")
    assert fault.where == str(store.project)


def test_a_version_as_the_index_knows_it_shows_no_inner_part(store):
    ref = keep(store, "ann", "one")
    held = store.current("note", "ann")
    assert (held.ref, held.schema_name, held.source, held.candidate) == (ref, "note@1", "code", False)
    assert held == store.current("note", "ann") and "_load" not in repr(held)
    assert held.digest == held.envelope().digest


def test_the_graph_is_written_readable_for_people(store):
    keep(store, "änn", "x")
    text = store.export_graph().read_text(encoding="utf-8")
    assert "note/änn@v1" in text
    assert text.startswith('{\n "schema": "dependency_graph/1"')


def test_new_folders_are_durable_before_the_first_name_in_them(store, monkeypatch):
    done: list[str] = []
    sync, link = os.fsync, os.link

    def synced(handle):
        done.append(str(Path(f"/proc/self/fd/{handle}").readlink()))
        sync(handle)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "link", lambda old, new, **more: done.append("link") or link(old, new, **more))
    keep(store, "ann", "x")
    before = done[: done.index("link")]
    for folder in ("artifacts/note", "derivations/write"):
        assert str(store.project / folder) in before


def test_an_opened_store_knows_the_shape_of_statements_and_its_registry_may_be_used_again(tmp_path):
    shared = registry()
    for name in ("a", "b"):
        with Store.open(tmp_path / name, registry=shared, clock=clock, write=True):
            assert "statement@1" in shared
    assert "by" in shared.required_fields("statement@1")


def test_a_store_that_is_left_is_closed(tmp_path):
    with open_store(tmp_path / "project") as store:
        keep(store, "ann", "x")
        assert not FileJournal(tmp_path / "project" / "commit.journal").read().closed
    assert FileJournal(tmp_path / "project" / "commit.journal").read().closed


def test_the_maker_of_what_is_current_is_told_and_the_index_can_be_shown(store):
    assert store.dump_index() == []
    keep(store, "ann", "x")
    assert store.maker_of("note", "ann") == UnitKey(stage="write", entity="ann")
    assert store.maker_of("note", "bob") is None
    assert any("note" in line and "ann" in line for line in store.dump_index())


def test_a_stamp_changes_with_each_commit_and_not_with_another_opening(store):
    stamps = [store.stamp()]
    for text in ("one", "two", "two"):
        keep(store, "ann", text)
        stamps.append(store.stamp())
    store.state("approve", Ref("note", "ann", 1), by="kim")
    stamps.append(store.stamp())
    assert len(set(stamps)) == len(stamps)
    assert stamps[0] == (0,) * len(stamps[0])
    assert open_store(store.project, write=False).stamp() == stamps[-1]


def test_media_of_a_version_that_was_never_kept_lie_nowhere(store):
    keep(store, "ann", "x")
    with pytest.raises(ArtifactError, match="CF-A003"):
        store.media_path(Ref("note", "ann", 2), "board.png")
