"""What nothing refers to can go; everything else stays, and no number is used again."""

import random
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cine_forge.kernel.artifacts.keeping.removal import removal_names
from cine_forge.kernel.artifacts.keeping.seal import sealed
from cine_forge.kernel.artifacts.records.envelope import CostRecord
from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.artifacts.store.disuse import Kept
from cine_forge.kernel.artifacts.verify.verify import verify
from cine_forge.kernel.ground.errors import ArtifactError
from tests.kernel.artifacts.kept import draft, keep, media, open_store, work
from tests.kernel.artifacts.living import live

NOTHING = Kept()


def _ann(number: int) -> Ref:
    return Ref("note", "ann", number)


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "project") as opened:
        for text in ("one", "two", "three", "four"):
            keep(opened, "ann", text)
        yield opened


def _unused(store, kept: Kept = NOTHING) -> list[str]:
    return [one.ref for one in store.unused(kept)]


def test_superseded_versions_are_listed_with_their_files_and_bytes(store, tmp_path):
    for content in (b"old", b"new"):
        store.commit(work(draft("eve", "m", media=(media(tmp_path / "m", content),))))
    assert _unused(store) == [str(_ann(1)), str(_ann(2)), str(_ann(3)), "note/eve@v1"]
    one = store.unused(NOTHING)[-1]
    assert [Path(file).name for file in one.files] == ["v0001.json", "v0001.board.png"]
    assert one.bytes == sum((store.project / file).stat().st_size for file in one.files)


@pytest.mark.parametrize("kind", ["circle", "lock", "pin", "approve", "confirm"])
def test_a_version_that_somebody_decided_about_stays(store, kind):
    store.state(kind, _ann(2), by="kim", note="why")
    assert str(_ann(2)) not in _unused(store)


def test_what_something_current_was_made_from_stays_and_what_that_was_made_from(store):
    keep(store, "kim", "k", keep(store, "eve", "e", keep(store, "bob", "b", _ann(2))))
    keep(store, "eve", "e2")
    keep(store, "bob", "b2")
    assert _unused(store) == [str(_ann(1)), str(_ann(3))]


def test_what_a_person_wrote_stays(store):
    store.edit(_ann(1), {"text": "hand"}, by="kim")
    store.edit(_ann(5), {"text": "again"}, by="kim")
    assert str(_ann(5)) not in _unused(store)


def test_what_was_paid_for_stays(store):
    keep(store, "ann", "bought", cost_micro_usd=5)
    keep(store, "ann", "free")
    paid = draft("told", "t", cost=CostRecord(micro_usd=3))
    store.announce(paid, "note@1", module="m")
    store.announce(draft("told", "u"), "note@1", module="m")
    assert not {str(_ann(5)), "note/told@v1"} & set(_unused(store))


def test_what_waits_to_be_accepted_stays(store):
    store.state("lock", _ann(4), by="kim")
    for text in ("five", "six"):
        keep(store, "ann", text)
    assert [str(ref) for ref in store.candidates("note", "ann")] == [str(_ann(5)), str(_ann(6))]
    assert not {str(_ann(4)), str(_ann(5)), str(_ann(6))} & set(_unused(store))


def test_what_the_caller_names_stays_by_ref_or_by_the_name_of_a_file(store):
    by_name = store.place(_ann(2)).replace(".json", ".board.png")
    assert _unused(store, Kept((_ann(1),), (by_name,))) == [str(_ann(3))]


def test_what_is_thrown_away_is_unknown_and_everything_is_whole(store):
    removal = store.throw_away(NOTHING)
    assert [one.ref for one in removal.versions] == [str(_ann(1)), str(_ann(2)), str(_ann(3))]
    assert store.versions("note", "ann") == (_ann(4),)
    with pytest.raises(ArtifactError):
        store.load(_ann(2))
    assert verify(store.project) == ()
    assert len(list((store.project / "quarantine").rglob("v000*.json"))) == 3
    assert store.throw_away(NOTHING) is None


def test_no_number_is_used_again_after_a_rebuild_too(store):
    store.throw_away(NOTHING)
    (store.project / "index.sqlite").unlink()
    with open_store(store.project) as again:
        assert keep(again, "ann", "five") == _ann(5)
    assert verify(store.project) == ()


