"""A writer that dies or loses its lock beyond one disk leaves all of its commit, or nothing of it."""

from __future__ import annotations

from itertools import count

import pytest

from tests.faults.apart import apart
from tests.kernel.artifacts.kept import draft, work


def _killed(place, number: int) -> bool:
    """Commit in another process that dies before its n-th act; False when it got through."""
    place.project.mkdir(exist_ok=True)
    said = {
        "project": str(place.project),
        "urls": place.urls,
        "environ": dict(place.environ),
        "before": number,
        "text": f"text {number}",
    }
    from tests.scale.killed import dies

    return apart(dies, said)


def _seen(store) -> list[tuple[int, str]]:
    """Return what is visible of both artifacts, which one commit keeps together."""
    kept = [store.versions("note", entity) for entity in ("ann", "bob")]
    assert len(kept[0]) == len(kept[1])
    return [(ref.version, store.load(ref, verify_media=True).data["text"]) for ref in kept[0]]


@pytest.mark.row("A6")
def test_a_kill_before_any_act_of_a_commit_leaves_all_of_it_or_nothing(far_place):
    before: list[tuple[int, str]] = []
    for number in count(1):
        killed = _killed(far_place, number)
        whole = [*before, (len(before) + 1, f"text {number}")]
        with far_place.open(write=False) as store:
            assert _seen(store) in (before, whole)
        with far_place.open() as store:
            after = _seen(store)
        assert after in (before, whole)
        assert far_place.faults() == []
        if not killed:
            break
        before = after
    assert number > 4 and after == whole


@pytest.mark.row("A6")
def test_a_derivation_that_was_never_put_leaves_its_envelopes_unseen(far_place):
    with far_place.open() as store:
        store.commit(work(draft("ann", "one"), draft("bob", "one")))
    blobs = far_place.storage("read").blobs
    number = next(n for n in count(4) if _killed(far_place, n) and _left_over(blobs))
    with far_place.open(write=False) as store:
        assert _seen(store) == [(1, "one")], number
    with far_place.open() as store:
        assert _seen(store) == [(1, "one")]
    assert not _left_over(blobs)
    assert far_place.faults() == []


def _left_over(blobs) -> bool:
    names = [*blobs.everything("artifacts"), *blobs.everything("derivations")]
    put = [name for name in names if name.endswith("v0002.json")]
    return len(put) == 2 and not any(name.endswith("d0002.json") for name in names)
