"""The acts of the store, each as a subject: what is there before, what is done, what must hold after."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from cine_forge.kernel.artifacts.records.envelope import MediaDraft
from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.artifacts.store.store import Store
from cine_forge.kernel.artifacts.store.tree import tree_digest
from cine_forge.kernel.artifacts.verify.verify import verify
from cine_forge.kernel.ground.errors import CineForgeError
from tests.faults.watch import Say
from tests.kernel.artifacts.kept import draft, keep, open_store, work

_SHELF = TemporaryDirectory()
_ANN = Ref("note", "ann", 1)
_BOB = Ref("note", "bob", 1)


@dataclass(frozen=True)
class Act:
    """One act of the store. `step` does it, unless it is done, and yields the refs that it acknowledges."""

    name: str
    before: Callable[[Store], object]
    step: Callable[[Store], Sequence[Ref]]

    def __reduce__(self) -> tuple[Callable[[str], Act], tuple[str]]:
        return act_named, (self.name,)

    def begin(self, folder: Path) -> None:
        """Keep what is there before."""
        with open_store(folder) as store:
            self.before(store)

    def act(self, folder: Path, say: Say) -> None:
        """Open, do it, acknowledge each version, close."""
        with open_store(folder) as store:
            for ref in self.step(store):
                say(f"{ref} {store.load(ref).digest}")

    def faults(self, folder: Path, said: Sequence[str]) -> list[str]:
        """Read, then write: whatever was acknowledged is there, and everything is whole."""
        wrong = []
        for write in (False, True):
            with open_store(folder, write=write) as store:
                wrong += missing(store, said)
        return wrong + [f"{fault.code} {fault.what} {fault.where}" for fault in verify(folder)]

    def tree(self, folder: Path) -> list[str]:
        """Return the versions and derivations that are visible."""
        with open_store(folder, write=False) as store:
            return tree_digest(store)


def missing(store: Store, said: Sequence[str]) -> list[str]:
    """Return what was acknowledged and is not there as it was, and what is visible and cannot be loaded."""
    wrong = []
    for line in said:
        text, digest = line.split()
        try:
            if store.load(Ref.parse(text), verify_media=True).digest != digest:
                wrong.append(f"{text} is another")
        except CineForgeError as error:
            wrong.append(f"{text} is lost: {error}")
    for kind in store.types():
        for entity in store.entities(kind):
            refs = store.versions(kind, entity)
            if [ref.version for ref in refs] != list(range(1, len(refs) + 1)):
                wrong.append(f"{kind}/{entity} has versions {refs}")
            for ref in refs:
                store.load(ref, verify_media=True)
    return wrong


def _picture(name: str, content: bytes) -> tuple[MediaDraft, ...]:
    """Return a picture to bring along; it lies on a shelf of its own, which no fault touches."""
    path = Path(_SHELF.name) / name
    if not path.exists():
        path.write_bytes(content)
    return (MediaDraft(path=path, name="board.png", media_type="image/png"),)


def _nothing(_store: Store) -> None:
    pass


def _one(store: Store) -> None:
    keep(store, "ann", "first")


def _pictured(store: Store) -> None:
    store.commit(work(draft("ann", "first", media=_picture("begun.png", b"first picture"))))


def _candidate(store: Store) -> None:
    _one(store)
    store.state("lock", _ANN, by="eve", values={"hard": False})
    keep(store, "ann", "better")


def _stale(store: Store) -> None:
    _one(store)
    keep(store, "bob", "from ann", _ANN)
    keep(store, "ann", "second")


def _unindexed(store: Store) -> None:
    """Keep something, close, and lose the index."""
    _one(store)
    store.close()
    for path in store.project.glob("index.sqlite*"):
        path.unlink()


def _locked(store: Store) -> None:
    _one(store)
    store.state("lock", _ANN, by="eve")


def _offer(store: Store) -> list[Ref]:
    """Commit a result over a lock: it waits as a candidate."""
    waiting = store.candidates("note", "ann")
    return list(waiting) or [keep(store, "ann", "better")]


def _save(store: Store) -> list[Ref]:
    """Commit a unit with media and two outputs."""
    drafts = (draft("ann", "second", media=_picture("p.png", b"picture " * 500)), draft("bob", "new"))
    again = work(*drafts)
    newest = store.newest_derivation(again.unit)
    if newest is None or newest.fingerprint != "e" * 64:
        newest = store.commit(work(*drafts, fingerprint="e" * 64))
    return [Ref.parse(output.ref) for output in newest.outputs]


def _edit(store: Store) -> list[Ref]:
    held = store.current("note", "ann")
    assert held is not None
    if held.source == "human":
        return [held.ref]
    return [store.edit(held.ref, {"text": "mended"}, by="eve")]


def _announce(store: Store) -> list[Ref]:
    return [store.announce(draft("eve", "told", media=_picture("a.png", b"told")), "note@1")]


def _stated(kind: str, ref: Ref) -> Callable[[Store], list[Ref]]:
    def step(store: Store) -> list[Ref]:
        said = [one for one in store.statements(ref.type, ref.entity) if one.kind == kind]
        if said:
            return [Ref("statement", f"{ref.type}/{ref.entity}", said[-1].number)]
        return [store.state(kind, ref, by="eve", note="as seen")]

    return step


def _rebuild(store: Store) -> list[Ref]:
    store.rebuild_index()
    return [_ANN]


def _announce_and_save(store: Store) -> list[Ref]:
    """Announce once more what is kept already, then keep something new."""
    return [*_announce(store), *_save(store)]


def _open(_store: Store) -> list[Ref]:
    return [_ANN]


ACTS = (
    Act("first save", _nothing, _save),
    Act("save", _one, _save),
    Act("edit", _pictured, _edit),
    Act("accept", _candidate, _stated("accept", Ref("note", "ann", 2))),
    Act("offer a candidate", _locked, _offer),
    Act("confirm", _stale, _stated("confirm", _BOB)),
    Act("announce", _one, _announce),
    Act("lock", _one, _stated("lock", _ANN)),
    Act("rebuild", _stale, _rebuild),
    Act("open and close", _one, _open),
    Act("open without an index", _unindexed, _open),
    Act("keep nothing new, then save", _announce, _announce_and_save),
)


def act_named(name: str) -> Act:
    """Return one of the acts."""
    return next(act for act in ACTS if act.name == name)
