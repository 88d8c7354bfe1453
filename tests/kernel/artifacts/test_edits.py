"""A person's edit: what is not changed comes along, and what cannot be changed is refused."""

import pytest

from cine_forge.kernel.artifacts.records.envelope import MediaDraft
from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.ground.errors import ArtifactError
from tests.kernel.artifacts.kept import draft, keep, media, open_store, work


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "project") as found:
        yield found


def pictures(store, tmp_path, *names, **said):
    files = tuple(media(tmp_path / name, name.encode(), name) for name in names)
    outputs = store.commit(work(draft("ann", "x", media=files, **said))).outputs
    return Ref.parse(outputs[0].ref)


def other(tmp_path, name, kind="image/png"):
    (tmp_path / "other").write_bytes(b"other")
    return MediaDraft(path=tmp_path / "other", name=name, media_type=kind, width=8, height=6)


@pytest.mark.row("B10")
def test_what_follows_from_an_edited_artifact_is_stale_and_nothing_else_is(store):
    root = keep(store, "root", "r")
    left, right = keep(store, "left", "l", root), keep(store, "right", "r", root)
    keep(store, "leaf", "x", left)
    keep(store, "other", "y", right)
    assert store.lineage.stale() == ()
    edited = store.edit(left, {"text": "mine"}, by="kim")
    assert [(str(found.ref), found.cause) for found in store.lineage.stale()] == [
        ("note/leaf@v1", ("note/left@v1", str(edited), "note/leaf@v1"))
    ]
    again = store.edit(root, {"text": "anew"}, by="kim")
    assert [str(found.ref) for found in store.lineage.stale()] == [
        "note/leaf@v1",
        str(edited),
        "note/other@v1",
        str(right),
    ]
    store.edit(again, {"text": "r"}, by="kim")
    assert [str(found.ref) for found in store.lineage.stale()] == ["note/leaf@v1"]


@pytest.mark.row("B10")
def test_an_edit_keeps_what_it_is_for_and_says_whose_it_is(store, tmp_path):
    ref = pictures(store, tmp_path, "a.png", digital_source_type="trainedAlgorithmicMedia")
    kept = store.load(store.edit(ref, {"text": "mine"}, by="kim", note="clearer"))
    assert (kept.intent, kept.rationale, kept.source, kept.by) == ("to be read", "clearer", "human", "kim")
    assert (kept.digital_source_type, kept.cost, kept.producing_module) == (
        "trainedAlgorithmicMedia",
        None,
        None,
    )


def test_media_are_replaced_by_name_and_the_data_stay(store, tmp_path):
    ref = pictures(store, tmp_path, "a.png", "blue.png", digital_source_type="trainedAlgorithmicMedia")
    edited = store.edit(ref, None, by="kim", media=(other(tmp_path, "blue.png"),))
    kept = store.load(edited, verify_media=True)
    assert (kept.data, kept.digital_source_type) == ({"text": "x"}, "trainedAlgorithmicMedia")
    measured = [(file.name, file.width, file.bytes) for file in kept.media]
    assert measured == [("a.png", 4, 5), ("blue.png", 8, 5)]
    assert store.media_path(edited, "a.png").read_bytes() == b"a.png"
    assert store.media_path(edited, "blue.png").read_bytes() == b"other"


def test_media_that_a_person_replaced_wholly_are_no_longer_said_to_be_generated(store, tmp_path):
    ref = pictures(store, tmp_path, "a.png", digital_source_type="trainedAlgorithmicMedia")
    edited = store.edit(ref, None, by="kim", media=(other(tmp_path, "a.png"),))
    assert store.load(edited).digital_source_type is None


def test_an_artifact_that_is_nothing_but_its_media_can_be_edited(store, tmp_path):
    store.registry.register_json("picture@1", {"type": "object", "additionalProperties": False})
    bare = draft("ann", "").model_copy(update={"data": {}, "output": "picture"})
    ref = store.announce(bare.model_copy(update={"media": (media(tmp_path / "m"),)}), "picture@1")
    edited = store.edit(ref, None, by="kim", media=(other(tmp_path, "board.png"),))
    assert (edited, store.load(edited).data) == (Ref("picture", "ann", 2), {})


@pytest.mark.parametrize(
    ("name", "kind", "what"),
    [
        ("c.png", "image/png", "CF-A042 `note/ann@v1` has no media file `c.png`\n    did you mean `a.png`"),
        ("a.png", "image/jpeg", "CF-A042 .*`a.png` is image/png, and image/jpeg cannot take its place"),
    ],
)
def test_media_that_replace_none_are_refused(store, tmp_path, name, kind, what):
    ref = pictures(store, tmp_path, "a.png", "blue.png")
    with pytest.raises(ArtifactError, match=what):
        store.edit(ref, None, by="kim", media=(other(tmp_path, name, kind),))
    bare = keep(store, "bob", "x")
    with pytest.raises(ArtifactError, match=r"CF-A042(.|\n)*it has no media"):
        store.edit(bare, None, by="kim", media=(other(tmp_path, name, kind),))


def test_an_edit_that_changes_nothing_makes_no_version(store):
    ref = keep(store, "ann", "one")
    assert store.edit(ref, {"text": "one"}, by="kim") == ref
    two = store.edit(ref, {"text": "two"}, by="kim")
    assert store.edit(ref, {"text": "two"}, by="kim") == two
    assert len(store.versions("note", "ann")) == 2


def test_going_back_by_an_edit_is_a_version_of_its_own(store):
    one = keep(store, "ann", "one")
    keep(store, "ann", "two")
    assert store.edit(one, None, by="kim") == Ref("note", "ann", 3)
    assert store.load(Ref("note", "ann", 3)).data["text"] == "one"


def test_a_decision_is_not_edited(store):
    stated = store.state("approve", keep(store, "ann", "one"), by="kim")
    with pytest.raises(ArtifactError, match="CF-A040 `statement/note/ann@v1` is a decision"):
        store.edit(stated, {**store.load(stated).data, "by": "lee"}, by="lee")
    assert store.statements("note", "ann")[-1].by == "kim"


def test_every_fault_of_an_edit_comes_at_once(store):
    ref = keep(store, "ann", "one")
    with pytest.raises(ArtifactError) as raised:
        store.edit(ref, {"txt": "x", "weight": "heavy"}, by="kim")
    assert len(raised.value.faults) == 3
    assert store.versions("note", "ann") == (ref,)


def test_an_unknown_version_is_answered_with_the_nearest_name(store):
    keep(store, "ann", "one")
    with pytest.raises(ArtifactError, match=r"CF-A003 there is no `note/anne@v1`\n    did you mean `ann`"):
        store.edit(Ref("note", "anne", 1), {"text": "x"}, by="kim")
