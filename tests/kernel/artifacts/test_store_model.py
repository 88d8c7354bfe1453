"""Random work on a store, kills among it, compared with a small model after every step."""

import mmap
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from cine_forge.kernel.artifacts.lineage.lineage import Health
from cine_forge.kernel.artifacts.records.envelope import Draft
from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.artifacts.store.store import Store
from cine_forge.kernel.artifacts.verify.verify import verify
from cine_forge.kernel.ground.errors import ArtifactError, StageError
from tests.faults.apart import apart
from tests.kernel.artifacts.kept import bound, draft, media, open_store, work
from tests.kernel.artifacts.killing import survives
from tests.kernel.artifacts.store_model import Model

SIDE = "side"
MAKERS = ("ann", "Ann", "a/b")
KINDS = ("confirm", "revise", "lock", "hard", "unlock", "pin", "unpin", "accept", "reject")
CALLS_OF_AN_ACT = 24
"""Nothing is drawn from more than a hundred numbers: of those Hypothesis prefers what stands in the code."""
Act = tuple[Any, ...]
DONE: Counter[str] = Counter()

subjects = st.sampled_from([*MAKERS, SIDE])
holds = st.sampled_from(["x", "y", "z", "x with a picture"])
uses = st.lists(subjects, unique=True, max_size=2)
makes = st.sampled_from([(one, *more) for one in MAKERS for more in ((), (SIDE,))])
saves = st.tuples(st.just("save"), makes, holds, uses)
announces = st.tuples(st.just("announce"), subjects, holds, uses, st.booleans())
edits = st.tuples(
    st.just("edit"), subjects, st.integers(0, 9), st.sampled_from("xyz"), st.sampled_from(["", "a typo"])
)
decisions = st.tuples(st.just("state"), subjects, st.integers(0, 9), st.sampled_from(KINDS))


class Acting:
    """The acts of the model, done to a store. `folder` is for media on its way; `loaded` is read no more."""

    def __init__(self, store: Store, folder: Path, loaded: dict[Ref, str] | None = None) -> None:
        self.store = store
        self._folder = folder
        self._loaded = {} if loaded is None else loaded

    def save(self, entities: tuple[str, ...], holds: str, uses: list[str]) -> list[int]:
        drafts = [self._draft(entity, holds) for entity in entities]
        done = self.store.commit(work(*drafts, made_from=self._bound(uses)))
        return [Ref.parse(one.ref).version for one in done.outputs]

    def announce(self, entity: str, holds: str, uses: list[str], by_module: bool) -> int:
        module = "writer_v1" if by_module else None
        offered = self._draft(entity, holds)
        return self.store.announce(offered, "note@1", inputs=self._bound(uses), module=module).version

    def edit(self, entity: str, chance: int, text: str, note: str) -> int:
        return self.store.edit(self._some(entity, chance), {"text": text}, by="kim", note=note).version

    def state(self, entity: str, chance: int, kind: str) -> int:
        said, values = ("lock", {"hard": True}) if kind == "hard" else (kind, {})
        return self.store.state(said, self._some(entity, chance), by="kim", values=values).version

    def seen(self) -> dict[str, Any]:
        """Return all that the model can be asked; a version is read once."""
        kept = {
            unit.entity: tuple(Ref.parse(one.ref).entity for one in newest.outputs)
            for unit, newest in self.store.newest_derivations().items()
        }
        stale = {one.ref.entity: one.health.value for one in self.store.lineage.stale()}
        return {"stale": stale, "keeps": kept} | {
            one: self._seen_of(one) for one in self.store.entities("note")
        }

    def healths(self, entities: Iterable[str]) -> dict[str, str]:
        """Return the health of what is current of some entities, each asked alone."""
        heads = [(entity, self.store.current("note", entity)) for entity in entities]
        found = {entity: self.store.lineage.health(head.ref) for entity, head in heads if head}
        return {
            one: health.value
            for one, health in found.items()
            if health in (Health.STALE, Health.NEEDS_REVISION)
        }

    def _seen_of(self, entity: str) -> tuple[Any, ...]:
        refs = self.store.versions("note", entity)
        assert [ref.version for ref in refs] == list(range(1, len(refs) + 1))
        current = self.store.current("note", entity)
        waiting = [ref.version for ref in self.store.candidates("note", entity)]
        said = [
            ("hard" if one.values.get("hard") else one.kind, Ref.parse(one.ref).version)
            for one in self.store.statements("note", entity)
        ]
        held = [(self._held(ref), self._made_from(ref)) for ref in refs]
        return held, current and current.ref.version, waiting, said

    def _made_from(self, ref: Ref) -> dict[str, str]:
        inputs = [one for one in self.store.lineage.inputs_of(ref) if one.role == "derived_from"]
        return {Ref.parse(one.ref).entity: self._held(Ref.parse(one.ref)) for one in inputs}

    def _held(self, ref: Ref) -> str:
        if ref not in self._loaded:
            envelope = self.store.load(ref, verify_media=True)
            self._loaded[ref] = str(envelope.data["text"]) + " with a picture" * len(envelope.media)
        return self._loaded[ref]

    def _bound(self, uses: list[str]) -> tuple[Any, ...]:
        currents = [self.store.current("note", entity) for entity in uses]
        return tuple(bound(self.store, one.ref) for one in currents if one)

    def _some(self, entity: str, chance: int) -> Ref:
        refs = self.store.versions("note", entity)
        return refs[chance % len(refs)]

    def _draft(self, entity: str, holds: str) -> Draft:
        pictures = (media(self._folder / "p.png"),) if "picture" in holds else ()
        return draft(entity, holds[0], media=pictures)


