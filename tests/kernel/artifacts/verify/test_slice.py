"""Slices of a project: each thing belongs to one, and together they find what the whole finds."""

import random
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.artifacts.verify.slice import WHOLE, Slice
from cine_forge.kernel.artifacts.verify.verify import verify
from cine_forge.kernel.ground.errors import UsageError
from tests.kernel.artifacts.kept import draft, keep, media, open_store, work


@pytest.fixture(scope="module")
def kept(tmp_path_factory) -> Path:
    """Return a project of a few dozen files that no test may change."""
    folder = tmp_path_factory.mktemp("kept")
    with open_store(folder / "project") as store:
        for name in ("ann", "bob", "eve", "kim", "lea"):
            root = keep(store, name, "x")
            keep(store, f"{name}/2", "y", root)
            keep(store, name, "z")
            picture = media(folder / "m", name.encode() * 100)
            store.commit(work(draft(f"{name}/3", "m", media=(picture,))))
        store.announce(draft("told", "t"), "note@1")
        store.edit(Ref("note", "told", 1), {"text": "u"}, by="kim")
        store.state("approve", Ref("note", "ann", 1), by="kim")
    return folder / "project"


def _flip(path: Path, chance: random.Random) -> None:
    content = bytearray(path.read_bytes() or b"?")
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.chmod(0o644)
    path.write_bytes(content)


def _harm(project: Path, how: str, chance: random.Random) -> None:
    files = sorted(path for root in ("artifacts", "derivations") for path in (project / root).rglob("*.*"))
    path, other = chance.sample([path for path in files if path.is_file()], 2)
    match how:
        case "flip":
            _flip(path, chance)
        case "cut":
            path.chmod(0o644)
            path.write_bytes(path.read_bytes()[: chance.randrange(max(1, path.stat().st_size))])
        case "swap":
            path.rename(path.with_name("aside"))
            shutil.copyfile(other, path)
            path.with_name("aside").rename(other)
        case "lose":
            path.unlink()
        case "stray":
            path.with_name(f"stray{chance.randrange(99)}").write_text("mine")


@pytest.mark.row("H5")
@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(["flip", "cut", "swap", "lose", "stray"]), min_size=1, max_size=3),
       st.integers(0, 999), st.integers(2, 7))  # fmt: skip
def test_all_slices_find_what_the_whole_finds(kept, tmp_path_factory, harms, seed, count):
    project = tmp_path_factory.mktemp("harmed") / "project"
    shutil.copytree(kept, project)
    chance = random.Random(seed)
    for how in harms:
        _harm(project, how, chance)
    whole = sorted(map(str, verify(project)))
    assert whole or len(harms) > 1
    slices = [verify(project, share=Slice(part, count)) for part in range(1, count + 1)]
    assert sorted(str(fault) for found in slices for fault in found) == whole
    shutil.rmtree(project.parent)


def test_every_name_belongs_to_exactly_one_slice():
    names = [f"artifacts/note/e{number}/v0001.json" for number in range(1000)]
    shares = [sum(map(Slice(part, 5).has, names)) for part in range(1, 6)]
    assert sum(shares) == len(names)
    assert min(shares) > 150
    assert all(map(WHOLE.has, names))


def test_files_of_one_folder_belong_together():
    one = Slice(2, 5)
    for number in range(50):
        assert one.has(f"artifacts/note/e{number}/v0001.json") == one.has(f"artifacts/note/e{number}/v1.png")


def test_a_slice_reads_as_it_is_written():
    assert (Slice.parse("2/5"), str(Slice(2, 5))) == (Slice(2, 5), "2/5")


@pytest.mark.parametrize("text", ["", "5", "0/5", "6/5", "1/0", "a/b", "1/5x", "-1/5", "1 / 5", "1/99999"])
def test_what_is_no_slice_is_refused(text):
    with pytest.raises(UsageError) as raised:
        Slice.parse(text)
    assert [fault.code for fault in raised.value.faults] == ["CF-U071"]
