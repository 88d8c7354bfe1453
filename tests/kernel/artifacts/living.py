"""A project's life, one random act after another, for tests that ask what must hold whatever happened."""

from __future__ import annotations

import random
from contextlib import suppress

from cine_forge.kernel.artifacts.store.store import Store
from cine_forge.kernel.ground.errors import ArtifactError
from tests.kernel.artifacts.kept import bound, draft, work


def live(store: Store, chance: random.Random) -> None:
    """Do one thing that a project's life may bring; what the store refuses is left."""
    with suppress(ArtifactError):
        _act(store, chance)


def _act(store: Store, chance: random.Random) -> None:
    entity = chance.choice(["ann", "bob", "eve", "kim"])
    kept = store.versions("note", entity)
    if not kept or chance.random() < 0.6:
        inputs = [held.ref for held in store.currents({"note"}) if held.ref.entity < entity]
        made_from = tuple(bound(store, ref) for ref in chance.sample(inputs, min(len(inputs), 2)))
        text = draft(entity, chance.choice("abcdefgh"))
        store.commit(work(text, made_from=made_from, cost_micro_usd=chance.choice([0, 0, 0, 7])))
        return
    ref = chance.choice(kept)
    match chance.choice(["edit", "lock", "pin", "unpin", "circle", "confirm", "accept"]):
        case "edit":
            current = store.current("note", entity)
            store.edit(current.ref, {"text": chance.choice("xyz")}, by="kim", note="why")
        case "accept":
            for waiting in store.candidates("note", entity)[:1]:
                store.state("accept", waiting, by="kim")
        case "pin" if ref in store.candidates("note", entity):
            return
        case kind:
            store.state(kind, ref, by="kim", note="why")