def done(side: Any, act: Act) -> Any:
    """Let the model or a store do an act; return what it returns, or the code of its refusal."""
    try:
        return getattr(side, act[0])(*act[1:])
    except (ArtifactError, StageError) as error:
        return error.faults[0].code


class StoreMachine(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.model = Model()
        self.loaded: dict[Ref, str] = {}
        self._open()
        for maker in MAKERS:
            self._do(("save", (maker, SIDE), "x", []))

    @rule(act=saves)
    def save(self, act: Act) -> None:
        self._do(act)

    @rule(act=announces)
    def announce(self, act: Act) -> None:
        self._do(act)

    @rule(act=edits)
    def edit(self, act: Act) -> None:
        self._do(act)

    @rule(act=decisions)
    def decide(self, act: Act) -> None:
        self._do(act)

    @rule(
        acts=st.lists(st.one_of(saves, announces, edits, decisions), min_size=1, max_size=6), data=st.data()
    )
    def kill(self, acts: list[Act], data: Any) -> None:
        """Kill who does several acts: what was acknowledged is there, and of the next all or nothing."""
        self.side.store.close()
        acknowledged = mmap.mmap(-1, 1)
        before = data.draw(st.integers(0, len(acts)), "acts before") * CALLS_OF_AN_ACT
        calls = before + data.draw(st.integers(1, CALLS_OF_AN_ACT), "calls")
        survived = survives(lambda: self._do_alone(acts, acknowledged), calls)
        self._open()
        for act in acts[: acknowledged[0]]:
            self._follow(act)
        rest = acts[acknowledged[0] :]
        if rest and self.side.seen() != self.model.seen():
            self._follow(rest[0])
        assert survived == (acknowledged[0] == len(acts)) or not rest
        self._compare("survived" if survived else "killed")

    @rule(how=st.sampled_from(["reopen", "rebuild", "lose the index", "read beside"]))
    def look_again(self, how: str) -> None:
        """Nothing changes, whoever reads it and from what."""
        before = self.side.store.dump_index()
        self.loaded.clear()
        if how == "rebuild":
            self.side.store.rebuild_index()
        if how in ("reopen", "lose the index"):
            self.side.store.close()
            if how == "lose the index":
                self.project.joinpath("index.sqlite").unlink()
            self._open()
        if how == "read beside":
            with open_store(self.project, write=False) as store:
                assert Acting(store, self.folder).seen() == self.model.seen()
        assert self.side.store.dump_index() == before
        assert self.side.healths(self.model.standing()) == self.model.stale()
        self._compare(how)

    def teardown(self) -> None:
        if hasattr(self, "side"):
            self.side.store.close()
            assert verify(self.project) == ()
            shutil.rmtree(self.folder)

    @property
    def project(self) -> Path:
        return self.folder / "project"

    def _open(self) -> None:
        self.side = Acting(open_store(self.project), self.folder, self.loaded)

    def _do(self, act: Act) -> None:
        expected = done(self.model, act)
        assert done(self.side, act) == expected
        self._compare(act[0])

    def _do_alone(self, acts: list[Act], acknowledged: mmap.mmap) -> None:
        with open_store(self.project) as store:
            for act in acts:
                done(Acting(store, self.folder), act)
                acknowledged[0] += 1

    def _follow(self, act: Act) -> None:
        done(self.model, act)
        DONE[act[0]] += 1

    def _compare(self, after: str) -> None:
        DONE[after] += 1
        assert self.side.seen() == self.model.seen()


def compare(examples: int, steps: int, *, same_again: bool) -> Counter[str]:
    """Let the machine work so often and so long; return what was done. A failure prints how to repeat it.

    What is drawn anew is also made as small as can be, which takes minutes.
    """
    phases = [Phase.generate] if same_again else [Phase.generate, Phase.shrink]
    DONE.clear()
    run_state_machine_as_test(
        StoreMachine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=same_again,
            database=None,
            print_blob=True,
            phases=phases,
        ),
    )
    return DONE


@pytest.mark.row("A1")
@pytest.mark.row("A3")
@pytest.mark.row("A15")
def test_a_store_does_what_its_model_says_whatever_is_done_and_whoever_is_killed():
    told = apart(compare, 52, 50, same_again=True)
    assert told.total() >= 3_000 and told["killed"] >= 200


@pytest.mark.sweep
@pytest.mark.row("A1")
def test_a_store_does_what_its_model_says_in_more_than_ten_thousand_steps_drawn_anew():
    told = apart(compare, 230, 60, same_again=False)
    assert told.total() >= 10_000 and told["killed"] >= 600
