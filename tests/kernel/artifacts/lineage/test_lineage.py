"""Staleness from digests: what is stale, why, and what is spared."""

import pytest

from cine_forge.kernel.artifacts.index.index import Link
from cine_forge.kernel.artifacts.lineage.lineage import Health, Step
from cine_forge.kernel.artifacts.records.derivation import Bound
from cine_forge.kernel.artifacts.records.envelope import Edge
from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.ground.errors import StageError
from cine_forge.kernel.ground.hashing import digest_of
from tests.kernel.artifacts.kept import draft, keep, open_store, work
from tests.kernel.artifacts.sketch import Sketch


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "project") as found:
        yield found


def _stale(store) -> list[str]:
    return [str(entry.ref) for entry in store.lineage.stale()]


@pytest.mark.row("A12")
def test_inputs_and_consequences_are_told_direct_and_transitive(store):
    root = keep(store, "root", "1")
    mid = keep(store, "mid", "2", root)
    leaf = keep(store, "leaf", "3", mid)
    lineage = store.lineage
    assert [edge.ref for edge in lineage.inputs_of(leaf)] == [str(mid)]
    assert [edge.ref for edge in lineage.inputs_of(leaf, transitive=True)] == [str(mid), str(root)]
    assert lineage.consequences_of(root) == (mid,)
    assert lineage.consequences_of(root, transitive=True) == (mid, leaf)


@pytest.mark.row("A13")
@pytest.mark.row("A17")
def test_a_new_version_makes_all_consequences_of_any_older_one_stale_with_the_path_of_the_cause(store):
    one = keep(store, "root", "1")
    keep(store, "leaf", "a", keep(store, "mid", "m", one))
    two = keep(store, "root", "2")
    keep(store, "side", "s", two)
    keep(store, "root", "3")
    assert {str(entry.ref): entry.cause for entry in store.lineage.stale()} == {
        "note/mid@v1": ("note/root@v1", "note/root@v3", "note/mid@v1"),
        "note/leaf@v1": ("note/root@v1", "note/root@v3", "note/mid@v1", "note/leaf@v1"),
        "note/side@v1": ("note/root@v2", "note/root@v3", "note/side@v1"),
    }
    assert store.lineage.cause(Ref("note", "leaf", 1)) == store.lineage.stale()[0].cause


@pytest.mark.row("A14")
def test_a_new_version_never_makes_itself_or_a_sibling_stale(store):
    root = keep(store, "root", "1")
    one, _ = keep(store, "ann", "a", root), keep(store, "bob", "b", root)
    two = keep(store, "ann", "a2", root, one)
    assert _stale(store) == []
    store.edit(two, {"text": "mine"}, by="kim")
    assert _stale(store) == []
    other = keep(store, "other", "1")
    leaf = keep(store, "leaf", "l", other)
    keep(store, "other", "2")
    assert _stale(store) == [str(leaf)]


@pytest.mark.row("A14")
def test_an_output_that_comes_out_equal_stops_the_spread(store):
    root = keep(store, "root", "1")
    mid = keep(store, "mid", "m", root)
    keep(store, "leaf", "l", mid)
    root = keep(store, "root", "2")
    assert _stale(store) == ["note/leaf@v1", "note/mid@v1"]
    assert keep(store, "mid", "m", root) == mid
    assert _stale(store) == []


def test_going_back_to_equal_content_is_no_change(store):
    root = keep(store, "root", "1")
    keep(store, "leaf", "l", root)
    keep(store, "root", "2")
    keep(store, "root", "1")
    assert _stale(store) == []
    store.state("pin", Ref("note", "root", 2), by="kim")
    assert _stale(store) == ["note/leaf@v1"]


def test_an_edited_version_stands_on_the_inputs_of_the_one_it_revises(store):
    leaf = keep(store, "leaf", "l", keep(store, "root", "1"))
    store.edit(leaf, {"text": "mine"}, by="kim")
    assert _stale(store) == []
    keep(store, "root", "2")
    assert _stale(store) == ["note/leaf@v2"]


@pytest.mark.row("A16")
def test_only_what_is_stale_can_be_confirmed_or_need_revision_and_only_for_these_inputs(store):
    leaf = keep(store, "leaf", "l", keep(store, "mid", "m", keep(store, "root", "1")))
    end = keep(store, "end", "e", leaf)
    store.state("confirm", leaf, by="kim")
    assert store.lineage.health(leaf) == Health.VALID
    keep(store, "root", "2")
    assert store.lineage.health(leaf) == store.lineage.health(end) == Health.STALE
    store.state("revise", leaf, by="kim")
    assert store.lineage.health(leaf) == Health.NEEDS_REVISION
    assert store.lineage.health(end) == Health.STALE
    store.state("confirm", leaf, by="kim")
    assert store.lineage.health(leaf) == Health.CONFIRMED_VALID
    assert store.lineage.health(end) == Health.VALID
    assert _stale(store) == ["note/mid@v1"]
    keep(store, "root", "3")
    assert store.lineage.health(leaf) == store.lineage.health(end) == Health.STALE


