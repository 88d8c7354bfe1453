"""A store in one folder: what its storage leaves to others."""

from cine_forge.kernel.artifacts.store.storage import FileStorage
from cine_forge.kernel.ground.lock import Holder

HOLDER = Holder(1, "here", "now", "test")


def test_that_one_run_works_in_a_folder_is_left_to_the_lock_of_the_folder(tmp_path):
    with FileStorage(tmp_path).running(HOLDER), FileStorage(tmp_path).running(HOLDER):
        assert list(tmp_path.iterdir()) == []