def test_a_lost_version_is_missed_though_others_were_thrown_away(store):
    keep(store, "bob", "b", _ann(2))
    store.throw_away(NOTHING)
    (store.project / store.place(_ann(2))).unlink()
    assert [fault.code for fault in verify(store.project)] == ["CF-A021"]


def test_a_damaged_record_of_what_was_thrown_away_is_found(store):
    store.throw_away(NOTHING)
    (path,) = (store.project / "removals").iterdir()
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-5])
    assert "CF-A020" in [fault.code for fault in verify(store.project)]
    shutil.move(path, path.with_name("r0002.json"))
    assert {"CF-A020", "CF-A021"} <= {fault.code for fault in verify(store.project)}


def test_a_record_of_what_was_thrown_away_in_the_wrong_place_is_found(store):
    store.throw_away(NOTHING)
    (path,) = (store.project / "removals").iterdir()
    path.rename(path.with_name("r0002.json"))
    whats = [fault.what for fault in verify(store.project)]
    assert "it is record 1, which belongs elsewhere" in whats
    (store.project / "removals" / "r0002.json").unlink()
    (store.project / "removals" / "r0002.json").write_bytes(sealed({"number": 2}))
    whats = [fault.what for fault in verify(store.project)]
    assert any(what.startswith("it is no record of this store") for what in whats)


def test_what_a_killed_command_left_is_finished_by_the_next(store, tmp_path, monkeypatch):
    store.commit(work(draft("eve", "m", media=(media(tmp_path / "m", b"old"),))))
    keep(store, "eve", "n")
    blobs, moved = type(store._blobs), []

    def die_after_two(self, name, real=blobs.set_aside):
        moved.append(name)
        if len(moved) > 4:
            raise KeyboardInterrupt
        return real(self, name)

    monkeypatch.setattr(blobs, "set_aside", die_after_two)
    with pytest.raises(KeyboardInterrupt):
        store.throw_away(NOTHING)
    monkeypatch.undo()
    store.throw_away(NOTHING)
    store.rebuild_index()
    assert verify(store.project) == ()
    assert [str(ref) for ref in store.versions("note", "eve")] == ["note/eve@v2"]


def test_a_damaged_version_that_nothing_refers_to_can_go_with_the_media_beside_it(store, tmp_path):
    for content in (b"old", b"new"):
        store.commit(work(draft("eve", "m", media=(media(tmp_path / "m", content),))))
    path = store.project / store.place(Ref("note", "eve", 1))
    path.chmod(0o644)
    path.write_bytes(b"torn")
    removal = store.throw_away(NOTHING)
    assert [Path(file).name for file in removal.versions[-1].files] == ["v0001.json", "v0001.board.png"]
    assert verify(store.project) == ()


@pytest.mark.row("H5")
@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10**6))
def test_after_throwing_away_everything_current_and_decided_stands_as_it_stood(tmp_path_factory, seed):
    chance, project = random.Random(seed), tmp_path_factory.mktemp("lived") / "project"
    with open_store(project) as store:
        for _ in range(chance.randrange(10, 45)):
            live(store, chance)
        before = {str(held.ref): held.digest for held in store.currents()}
        stale = [str(one.ref) for one in store.lineage.stale()]
        said = [one.ref for entity in store.entities("note") for one in store.statements("note", entity)]
        store.throw_away(NOTHING)
        assert verify(project) == ()
        assert {str(held.ref): held.digest for held in store.currents()} == before
        assert [str(one.ref) for one in store.lineage.stale()] == stale
        for held in store.currents():
            held.envelope()
            for edge in store.lineage.inputs_of(held.ref, transitive=True):
                store.load(Ref.parse(edge.ref))
        assert all(store.load(Ref.parse(ref)) for ref in said)
        dump = store.dump_index()
        store.rebuild_index()
        assert store.dump_index() == dump
        assert store.unused(NOTHING) == ()
        assert len(list(removal_names(store._blobs))) <= 1
    shutil.rmtree(project.parent)
