"""What a project keeps: versions, current, media, the envelope, reading beside a writer."""

import filecmp
import json
import shutil
import stat

import pytest

from cine_forge.kernel.artifacts.keeping.blobs import FileBlobs
from cine_forge.kernel.artifacts.keeping.seal import whole_file
from cine_forge.kernel.artifacts.lineage.lineage import Health
from cine_forge.kernel.artifacts.records.derivation import Derivation, UnitKey
from cine_forge.kernel.artifacts.records.envelope import CostRecord, Envelope
from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.ground.errors import ArtifactError, IntegrityError, StageError
from cine_forge.kernel.ground.hashing import digest_of_file
from tests.kernel.artifacts.kept import draft, keep, media, open_store, work

FIFTY_MB = 50_000_000


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "project") as found:
        yield found


def _codes(raised) -> list[str]:
    return [fault.code for fault in raised.value.faults]


@pytest.mark.row("A1")
@pytest.mark.row("A3")
def test_twelve_saves_list_one_to_twelve_and_the_twelfth_is_current(store):
    refs = [keep(store, "ann", f"text {number}") for number in range(1, 13)]
    assert store.versions("note", "ann") == tuple(Ref("note", "ann", n) for n in range(1, 13))
    assert store.current("note", "ann").ref == refs[-1] == Ref("note", "ann", 12)


@pytest.mark.row("A2")
def test_the_first_of_twelve_loads_as_it_was_saved(store):
    for number in range(1, 13):
        keep(store, "ann", f"text {number}")
    assert store.load(Ref("note", "ann", 1)).data == {"text": "text 1"}


@pytest.mark.row("A5")
def test_a_version_stands_alone_when_an_older_one_is_deleted(store):
    old, new = keep(store, "ann", "one"), keep(store, "ann", "two")
    (path,) = store.project.glob("artifacts/note/ann-*/v0001.json")
    path.unlink()
    assert store.load(new).data == {"text": "two"}
    with pytest.raises(IntegrityError, match="CF-A021"):
        store.load(old)


@pytest.mark.row("A6")
def test_a_kept_file_is_read_only_and_a_hand_edit_is_found_on_load(store):
    ref = keep(store, "ann", "one")
    (path,) = store.project.glob("artifacts/note/ann-*/v0001.json")
    assert stat.S_IMODE(path.stat().st_mode) == 0o444
    path.chmod(0o644)
    path.write_text(path.read_text().replace("as asked", "as wished"))
    with pytest.raises(IntegrityError) as raised:
        store.load(ref)
    assert _codes(raised) == ["CF-A020"]
    assert raised.value.exit_status == 7


@pytest.mark.row("A6")
def test_a_file_of_another_version_in_its_place_is_found_on_load(store):
    old, new = keep(store, "ann", "one"), keep(store, "ann", "two")
    (folder,) = store.project.glob("artifacts/note/ann-*")
    (folder / "v0002.json").unlink()
    shutil.copy(folder / "v0001.json", folder / "v0002.json")
    assert store.load(old).data == {"text": "one"}
    with pytest.raises(IntegrityError, match="it is not what was kept as `note/ann@v2`"):
        store.load(new)


@pytest.mark.row("A7")
def test_every_output_lists_every_input_once_and_what_it_revises(store):
    one, two = keep(store, "one", "1"), keep(store, "two", "2")
    first = keep(store, "ann", "a", one, two)
    again = work(draft("ann", "b", revises=str(first)), stage="other")
    ref = Ref.parse(store.commit(again).outputs[0].ref)
    assert [(edge.ref, edge.role) for edge in store.load(first).lineage] == [
        ("note/one@v1", "derived_from"),
        ("note/two@v1", "derived_from"),
    ]
    assert [(edge.ref, edge.role, edge.digest) for edge in store.load(ref).lineage] == [
        ("note/ann@v1", "revision_of", store.load(first).digest)
    ]


@pytest.mark.row("A8")
def test_a_draft_that_does_not_say_what_the_envelope_asks_is_refused_field_by_field(store):
    silent = draft("ann", "x", intent=" ", rationale="", source="ai")
    with pytest.raises(StageError) as raised:
        store.commit(work(silent))
    assert [fault.what for fault in raised.value.faults] == [
        "the field `intent` is missing",
        "the field `rationale` is missing",
        "the field `confidence` is missing",
    ]
    assert store.types() == ()


