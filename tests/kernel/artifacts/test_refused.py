"""What the disk refuses while a store opens or closes has a code too, and costs nothing that was kept."""

import resource
from contextlib import contextmanager

import pytest

from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.artifacts.verify.verify import verify
from cine_forge.kernel.ground.errors import ArtifactError
from tests.kernel.artifacts.kept import keep, open_store

_NOTHING, _THE_LOCK_ALONE = 0, 400


@pytest.fixture
def project(tmp_path):
    with open_store(tmp_path / "project") as store:
        keep(store, "ann", "first")
    return tmp_path / "project"


@contextmanager
def files_of(most):
    """Let no file grow beyond so many bytes."""
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))


@pytest.mark.row("H4")
@pytest.mark.parametrize("most", [_NOTHING, _THE_LOCK_ALONE])
def test_a_store_that_the_disk_refuses_to_open_says_so_and_opens_when_it_can(project, most):
    with files_of(most), pytest.raises(ArtifactError, match="CF-A023"):
        open_store(project)
    with open_store(project) as store:
        assert store.load(Ref("note", "ann", 1)).data["text"] == "first"
    assert not (project / "quarantine").exists()


@pytest.mark.row("H4")
@pytest.mark.parametrize("most", [_NOTHING, _THE_LOCK_ALONE])
def test_a_store_that_the_disk_refuses_to_close_says_so_and_has_lost_nothing(project, most):
    store = open_store(project)
    kept = keep(store, "ann", "second")
    with files_of(most), pytest.raises(ArtifactError, match="CF-A023"):
        store.close()
    with open_store(project) as again:
        assert again.load(kept).data["text"] == "second"
    assert verify(project) == ()