def test_a_superseded_version_is_judged_by_its_own_inputs(store):
    root = keep(store, "root", "1")
    old = keep(store, "leaf", "a", root)
    new = keep(store, "leaf", "b", keep(store, "root", "2"))
    assert store.lineage.health(old) == Health.STALE
    assert store.lineage.health(new) == Health.VALID
    assert _stale(store) == []


@pytest.mark.row("A13")
@pytest.mark.parametrize("kind", ["pin", "lock"])
def test_what_is_pinned_or_locked_stays_judged_when_its_unit_goes_on_without_it(store, kind):
    leaf = keep(store, "leaf", "a", keep(store, "root", "1"))
    store.state(kind, leaf, by="kim")
    user = keep(store, "user", "u", leaf)
    keep(store, "leaf", "b", keep(store, "root", "2"))
    assert store.current("note", "leaf").ref == leaf
    assert _stale(store) == [str(leaf), str(user)]
    assert [store.lineage.health(ref) for ref in (leaf, user)] == [Health.STALE, Health.STALE]


def test_an_input_without_a_current_version_is_a_cause(store):
    waiting = keep(store, "root", "1")
    leaf = keep(store, "leaf", "l", waiting)
    (path,) = store.project.glob("artifacts/note/root-*/v0001.json")
    path.unlink()
    store.rebuild_index()
    assert store.lineage.cause(leaf) == (str(waiting), str(leaf))


def test_an_input_that_is_not_kept_or_not_so_is_refused_before_anything_is_written(store):
    ref = keep(store, "root", "1")
    wrong = (
        Bound(name="x", ref="note/gone@v1", digest="0" * 64),
        Bound(name="y", ref=str(ref), digest="0" * 64),
        Bound(name="z", ref="nonsense", digest="0" * 64),
    )
    with pytest.raises(StageError) as raised:
        store.commit(work(draft("leaf", "l", revises="note/leaf@v9"), made_from=wrong))
    assert [fault.code for fault in raised.value.faults] == ["CF-A003", "CF-A025", "CF-A001", "CF-A003"]
    assert store.entities("note") == ("root",)


def test_a_history_edge_is_shown_and_makes_nothing_stale(store):
    first = keep(store, "root", "1")
    keep(store, "root", "2")
    variant = keep(store, "variant", "v")
    later = store.commit(work(draft("other", "o", revises=str(first)), stage="revise"))
    ref = Ref.parse(later.outputs[0].ref)
    assert [(edge.ref, edge.role) for edge in store.lineage.inputs_of(ref)] == [(str(first), "revision_of")]
    assert store.lineage.health(ref) == store.lineage.health(variant) == Health.VALID
    assert _stale(store) == []


def test_a_diamond_lists_each_ref_once_and_the_asked_one_never(store):
    root = keep(store, "root", "1")
    left, right = keep(store, "left", "l", root), keep(store, "right", "r", root)
    leaf = keep(store, "leaf", "x", left, right)
    again = keep(store, "root", "2", leaf)
    lineage = store.lineage
    assert [edge.ref for edge in lineage.inputs_of(leaf, transitive=True)] == [
        str(left), str(right), str(root),
    ]  # fmt: skip
    assert lineage.consequences_of(root, transitive=True) == (left, right, leaf, again)
    assert lineage.consequences_of(root) == (left, right)


def test_what_an_artifact_stands_on_through_two_ways_is_counted_once(store):
    root = keep(store, "root", "1")
    left, right = keep(store, "left", "l", root), keep(store, "right", "r", root)
    leaf = keep(store, "leaf", "x", left, right)
    digests = [(f"note/{ref.entity}", store.load(ref).digest) for ref in (left, right, root)]
    assert store.lineage.inputs_digest(leaf) == digest_of(dict(digests))
    assert store.lineage.inputs_digest(root) == digest_of({})


def test_the_digest_of_the_inputs_follows_their_current_versions(store):
    root = keep(store, "root", "1")
    leaf = keep(store, "leaf", "x", root)
    before = store.lineage.inputs_digest(leaf)
    keep(store, "root", "2")
    assert store.lineage.inputs_digest(leaf) != before
    keep(store, "root", "1")
    assert store.lineage.inputs_digest(leaf) == before


def test_the_inputs_digest_names_what_has_no_version_any_more_with_nothing(store):
    leaf = keep(store, "leaf", "x", keep(store, "root", "1"))
    (path,) = store.project.glob("artifacts/note/root-*/v0001.json")
    path.unlink()
    store.rebuild_index()
    assert store.lineage.inputs_digest(leaf) == digest_of({"note/root": ""})


def test_a_confirmed_version_stops_the_spread_and_a_stale_entry_says_how_it_is_judged(store):
    mid = keep(store, "mid", "m", keep(store, "root", "1"))
    keep(store, "leaf", "x", mid)
    keep(store, "root", "2")
    store.state("revise", mid, by="kim")
    assert [(str(entry.ref), entry.health) for entry in store.lineage.stale()] == [
        ("note/leaf@v1", Health.STALE),
        ("note/mid@v1", Health.NEEDS_REVISION),
    ]
    store.state("confirm", mid, by="kim")
    assert store.lineage.stale() == ()
    assert store.lineage.cause(mid) == ()