@pytest.mark.row("A8")
def test_all_faults_of_all_drafts_come_at_once_and_nothing_is_kept(store):
    bad = draft("bob", "x").model_copy(update={"data": {"txt": 1}})
    drafts = (draft("ann", "fine"), bad, draft("ann", "twice"), draft("", "nobody"))
    with pytest.raises(StageError) as raised:
        store.commit(work(*drafts))
    assert _codes(raised) == ["CF-A033", "CF-A033", "CF-A004", "CF-A016"]
    assert "write/ann output `note` entity `bob` at /text" in raised.value.faults[0].where
    assert list((store.project).glob("artifacts/*")) == []


def test_an_undeclared_output_and_an_unknown_schema_are_refused(store):
    with pytest.raises(StageError, match="did you mean `note`"):
        store.commit(work(draft("ann", "x").model_copy(update={"output": "notes"})))
    with pytest.raises(StageError, match="there is no schema `node@1`"):
        store.commit(work(draft("ann", "x"), schema_of={"note": "node@1"}))


@pytest.mark.row("A9")
def test_an_envelope_says_when_by_what_and_in_which_shape(store):
    ref = keep(store, "ann", "x")
    kept = store.load(ref)
    assert (kept.created_at, kept.producing_module, kept.schema_name, kept.run_id) == (
        "2026-01-02T03:04:05.000+00:00",
        "writer_v1",
        "note@1",
        "run-1",
    )


@pytest.mark.row("A10")
def test_a_cost_is_kept_with_the_artifact_and_is_null_without_one(store):
    cost = CostRecord(micro_usd=1200, model="m", input_tokens=10, output_tokens=20)
    store.commit(work(draft("ann", "x", cost=cost), draft("bob", "y")))
    assert store.load(Ref("note", "ann", 1)).cost == cost
    assert store.load(Ref("note", "bob", 1)).cost is None


@pytest.mark.row("A18")
def test_models_come_back_equal_from_json(store):
    ref = keep(store, "ann", "x", keep(store, "bob", "y"))
    kept, made = store.load(ref), store.derivation_of(ref)
    assert Envelope.model_validate_json(kept.model_dump_json()) == kept
    assert Derivation.model_validate_json(made.model_dump_json()) == made
    assert Ref.parse(str(ref)) == ref
    assert Health("confirmed_valid") is Health.CONFIRMED_VALID


@pytest.mark.row("A11")
def test_a_copied_project_works_on_its_own(store, tmp_path):
    keep(store, "ann", "one")
    store.close()
    shutil.copytree(store.project, tmp_path / "copy")
    with open_store(tmp_path / "copy") as copy:
        assert keep(copy, "ann", "two") == Ref("note", "ann", 2)
    assert open_store(store.project, write=False).versions("note", "ann") == (Ref("note", "ann", 1),)


@pytest.mark.row("A43")
def test_media_lie_beside_the_envelope_and_only_their_hash_is_in_it(store, tmp_path):
    big = media(tmp_path / "film.mp4", b"film", name="film.mp4")
    with (tmp_path / "film.mp4").open("ab") as stream:
        stream.truncate(FIFTY_MB)
    ref = Ref.parse(store.commit(work(draft("ann", "x", media=(big,)))).outputs[0].ref)
    (kept,) = store.load(ref, verify_media=True).media
    path = store.media_path(ref, "film.mp4")
    assert filecmp.cmp(path, tmp_path / "film.mp4", shallow=False)
    assert store.project / kept.path == path
    assert (kept.bytes, kept.width, path.name) == (FIFTY_MB, 4, "v0001.film.mp4")
    assert kept.sha256 == digest_of_file(tmp_path / "film.mp4")
    (envelope,) = path.parent.glob("*.json")
    assert envelope.stat().st_size < 3000


