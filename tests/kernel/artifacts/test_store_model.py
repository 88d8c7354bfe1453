"""Random work on a store, compared with a small model after every step."""

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from cine_forge.kernel.artifacts.refs import Ref
from cine_forge.kernel.artifacts.verify import verify
from tests.kernel.artifacts.keeping import keep, open_store

ENTITIES = st.sampled_from(["ann", "Ann", "a/b"])
TEXTS = st.sampled_from(["x", "y", "z"])


class Model:
    """What a store should hold of one entity: texts by version, what is a candidate, a person's, pinned."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.waiting: set[int] = set()
        self.persons: set[int] = set()
        self.pin: int | None = None

    def current(self) -> int:
        eligible = [n for n in range(1, len(self.texts) + 1) if n not in self.waiting]
        return self.pin or max(eligible, default=0)

    def keep(self, text: str, *, person: bool = False) -> int:
        now, newest = self.current(), len(self.texts)
        candidate = not person and now in self.persons
        if now and self.texts[now - 1] == text:
            return now
        if newest and self.texts[newest - 1] == text and (newest in self.waiting) == candidate:
            return newest
        self.texts.append(text)
        (self.waiting if candidate else self.persons if person else set()).add(newest + 1)
        return newest + 1


class StoreMachine(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.store = open_store(self.folder / "project")
        self.models: dict[str, Model] = {}

    @rule(entity=ENTITIES, text=TEXTS)
    def save(self, entity: str, text: str) -> None:
        expected = self.models.setdefault(entity, Model()).keep(text)
        assert keep(self.store, entity, text).version == expected

    @rule(entity=ENTITIES, text=TEXTS)
    def edit(self, entity: str, text: str) -> None:
        model = self.models.get(entity)
        if model:
            ref = self.store.current("note", entity).ref
            assert self.store.edit(ref, {"text": text}, by="kim").version == model.keep(text, person=True)

    @rule(entity=ENTITIES, chance=st.integers(0, 99))
    def pin(self, entity: str, chance: int) -> None:
        model = self.models.get(entity)
        if model:
            free = [n for n in range(1, len(model.texts) + 1) if n not in model.waiting]
            model.pin = free[chance % len(free)]
            self.store.state("pin", Ref("note", entity, model.pin), by="kim")

    @rule(entity=ENTITIES)
    def unpin(self, entity: str) -> None:
        model = self.models.get(entity)
        if model:
            model.pin = None
            self.store.state("unpin", Ref("note", entity, 1), by="kim")

    @rule(entity=ENTITIES)
    def accept(self, entity: str) -> None:
        for ref in self.store.candidates("note", entity)[:1]:
            self.store.state("accept", ref, by="kim")
            self.models[entity].waiting.discard(ref.version)

    @rule()
    def reopen(self) -> None:
        self.store.close()
        self.store = open_store(self.folder / "project")

    @rule()
    def rebuild(self) -> None:
        before = self.store.dump_index()
        self.store.rebuild_index()
        assert self.store.dump_index() == before

    @invariant()
    def everything_is_as_the_model_says(self) -> None:
        for entity, model in getattr(self, "models", {}).items():
            refs = self.store.versions("note", entity)
            assert [self.store.load(ref).data["text"] for ref in refs] == model.texts
            assert self.store.current("note", entity).ref.version == model.current()

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()
            assert verify(self.folder / "project") == ()
            shutil.rmtree(self.folder)


TestStoreAgainstItsModel = pytest.mark.row("A3")(StoreMachine.TestCase)
StoreMachine.TestCase.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
