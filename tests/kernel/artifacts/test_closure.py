"""The closure over a graph: what comes first, whether little or much of a large project is stale."""

from collections.abc import Iterable, Sequence

import pytest

from cine_forge.kernel.artifacts.index.index_graph import Name
from cine_forge.kernel.artifacts.lineage.staleness import Closure
from cine_forge.kernel.artifacts.records.refs import Ref

SUBJECTS = 4_000


class Reversed:
    """A graph in which the first `stale` subjects stand on what moved, and the highest number comes first."""

    def __init__(self, stale: int) -> None:
        self._stale = stale

    def moved(self) -> dict[int, int]:
        return dict.fromkeys(range(self._stale), 0)

    def judged(self) -> dict[int, list[str]]:
        return {}

    def users_of(self, subjects: Sequence[int]) -> dict[int, list[int]]:
        return {}

    def all_users(self) -> dict[int, list[int]]:
        return {}

    def order(self) -> list[int]:
        return list(reversed(range(SUBJECTS)))

    def names(self, subjects: Sequence[int] | None = None) -> dict[int, Name]:
        asked = self.order() if subjects is None else subjects
        return {number: ("note", f"n{SUBJECTS - number:04}", 1, number) for number in asked}

    def changes(self, versions: Iterable[int]) -> dict[int, tuple[str, ...]]:
        return dict.fromkeys(versions, ("note/root@v1", "note/root@v2"))


@pytest.mark.parametrize("stale", [3, 1_500, 3_500])
@pytest.mark.parametrize("listing", [False, True])
def test_what_is_stale_comes_in_the_order_of_refs_however_much_it_is(stale: int, listing: bool) -> None:
    closure = Closure(Reversed(stale), str, listing=listing)
    refs = [one.ref for one in closure.entries()]
    assert refs == [Ref("note", f"n{SUBJECTS - number:04}", 1) for number in reversed(range(stale))]
    assert closure.entries(1)[0].cause == ("note/root@v1", "note/root@v2", str(refs[0]))