@pytest.mark.row("A43")
def test_changed_media_are_found_by_size_and_on_request_by_hash(store, tmp_path):
    ref = Ref.parse(store.commit(work(draft("ann", "x", media=(media(tmp_path / "m"),)))).outputs[0].ref)
    path = store.media_path(ref, "board.png")
    path.chmod(0o644)
    path.write_bytes(b"Picture")
    assert store.load(ref).media[0].bytes == 7
    with pytest.raises(IntegrityError, match="CF-A020"):
        store.load(ref, verify_media=True)
    path.write_bytes(b"pic")
    with pytest.raises(IntegrityError, match="expected 7 bytes, found 3"):
        store.load(ref)


@pytest.mark.parametrize(
    "name", ["../x.png", "json", "a/b.png", "x", ".hidden.png", "a\0.png", "a" * 130 + ".b"]
)
def test_a_media_name_that_is_no_file_name_is_refused(store, tmp_path, name):
    bad = media(tmp_path / "m").model_copy(update={"name": name})
    with pytest.raises(StageError, match="CF-A012"):
        store.commit(work(draft("ann", "x", media=(bad,))))
    assert store.types() == ()


@pytest.mark.parametrize(
    "entity", ["../../../etc", "a/b:c", "CON", "Ann", "ann", "x" * 999, "\u202eevil", "a\0b", ". "]
)
def test_no_entity_id_leaves_its_place_and_its_true_name_comes_back(store, entity):
    ref = keep(store, entity, "x")
    assert store.load(ref).parsed_ref.entity == entity
    assert store.entities("note") == (entity,)
    (path,) = store.project.glob("artifacts/*/*/v0001.json")
    assert path.parent.parent == store.project / "artifacts" / "note"


def test_equal_content_makes_no_new_version_but_the_derivation_records_todays_inputs(store):
    one = keep(store, "one", "1")
    first = keep(store, "ann", "same", one)
    two = keep(store, "one", "2")
    assert keep(store, "ann", "same", two) == first
    newest = store.newest_derivation(UnitKey(stage="write", entity="ann"))
    assert (newest.sequence, newest.inputs[0].ref) == (2, "note/one@v2")
    assert store.derivation_of(first) == newest
    assert store.versions("note", "ann") == (first,)


def test_an_announced_artifact_is_visible_without_a_derivation(store, tmp_path):
    ref = store.announce(draft("ann", "told", media=(media(tmp_path / "m"),)), "note@1", module="m")
    assert store.current("note", "ann").ref == ref
    assert store.derivation_of(ref) is None
    assert store.announce(draft("ann", "told", media=(media(tmp_path / "m"),)), "note@1") == ref


@pytest.mark.row("A42")
def test_a_reader_beside_a_writer_sees_each_commit(store):
    before = open_store(store.project, write=False)
    assert before.current("note", "ann") is None
    keep(store, "ann", "one")
    after = open_store(store.project, write=False)
    assert after.current("note", "ann").envelope().data == {"text": "one"}
    keep(store, "ann", "two")
    assert after.current("note", "ann").ref.version == 2


def test_a_reader_writes_nothing_and_an_absent_project_reads_as_empty(tmp_path):
    with open_store(tmp_path / "none", write=False) as empty:
        assert (empty.types(), empty.current("note", "ann"), empty.lineage.stale()) == ((), None, ())
        with pytest.raises(ArtifactError, match="CF-A015"):
            keep(empty, "ann", "x")
    assert not (tmp_path / "none").exists()


def test_a_reader_of_a_closed_project_leaves_no_file_behind(store):
    keep(store, "ann", "one")
    store.close()
    before = sorted(store.project.rglob("*"))
    reader = open_store(store.project, write=False)
    assert reader.current("note", "ann").ref.version == 1
    assert sorted(store.project.rglob("*")) == before
    with open_store(store.project) as writer:
        keep(writer, "ann", "two")
    assert reader.current("note", "ann").ref.version == 2


def test_an_unknown_version_is_refused_with_what_there_is(store):
    keep(store, "ann", "one")
    with pytest.raises(ArtifactError, match=r"CF-A003 there is no `note/ann@v2`\n    kept are `note/ann@v1`"):
        store.load(Ref("note", "ann", 2))
    with pytest.raises(ArtifactError, match="did you mean `ann`"):
        store.load(Ref("note", "anne", 1))


