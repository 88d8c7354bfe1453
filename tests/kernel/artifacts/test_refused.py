"""What the disk refuses while a store opens or closes has a code too, and costs nothing that was kept."""

import pytest

from cine_forge.kernel.artifacts.refs import Ref
from cine_forge.kernel.artifacts.verify import verify
from cine_forge.kernel.ground.errors import ArtifactError
from tests.kernel.artifacts.keeping import keep, open_store


@pytest.fixture
def project(tmp_path):
    with open_store(tmp_path / "project") as store:
        keep(store, "ann", "first")
    return tmp_path / "project"


@pytest.mark.row("H4")
@pytest.mark.parametrize("name", ["write.lock", "index.sqlite"])
def test_a_store_that_the_disk_refuses_to_open_says_so_and_opens_when_it_can(project, name):
    (project / name).rename(project / "kept")
    (project / name).mkdir()
    with pytest.raises(ArtifactError, match="CF-A023"):
        open_store(project)
    (project / name).rmdir()
    (project / "kept").rename(project / name)
    with open_store(project) as store:
        assert store.load(Ref("note", "ann", 1)).data["text"] == "first"
    assert not (project / "quarantine").exists()


@pytest.mark.row("H4")
def test_a_store_that_the_disk_refuses_to_close_says_so_and_has_lost_nothing(project):
    store = open_store(project)
    kept = keep(store, "ann", "second")
    (project / "write.lock").unlink()
    (project / "write.lock").mkdir()
    with pytest.raises(ArtifactError, match="CF-A023"):
        store.close()
    (project / "write.lock").rmdir()
    with open_store(project) as again:
        assert again.load(kept).data["text"] == "second"
    assert verify(project) == ()
