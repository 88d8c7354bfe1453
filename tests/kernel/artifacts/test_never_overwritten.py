"""No way of keeping something writes over anything, whatever lies at the next version's name."""

import json
import os
import stat

import pytest

from cine_forge.kernel.artifacts.keeping.seal import sealed
from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.ground.errors import CineForgeError
from tests.kernel.artifacts.kept import draft, keep, media, open_store, work

PLANTED = b"planted"
KINDS = ("text", "folder", "link", "dangling", "pipe")
PLANTS = [(name, kind) for name in ("v0002.json", "v0002.board.png", "d0002.json") for kind in KINDS]
PLANTS += [("v0002.json", "orphan"), ("v0002.json", "committed")]


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "project") as found:
        pictures = (media(tmp_path / "one"),)
        found.commit(work(draft("ann", "one", media=pictures)))
        found.state("approve", Ref("note", "ann", 1), by="kim")
        yield found


def commit(store, tmp_path):
    made = store.commit(work(draft("ann", "two", media=(media(tmp_path / "two", b"two"),))))
    return Ref.parse(made.outputs[0].ref)


def announce(store, tmp_path):
    pictures = (media(tmp_path / "two", b"two"),)
    return store.announce(draft("ann", "two", media=pictures), "note@1", module="m")


def edit(store, tmp_path):
    return store.edit(Ref("note", "ann", 1), {"text": "two"}, by="kim")


def decide(store, tmp_path):
    return store.state("reject", Ref("note", "ann", 1), by="kim")


def plant(store, path, kind, outside):
    """Put something at a name that the next version will want."""
    path.parent.mkdir(parents=True, exist_ok=True)
    outside.write_bytes(b"outside")
    match kind:
        case "text":
            path.write_bytes(PLANTED)
        case "orphan" | "committed":
            record = json.loads(next(path.parent.glob("v0001.json")).read_bytes())
            record.pop("seal")
            record |= {"rationale": "planted", "own_commit": kind == "committed"}
            path.write_bytes(sealed(record | {"ref": record["ref"].replace("@v1", "@v2")}))
        case "folder":
            path.mkdir()
        case "link":
            path.symlink_to(outside)
        case "dangling":
            path.symlink_to(outside.with_name("nowhere"))
        case "pipe":
            os.mkfifo(path)


def everything(root):
    """Return what lies below a folder: files by their bytes, anything else by its kind and aim."""
    found = {}
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.is_symlink():
            found[name] = ("link", str(path.readlink()))
        elif path.is_file():
            found[name] = ("file", path.read_bytes())
        else:
            found[name] = ("folder" if path.is_dir() else "pipe", b"")
    return found


@pytest.mark.row("A6")
@pytest.mark.parametrize(("name", "kind"), PLANTS)
@pytest.mark.parametrize("act", [commit, announce, edit, decide])
def test_what_lies_at_the_next_name_is_never_written_over_or_followed(store, tmp_path, act, kind, name):
    about = "artifacts/statement" if act is decide else "artifacts/note"
    (folder,) = store.project.glob("derivations/*/*" if name[0] == "d" else f"{about}/*")
    plant(store, folder / name, kind, tmp_path / "outside")
    before = everything(store.project / "artifacts") | everything(store.project / "derivations")
    planted = everything(folder)[name]
    try:
        ref = act(store, tmp_path)
    except CineForgeError as error:
        assert {fault.code for fault in error.faults} <= {
            "CF-A010",
            "CF-A011",
            "CF-A020",
            "CF-A022",
            "CF-A023",
        }
        assert [ref.version for ref in store.versions("note", "ann")] == [1]
    else:
        assert ref.version == 2 and store.load(ref, verify_media=True)
    after = everything(store.project / "artifacts") | everything(store.project / "derivations")
    changed = {path for path, found in before.items() if after.get(path) != found}
    assert changed <= {(folder / name).relative_to(folder.parents[1]).as_posix()}
    assert planted in (everything(store.project)).values(), "what was planted is still somewhere"
    assert (tmp_path / "outside").read_bytes() == b"outside"
    assert not (tmp_path / "nowhere").exists()
    assert store.load(Ref("note", "ann", 1), verify_media=True).data == {"text": "one"}


@pytest.mark.row("A6")
def test_every_kept_file_is_read_only(store, tmp_path):
    for act in (commit, announce, edit, decide):
        act(store, tmp_path)
    kept = [path for name in ("artifacts", "derivations") for path in (store.project / name).rglob("*.*")]
    assert {path.suffix for path in kept} == {".json", ".png"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept if path.is_file()} == {0o444}


@pytest.mark.row("A6")
def test_saving_again_never_touches_a_version_that_is_kept(store, tmp_path):
    before = everything(store.project / "artifacts")
    for text in ("one", "two", "one"):
        keep(store, "ann", text)
    for text in ("one", "mine"):
        store.edit(Ref("note", "ann", 1), {"text": text}, by="kim")
    after = everything(store.project / "artifacts")
    assert {name: after[name] for name in before} == before
    assert [ref.version for ref in store.versions("note", "ann")] == list(range(1, 7))
