"""The garbage collector at rest while much is built."""

from __future__ import annotations

import gc

import pytest

from cine_forge.kernel.ground.collector import collector_at_rest


@pytest.mark.parametrize("before", [True, False])
def test_the_collector_rests_and_is_then_as_it_was(before: bool) -> None:
    was = gc.isenabled()
    (gc.enable if before else gc.disable)()
    try:
        with pytest.raises(ValueError, match="in between"), collector_at_rest():
            assert not gc.isenabled()
            raise ValueError("in between")
        assert gc.isenabled() is before
    finally:
        (gc.enable if was else gc.disable)()
