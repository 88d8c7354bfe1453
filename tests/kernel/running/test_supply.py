"""What a unit works on is on this disk before it begins, wherever it is kept."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cine_forge.kernel.artifacts.keeping.blobs import FileBlobs
from cine_forge.kernel.artifacts.records.derivation import Bound
from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.artifacts.store.storage import FileStorage
from cine_forge.kernel.artifacts.store.store import Store
from cine_forge.kernel.ground.errors import ArtifactError, Fault
from cine_forge.kernel.running import executors
from cine_forge.kernel.running.executors import LocalExecutor
from cine_forge.kernel.running.order import WorkOrder
from cine_forge.kernel.running.supply import Supply
from cine_forge.kernel.stages.contract import Given
from tests.kernel.artifacts.kept import clock, draft, media, registry, work
from tests.kernel.planning.making import module, unit


class FarBlobs:
    """Blobs in a folder far away; a file of one is copied to the project when it is asked for."""

    def __init__(self, far: Path, project: Path) -> None:
        self._far = FileBlobs(far)
        self._project = project
        self.brought: list[str] = []

    def __getattr__(self, name: str) -> object:
        return getattr(self._far, name)

    def file(self, name: str, sha256: str) -> Path:
        path = self._project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(self._far.file(name, sha256), path)
        self.brought.append(path.name)
        return path


@pytest.fixture
def far(tmp_path: Path) -> FarBlobs:
    return FarBlobs(tmp_path / "far", tmp_path / "project")


@pytest.fixture
def store(tmp_path: Path, far: FarBlobs) -> Store:
    """Return a store in which `leaf` was made from `middle`, and that from `root`, each with a picture."""
    (tmp_path / "far").mkdir()
    storage = FileStorage(tmp_path / "project", far)
    found = Store.open(storage.project, registry=registry(), clock=clock, write=True, storage=storage)
    inputs: tuple[Bound, ...] = ()
    for entity in ("root", "middle", "leaf"):
        picture = media(tmp_path / entity, entity.encode(), f"{entity}.png")
        inputs = found.commit(work(draft(entity, "x", media=(picture,)), made_from=inputs)).outputs
    return found


def order(store: Store, entity: str) -> WorkOrder:
    found = store.load(Ref("note", entity, 1))
    given = Given(found.ref, found.digest, entity, found.data, found.media, store.project)
    return WorkOrder(unit("me", "a"), module(), {"x": given}, {}, {}, (), 1, "run-1", Path("scratch"))


def test_the_media_of_inputs_and_of_what_they_were_made_from_are_brought_once(store, far):
    supply = Supply(store)
    for _ in range(2):
        supply(order(store, "leaf"))
    assert far.brought == ["v0001.leaf.png", "v0001.middle.png"]
    given = order(store, "leaf").inputs["x"]
    assert given.open_media("leaf.png").read_bytes() == b"leaf"


def test_where_everything_is_here_nothing_is_looked_up(tmp_path):
    with Store.open(tmp_path / "p", registry=registry(), clock=clock, write=True) as store:
        ref = store.commit(work(draft("ann", "x", media=(media(tmp_path / "m"),)))).outputs[0].ref
        asked = order(store, "ann")
        store.media_path(Ref.parse(ref), "board.png").unlink()
        Supply(store)(asked)


def test_a_unit_whose_inputs_cannot_be_brought_fails_and_says_why(monkeypatch):
    def refuse(order: WorkOrder) -> None:
        raise ArtifactError(Fault("CF-A052", "the bucket did not do this"), transient=True)

    monkeypatch.setattr(executors, "perform", lambda order, port: pytest.fail("the unit began"))
    executor = LocalExecutor(1, supply=refuse)
    token = executor.submit(WorkOrder(unit("me", "a"), module(), {}, {}, {}, (), 1, "r", Path("s")), print)
    assert executor.poll(30.0) == (token,)
    report = executor.collect(token)
    executor.close()
    assert isinstance(report.error, ArtifactError)
    assert report.error.transient