def test_the_graph_is_exported_as_plain_data(store):
    keep(store, "ann", "x", keep(store, "bob", "y"))
    graph = json.loads(store.export_graph().read_text())
    assert [entry["ref"] for entry in graph["artifacts"]] == ["note/ann@v1", "note/bob@v1"]
    assert [(edge["of"], edge["ref"], edge["role"]) for edge in graph["edges"]] == [
        ("note/ann@v1", "note/bob@v1", "derived_from")
    ]


def test_data_is_kept_as_json_reads_it_back(store):
    store.registry.register_json("map@1", {"type": "object"})
    odd = draft("ann", "x").model_copy(update={"output": "map", "data": {"m": {2: "a", 10: ("b",)}}})
    ref = Ref.parse(store.commit(work(odd, schema_of={"map": "map@1"})).outputs[0].ref)
    assert store.load(ref).data == {"m": {"2": "a", "10": ["b"]}}


def test_currents_lists_the_current_version_of_everything(store):
    for text in ("one", "two"):
        keep(store, "ann", text)
    keep(store, "bob", "x")
    assert [held.ref for held in store.currents()] == [Ref("note", "ann", 2), Ref("note", "bob", 1)]


def test_the_newest_derivations_of_all_units_come_in_one_answer(store):
    for stage, entity, text in (("write", "ann", "one"), ("write", "ann", "two"), ("read", "bob", "x")):
        keep(store, entity, text, stage=stage)
    ann, bob = UnitKey(stage="write", entity="ann"), UnitKey(stage="read", entity="bob")
    newest = store.newest_derivations()
    assert newest == {ann: store.newest_derivation(ann), bob: store.newest_derivation(bob)}
    assert newest[ann].sequence == 2
    assert list(store.newest_derivations({"read", "nowhere"})) == [bob]
    assert store.newest_derivations(()) == {}


def test_the_revision_grows_when_anyone_keeps_something_and_only_then(tmp_path):
    with open_store(tmp_path / "project") as here, open_store(tmp_path / "project") as there:
        seen = [here.revision(), here.revision()]
        keep(here, "ann", "one")
        seen.append(here.revision())
        keep(there, "bob", "two")
        seen += [here.revision(), here.revision()]
    with open_store(tmp_path / "project", write=False) as reader:
        before = reader.revision()
        with open_store(tmp_path / "project") as writer:
            keep(writer, "ann", "two")
        assert reader.revision() > before
    assert [later - seen[0] for later in seen] == [0, 0, 1, 2, 2]


@pytest.mark.parametrize("place", ["artifacts", "artifacts/note", "derivations/write"])
def test_a_link_planted_among_the_folders_is_not_followed(tmp_path, place):
    outside, link = tmp_path / "outside", tmp_path / "project" / place
    outside.mkdir()
    link.parent.mkdir(parents=True)
    link.symlink_to(outside)
    with pytest.raises(ArtifactError, match="CF-A011"), open_store(tmp_path / "project") as store:
        keep(store, "ann", "x")
    assert list(outside.rglob("*")) == []


@pytest.mark.row("A43")
def test_a_media_file_that_a_version_does_not_have_is_refused_with_those_it_has(store, tmp_path):
    drawn = work(draft("ann", "one", media=(media(tmp_path / "board.png"),)))
    ref = Ref.parse(store.commit(drawn).outputs[0].ref)
    bare = keep(store, "bob", "one")
    for asked, has in ((ref, "it has `board.png`"), (bare, "it has no media")):
        with pytest.raises(ArtifactError) as raised:
            store.media_path(asked, "sound.wav")
        assert _codes(raised) == ["CF-A012"]
        assert raised.value.faults[0].hint == has


@pytest.mark.row("H5")
def test_nobody_is_handed_a_media_file_that_is_gone_or_cut(store, tmp_path):
    drawn = work(draft("ann", "one", media=(media(tmp_path / "board.png"),)))
    ref = Ref.parse(store.commit(drawn).outputs[0].ref)
    (kept,) = store.load(ref).media
    path, blobs = store.project / kept.path, FileBlobs(store.project)
    assert whole_file(blobs, kept) == path
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(IntegrityError, match="CF-A020"):
        whole_file(blobs, kept)
    path.unlink()
    with pytest.raises(IntegrityError, match="CF-A021"):
        whole_file(blobs, kept)