def test_other_decisions_do_not_judge_what_stands_on_what(store):
    leaf = keep(store, "leaf", "x", keep(store, "root", "1"))
    keep(store, "root", "2")
    for kind in ("confirm", "approve"):
        store.state(kind, leaf, by="kim")
    assert store.lineage.health(leaf) == Health.CONFIRMED_VALID


def test_an_older_version_is_stale_by_its_own_inputs_and_passes_nothing_on(store):
    root = keep(store, "root", "1")
    old = keep(store, "mid", "m1", root)
    user = keep(store, "leaf", "x", old)
    root2 = keep(store, "root", "2")
    keep(store, "mid", "m2", root2)
    assert store.lineage.health(old) == Health.STALE
    assert store.lineage.cause(old) == ("note/root@v1", "note/root@v2", "note/mid@v1")
    assert store.lineage.cause(user) == ("note/mid@v1", "note/mid@v2", "note/leaf@v1")
    assert [str(entry.ref) for entry in store.lineage.stale()] == ["note/leaf@v1"]


def test_the_graph_says_every_current_version_and_each_edge_with_its_digest_and_role(store):
    one, two = keep(store, "b", "1"), keep(store, "a", "2")
    leaf = keep(store, "leaf", "x", one, two)
    digest = {str(ref): store.load(ref).digest for ref in (one, two, leaf)}
    assert store.lineage.graph() == {
        "schema": "dependency_graph/1",
        "artifacts": [{"ref": str(ref), "digest": digest[str(ref)]} for ref in (two, one, leaf)],
        "edges": [
            {"of": str(leaf), "ref": str(ref), "digest": digest[str(ref)], "role": "derived_from"}
            for ref in (two, one)
        ],
    }


def test_health_is_kept_in_these_words():
    assert [str(health) for health in Health] == ["valid", "stale", "needs_revision", "confirmed_valid"]


def test_what_is_reached_first_on_a_short_way_hides_nothing_behind_a_long_one(store):
    a, c = keep(store, "a", "1"), keep(store, "c", "1")
    b = keep(store, "b", "1", a, c)
    leaf = keep(store, "leaf", "x", a, b)
    assert store.lineage.health(leaf) == Health.VALID
    digests = {f"note/{ref.entity}": store.load(ref).digest for ref in (a, b, c)}
    assert store.lineage.inputs_digest(leaf) == digest_of(digests)
    keep(store, "c", "2")
    assert store.lineage.cause(leaf) == ("note/c@v1", "note/c@v2", "note/b@v1", "note/leaf@v1")


def test_a_ring_of_equal_results_is_walked_once(store):
    root = keep(store, "root", "1")
    leaf = keep(store, "leaf", "x", root)
    assert keep(store, "root", "1", leaf) == root
    user = keep(store, "user", "u", leaf)
    lineage = store.lineage
    assert [edge.ref for edge in lineage.inputs_of(user, transitive=True)] == [str(leaf), str(root)]
    assert [edge.ref for edge in lineage.inputs_of(leaf, transitive=True)] == [str(root)]
    assert lineage.consequences_of(root, transitive=True) == (leaf, user)
    assert (lineage.health(user), lineage.stale()) == (Health.VALID, ())
    assert lineage.inputs_digest(user) == digest_of(
        {f"note/{ref.entity}": store.load(ref).digest for ref in (leaf, root)}
    )


@pytest.mark.parametrize(
    ("role", "stale"), [("revision_of", 0), ("variant_of", 0), ("component_of", 1), ("input_to", 1)]
)
def test_another_version_or_a_variant_is_history_and_every_other_role_is_an_input(role, stale):
    sketch = Sketch()
    root = sketch.keep("root", "one")
    sketch.announce("leaf", "x", Edge(ref=str(root), digest=sketch.digests[root], role=role))
    sketch.keep("root", "two")
    lineage = sketch.settle().lineage
    assert [edge.role for edge in lineage.inputs_of(Ref("note", "leaf", 1))] == [role]
    assert [step.link.role for step in lineage.walk(root, down=True)] == [role]
    assert len(lineage.stale()) == stale
    assert (lineage.health(Ref("note", "leaf", 1)) == Health.STALE) == bool(stale)


@pytest.mark.row("A12")
def test_a_walk_tells_every_edge_once_with_its_role_digest_and_depth(store):
    root = keep(store, "root", "1")
    mid = keep(store, "mid", "2", root)
    leaf = keep(store, "leaf", "3", root, mid)
    digests = {ref: store.load(ref).digest for ref in (root, mid)}
    near = [Step(Link(leaf, used, digests[used], "derived_from"), 1) for used in (root, mid)]
    far = Step(Link(mid, root, digests[root], "derived_from"), 2)
    assert store.lineage.walk(leaf, transitive=True) == (*near, far)
    assert store.lineage.walk(leaf) == tuple(near)
    down = store.lineage.walk(root, down=True, transitive=True)
    assert [(str(step.link.consequence), step.depth) for step in down] == [
        ("note/leaf@v1", 1),
        ("note/mid@v1", 1),
        ("note/leaf@v1", 2),
    ]
