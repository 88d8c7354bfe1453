"""The closure of what is stale: by the definition, however large the project and however it is asked."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cine_forge.kernel.artifacts.lineage import staleness
from cine_forge.kernel.artifacts.lineage.lineage import Health
from cine_forge.kernel.artifacts.records.refs import Ref
from tests.kernel.artifacts.sketch import Sketch, ref_of

NAMES = [f"n{number}" for number in range(7)]

STEP = st.one_of(
    st.tuples(
        st.just("keep"),
        st.sampled_from(NAMES),
        st.integers(1, 3),
        st.sets(st.sampled_from(NAMES), max_size=3),
    ),
    st.tuples(
        st.just("both"),
        st.sampled_from(NAMES),
        st.integers(1, 3),
        st.sets(st.sampled_from(NAMES), max_size=2),
    ),
    st.tuples(st.just("edit"), st.sampled_from(NAMES), st.integers(1, 3), st.just(frozenset())),
    st.tuples(
        st.sampled_from(["confirm", "revise", "pin"]),
        st.sampled_from(NAMES),
        st.integers(0, 2),
        st.just(frozenset()),
    ),
)


def sketched(steps: list[tuple[str, str, int, frozenset[str]]]) -> Sketch:
    """Carry out steps; a name stands on names up to it, and `both` lets one unit keep two of them."""
    sketch = Sketch()
    for kind, name, number, others in steps:
        made_from = [sketch.current[one] for one in sorted(others) if one in sketch.current and one <= name]
        if kind == "keep":
            sketch.keep(name, str(number), *made_from, unit="n0+" if name == "n0" else "")
        elif kind == "both":
            sketch.keep("n0", str(number), unit="n0+", others=["n1"])
        elif name in sketch.current and kind == "pin":
            sketch.pin(ref_of(name))
        elif name in sketch.current and kind == "edit":
            sketch.edit(name, str(number))
        elif name in sketch.current:
            sketch.say(kind, sketch.current[name], ("human", "ai", "code")[number])
    return sketch.settle()


@pytest.mark.row("A13")
@pytest.mark.row("A15")
@pytest.mark.row("A16")
@settings(max_examples=250, deadline=None)
@given(st.lists(STEP, max_size=24), st.sampled_from([0, 3, 1_000]))
def test_what_is_stale_and_how_each_version_stands_is_what_the_definition_says(steps, few):
    sketch = sketched(steps)
    kept, staleness._FEW_SUBJECTS = staleness._FEW_SUBJECTS, few
    try:
        found = sketch.lineage.stale()
        tally = sketch.lineage.tally(2)
        confirmed = sketch.lineage.confirmed()
    finally:
        staleness._FEW_SUBJECTS = kept
    standing = [ref for ref in sorted(sketch.current.values()) if sketch.stands(ref)]
    expected = {ref: sketch.health(ref) for ref in standing}
    assert {ref: sketch.lineage.health(ref) for ref in standing} == expected
    bad = (Health.STALE, Health.NEEDS_REVISION)
    assert [(one.ref, one.health) for one in found] == [
        (ref, health) for ref, health in expected.items() if health in bad
    ]
    assert confirmed == tuple(ref for ref, health in expected.items() if health == Health.CONFIRMED_VALID)
    assert tally.first == found[:2]
    assert sum(tally.health.values()) == len(sketch.current)
    assert tally.health[Health.STALE] == [one.health for one in found].count(Health.STALE)
    for one in found:
        assert one.cause == sketch.lineage.cause(one.ref)
        path = [Ref.parse(text) for text in one.cause]
        assert path[0].entity == path[1].entity
        assert sketch.digests[path[0]] != sketch.digests[path[1]]
        assert all(
            above.entity in {used.entity for used in sketch.inputs[below]}
            for above, below in pairwise(path[1:])
        )


@pytest.mark.parametrize("few", [0, 3, 1_000])
def test_the_first_few_of_many_are_the_first_of_all(monkeypatch, few):
    monkeypatch.setattr(staleness, "_FEW_SUBJECTS", few)
    lineage = chain(8).lineage
    found = lineage.stale()
    assert len(found) == 7
    assert [lineage.tally(most).first for most in (0, 2, 9)] == [(), found[:2], found]


def chain(length: int) -> Sketch:
    sketch = Sketch()
    ref = sketch.keep("000000", "one")
    for number in range(1, length):
        ref = sketch.keep(f"{number:06d}", "x", ref)
    sketch.keep("000000", "two")
    return sketch.settle()


@cache
def long_chain() -> Sketch:
    """Return a chain of 10,000 that is only read."""
    return chain(10_000)


@pytest.mark.row("A13")
@pytest.mark.row("A45")
def test_a_chain_of_ten_thousand_is_stale_to_its_end_by_a_handful_of_questions():
    sketch, asked = long_chain(), []
    connection = sketch.index._database.connection()
    connection.set_trace_callback(asked.append)
    found = sketch.lineage.stale()
    connection.set_trace_callback(None)
    assert len(found) == 9_999
    assert len(found[-1].cause) == 10_001
    assert len(asked) < 200


@pytest.mark.row("A12")
def test_a_chain_of_ten_thousand_is_walked_up_and_down_without_recursion():
    lineage = long_chain().lineage
    last = ref_of("009999")
    assert len(lineage.inputs_of(last, transitive=True)) == 9_999
    assert len(lineage.consequences_of(ref_of("000000"), transitive=True)) == 9_999
    assert lineage.health(last) == Health.STALE


def steps_of_asking(inputs: int) -> int:
    """Return how many steps the database makes to find nothing stale of 60 artifacts with so many inputs."""
    sketch = Sketch()
    for number in range(60):
        made_from = [ref_of(f"{below:03d}") for below in range(max(0, number - inputs), number)]
        sketch.keep(f"{number:03d}", "x", *made_from)
    steps = [0]
    database = sketch.settle().index._database.connection()
    database.set_progress_handler(lambda: steps.__setitem__(0, steps[0] + 1), 1)
    assert sketch.lineage.stale() == ()
    return steps[0]


@pytest.mark.row("A45")
def test_asking_whether_anything_is_stale_looks_at_no_edge_of_what_never_changed():
    assert steps_of_asking(50) == steps_of_asking(0)


@pytest.mark.row("A14")
def test_of_equal_causes_the_nearest_is_told_and_among_those_the_first_by_name():
    sketch = Sketch()
    root = sketch.keep("root", "one")
    near, far = sketch.keep("z", "x", root), sketch.keep("a", "x", root)
    behind = sketch.keep("b", "x", far)
    leaf = sketch.keep("leaf", "x", behind, near)
    other = sketch.keep("other", "x", near, far)
    sketch.keep("root", "two")
    causes = {one.ref: one.cause for one in sketch.settle().lineage.stale()}
    assert causes[leaf] == ("note/root@v1", "note/root@v2", "note/z@v1", "note/leaf@v1")
    assert causes[other] == ("note/root@v1", "note/root@v2", "note/a@v1", "note/other@v1")


def test_what_a_unit_no_longer_keeps_is_not_listed_and_passes_nothing_on():
    sketch = Sketch()
    root = sketch.keep("root", "one")
    sketch.keep("kept", "x", root, unit="u", others=["dropped"])
    user = sketch.keep("user", "x", ref_of("dropped"))
    sketch.keep("root", "two")
    sketch.keep("kept", "y", ref_of("root", 2), unit="u")
    lineage = sketch.settle().lineage
    assert lineage.stale() == ()
    assert lineage.health(user) == Health.VALID
    assert lineage.health(ref_of("dropped")) == Health.STALE


def test_a_version_whose_unit_keeps_a_newer_one_beside_it_is_still_judged():
    sketch = Sketch()
    root = sketch.keep("root", "one")
    leaf = sketch.keep("leaf", "x", root)
    sketch.pin(leaf)
    sketch.keep("root", "two")
    sketch.keep("leaf", "y", ref_of("root", 2))
    lineage = sketch.settle().lineage
    assert [one.ref for one in lineage.stale()] == [leaf]
    assert lineage.health(leaf) == Health.STALE


def test_an_entry_can_be_read_after_more_was_kept():
    sketch = Sketch()
    leaf = sketch.keep("leaf", "x", sketch.keep("root", "one"))
    sketch.keep("root", "two")
    (entry,) = sketch.settle().lineage.stale()
    sketch.keep("leaf", "y", ref_of("root", 2))
    sketch.settle()
    assert (entry.ref, entry.health) == (leaf, Health.STALE)
    assert entry.cause == ("note/root@v1", "note/root@v2", "note/leaf@v1")


JUDGED = [
    # what was said, in order                                     health now            after a further change
    ((), Health.STALE, Health.STALE),
    ((("confirm", "human"),), Health.CONFIRMED_VALID, Health.STALE),
    ((("revise", "human"),), Health.NEEDS_REVISION, Health.STALE),
    ((("confirm", "code"),), Health.CONFIRMED_VALID, Health.STALE),
    ((("revise", "ai"),), Health.NEEDS_REVISION, Health.STALE),
    ((("confirm", "human"), ("revise", "human")), Health.NEEDS_REVISION, Health.STALE),
    ((("revise", "human"), ("confirm", "human")), Health.CONFIRMED_VALID, Health.STALE),
    ((("confirm", "code"), ("revise", "ai")), Health.NEEDS_REVISION, Health.STALE),
    ((("revise", "human"), ("confirm", "ai")), Health.NEEDS_REVISION, Health.STALE),
    ((("confirm", "human"), ("revise", "code")), Health.CONFIRMED_VALID, Health.STALE),
    ((("confirm", "ai"), ("revise", "human")), Health.NEEDS_REVISION, Health.STALE),
]


@pytest.mark.row("A16")
@pytest.mark.parametrize(("said", "now", "later"), JUDGED)
def test_health_follows_what_was_said_of_these_inputs_and_a_person_holds_before_a_machine(said, now, later):
    sketch = Sketch()
    leaf = sketch.keep("leaf", "x", sketch.keep("root", "one"))
    for kind, source in said:
        sketch.say(kind, leaf, source)
    assert sketch.settle().lineage.health(leaf) == Health.VALID
    sketch.keep("root", "two")
    assert sketch.settle().lineage.health(leaf) == Health.STALE
    for kind, source in said:
        sketch.say(kind, leaf, source)
    lineage = sketch.settle().lineage
    held = lineage.judgement(leaf)
    assert lineage.health(leaf) == now == sketch.health(leaf)
    assert (held.kind if held else None) == {
        Health.CONFIRMED_VALID: "confirm",
        Health.NEEDS_REVISION: "revise",
    }.get(now)
    sketch.keep("root", "three")
    lineage = sketch.settle().lineage
    assert (lineage.health(leaf), lineage.judgement(leaf)) == (later, None)


@pytest.mark.row("A16")
def test_going_back_to_the_inputs_that_were_confirmed_confirms_again():
    sketch = Sketch()
    leaf = sketch.keep("leaf", "x", sketch.keep("root", "one"))
    sketch.keep("root", "two")
    sketch.say("confirm", leaf)
    sketch.keep("root", "three")
    assert sketch.settle().lineage.health(leaf) == Health.STALE
    sketch.keep("root", "two")
    assert sketch.settle().lineage.health(leaf) == Health.CONFIRMED_VALID


def test_stale_entries_are_equal_when_they_say_the_same_and_show_what_they_say():
    first, second = chain(3).lineage.stale(), chain(3).lineage.stale()
    assert first == second
    assert {*first} == {*second}
    assert first[0] != first[1]
    assert first[0] != "note/000001@v1"
    assert repr(first[0]) == f"StaleArtifact(ref={first[0].ref!r}, health={Health.STALE!r})"
