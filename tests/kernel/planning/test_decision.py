"""The decision about one unit, from its bindings, what is kept and what policies say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cine_forge.kernel.artifacts.records.derivation import Bound, Derivation
from cine_forge.kernel.artifacts.records.lock import Lock
from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.artifacts.records.statements import Statement
from cine_forge.kernel.planning.binding import Binding, Item, Standing
from cine_forge.kernel.planning.decision import Decision, StageBrief, ask_of, decide
from cine_forge.kernel.planning.fingerprint import fingerprint_of
from cine_forge.kernel.planning.params import EffectiveParams
from cine_forge.kernel.planning.plan import Reason
from cine_forge.kernel.planning.policy import Asked, Estimate, Policies
from cine_forge.kernel.planning.view import Seen
from cine_forge.kernel.planning.wires import Wire
from cine_forge.kernel.stages.manifest import InputSpec
from tests.kernel.planning.making import module, seen, unit

ME = unit("me", "x")


class Kept:
    """A view by hand: the newest record, which refs are there, what was decided about each entity."""

    def __init__(
        self, newest: Derivation | None = None, refs: tuple[str, ...] = (), **said: list[dict[str, Any]]
    ) -> None:
        self._newest, self._refs, self._said = newest, refs, said
        self.locks: dict[str, Lock] = {}
        self.confirmed: dict[str, Statement] = {}
        self.currents: dict[str, Seen] = {}

    def newest_derivation(self, key: object) -> Derivation | None:
        return self._newest if key == ME else None

    def has(self, ref: str) -> bool:
        return ref in self._refs

    def at(self, ref: str) -> Seen | None:
        return None

    def hard_lock(self, artifact_type: str, entity: str) -> Lock | None:
        return self.locks.get(f"{artifact_type}/{entity}")

    def confirmation(self, artifact_type: str, entity: str) -> Statement | None:
        return self.confirmed.get(f"{artifact_type}/{entity}")

    def current(self, artifact_type: str, entity: str) -> Seen | None:
        return self.currents.get(f"{artifact_type}/{entity}")

    def decisions(self, artifact_type: str, entity: str) -> tuple[Mapping[str, Any], ...]:
        return tuple(self._said.get(f"{artifact_type}_{entity}", ()))


class Gate:
    """A gate that holds with a sentence, and remembers what it was asked."""

    def __init__(self, sentence: str | None) -> None:
        self.sentence = sentence
        self.asked: list[tuple[Asked, tuple[Mapping[str, Any], ...]]] = []

    def holds(self, asked: Asked, decisions: tuple[Mapping[str, Any], ...]) -> str | None:
        self.asked.append((asked, decisions))
        return self.sentence


class Spend:
    """One provider with one price."""

    def __init__(self, provider: str = "local") -> None:
        self._provider = provider

    def route(self, asked: Asked) -> Mapping[str, str]:
        return {"provider": self._provider, "reason": "only one"}

    def estimate(self, asked: Asked) -> Estimate:
        return Estimate(self._provider, 5)


def brief(forced: bool = False, **manifest: Any) -> StageBrief:
    params = EffectiveParams({"text": "t", "approve": "ask"}, {}, Path())
    found = StageBrief(module(**manifest), params, {}, {"main.py": "c"}, {}, 0)
    return replace(found, forced=True) if forced else found


def bound(
    standing: Standing = Standing.FIXED, *, name: str = "in", version: int | None = 1, **spec: Any
) -> Binding:
    wire = Wire(name, InputSpec.model_validate({"schema": "thing@1"} | spec), "thing")
    one = seen("thing", "x", version) if version else None
    return Binding(wire, (Item("x", one, standing, unit("maker")),))


def decided(
    stage: StageBrief, *bindings: Binding, view: Kept | None = None, policies: Policies | None = None
) -> Decision:
    shown: Any = view or Kept()
    return decide(ME, stage, bindings, shown, policies or Policies())


def record(of: Decision, *outputs: str, fingerprint: str = "as before") -> Derivation:
    """Return the record of a unit that finished with the components of this decision."""
    kept = tuple(Bound(name="out", ref=ref, digest="d") for ref in outputs)
    return Derivation(
        unit=ME, sequence=1, fingerprint=fingerprint, components=dict(of.components), module="maker",
        module_version="1", outputs=kept, run_id="r", created_at="now",
    )  # fmt: skip


def codes(found: Decision) -> tuple[str, list[str]]:
    return found.action, [reason.code for reason in found.reasons]


def test_what_was_never_made_runs_with_the_fingerprint_of_all_its_components() -> None:
    found = decided(brief(), bound())
    assert codes(found) == ("run", ["first_time"])
    assert {"param:text", "param:approve", "code:main.py", "input:in:x", "module:maker"} == set(
        found.components
    )
    assert found.fingerprint == fingerprint_of(found.components)
    assert (found.newest, found.estimate, found.makers) == (None, None, {unit("maker")})


def test_what_nothing_moved_is_reused_with_the_fingerprint_it_had() -> None:
    newest = record(decided(brief(), bound()), "note/x@v1")
    found = decided(brief(), bound(), view=Kept(newest, ("note/x@v1",)))
    assert found.reasons == (Reason(code="unchanged", text="nothing it depends on changed"),)
    assert (found.action, found.fingerprint, found.newest) == ("reuse", "as before", newest)


def test_kept_results_that_are_gone_are_made_again() -> None:
    newest = record(decided(brief(), bound()), "note/x@v1", "note/y@v1", "note/z@v1")
    found = decided(brief(), bound(), view=Kept(newest, ("note/y@v1",)))
    assert codes(found) == ("run", ["outputs_gone"])
    assert found.reasons[0].text == "kept results are gone: note/x@v1, note/z@v1"


def test_what_the_command_asks_for_runs_although_nothing_changed() -> None:
    newest = record(decided(brief()))
    assert decided(brief(forced=True), view=Kept(newest)).reasons == (
        Reason(code="forced", text="asked for by the command"),
    )


def test_a_change_runs_it_and_says_so() -> None:
    newest = record(decided(brief(version=1)))
    found = decided(brief(version=2), view=Kept(newest))
    assert codes(found) == ("run", ["module_changed"])
    assert found.fingerprint == fingerprint_of(found.components)


def test_while_an_input_is_open_it_may_run_and_has_no_fingerprint() -> None:
    newest = record(decided(brief(), bound()))
    found = decided(brief(), bound(Standing.OPEN, version=2), view=Kept(newest))
    assert codes(found) == ("may_run", ["input_may_change"])
    assert found.fingerprint is None


def test_a_sure_change_beside_an_open_input_runs_it_and_names_only_what_is_sure() -> None:
    before = decided(brief(version=1), bound(), bound(name="other"))
    many = Binding(bound(name="in").wire, (Item("y", None, Standing.OPEN),), open=True)
    found = decided(brief(version=2), many, bound(name="other"), view=Kept(record(before)))
    assert codes(found) == ("run", ["module_changed"])
    assert found.fingerprint is None


def test_an_open_input_hides_its_own_order_and_no_other_input() -> None:
    two = Binding(bound().wire, (*bound().items, Item("y", seen("thing", "y"), Standing.FIXED)))
    before = decided(brief(), two, bound(name="other", version=1))
    still = Binding(bound().wire, bound(Standing.OPEN).items)
    assert codes(decided(brief(), still, bound(name="other"), view=Kept(record(before))))[0] == "may_run"
    found = decided(brief(), still, bound(name="other", version=2), view=Kept(record(before)))
    assert codes(found) == ("run", ["input_added"])


def test_an_input_that_will_not_come_blocks_and_is_named() -> None:
    found = decided(brief(), bound(Standing.SHUT, version=None))
    what = "input `in` (x) is not there and nothing in this run makes it"
    assert found.action == "blocked"
    assert found.reasons == (Reason(code="input_missing", text=what, values={"input": "in", "entity": "x"}),)
    assert (found.fingerprint, dict(found.components), len(found.bindings)) == (None, {}, 1)
    assert decided(brief(), bound(Standing.SHUT, version=None, optional=True)).action == "run"


LOCK = Lock(Ref("note", "x", 1), True, "kim", "it is shot", Ref("statement", "note/x", 1))
KEPT = ("note/x@v1", "note/y@v1")


def locked(before: Decision, *outputs: str) -> Kept:
    """Return a view in which `note/x` is hard-locked and these outputs were kept."""
    view = Kept(record(before, *outputs) if outputs else None, outputs)
    view.locks = {"note/x": LOCK}
    return view


@pytest.mark.row("B18")
def test_a_unit_whose_result_is_hard_locked_is_skipped_before_it_costs_anything() -> None:
    view = locked(decided(brief(version=1)), KEPT[0])
    found = decided(brief(version=2), view=view, policies=Policies(spend=Spend()))
    assert (found.action, found.estimate) == ("skip", None)
    (reason,) = found.reasons
    assert reason.text == "`note/x` is hard-locked by kim (it is shot); it stays as it is"
    assert (reason.code, reason.values["ref"]) == ("hard_locked", "note/x@v1")
    view.locks = {}
    assert decided(brief(version=2), view=view, policies=Policies(spend=Spend())).action == "run"


def test_a_forced_unit_and_one_that_may_run_are_held_back_by_a_lock_too() -> None:
    view = locked(decided(brief(), bound()), KEPT[0])
    assert codes(decided(brief(forced=True), bound(), view=view)) == ("skip", ["hard_locked"])
    opened = bound(Standing.OPEN, version=2)
    assert codes(decided(brief(), opened, view=view)) == ("skip", ["hard_locked"])


def test_one_lock_among_several_results_holds_back_what_spends_and_nothing_else() -> None:
    view = locked(decided(brief(version=1)), *KEPT)
    assert decided(brief(version=2), view=view, policies=Policies(spend=Spend())).action == "skip"
    assert decided(brief(version=2), view=view).action == "run"
    view.locks["note/y"] = LOCK
    assert codes(decided(brief(version=2), view=view)) == ("skip", ["hard_locked", "hard_locked"])


def test_what_is_up_to_date_is_reused_under_a_lock_and_what_is_gone_is_made_again() -> None:
    view = locked(decided(brief()), KEPT[0])
    assert decided(brief(), view=view).action == "reuse"
    gone = Kept(record(decided(brief()), KEPT[0]))
    gone.locks = view.locks
    assert codes(decided(brief(), view=gone)) == ("run", ["outputs_gone"])


def test_what_never_ran_waits_for_a_person_to_take_the_lock_away() -> None:
    outputs = {"outputs": {"note": {"schema": "note@1"}}}
    view = locked(decided(brief()))
    found = decided(brief(**outputs), view=view)
    assert codes(found) == ("hold", ["hard_locked"])
    assert "cine-forge artifacts unlock note/x@v1" in found.reasons[0].text
    assert decided(brief(), view=view).action == "run"


def confirmed(*outputs: str, version: int = 2) -> Kept:
    """Return a view in which these outputs were confirmed with `thing/x` in this version."""
    view = Kept(record(decided(brief(), bound()), *outputs), outputs)
    view.currents = {"thing/x": seen("thing", "x", version)}
    for ref in outputs:
        said = {"kind": "confirm", "ref": ref, "digest": "d", "by": "kim", "note": "the hat", "number": 1}
        view.confirmed[ref.partition("@")[0]] = Statement.model_validate(said)
    return view


@pytest.mark.row("A16")
def test_what_was_confirmed_on_these_inputs_is_reused_although_they_changed() -> None:
    found = decided(brief(), bound(version=2), view=confirmed(*KEPT))
    assert codes(found) == ("reuse", ["confirmed", "confirmed"])
    assert found.reasons[0].text == "`note/x` was confirmed by kim: the hat"
    assert codes(decided(brief(), bound(version=2), view=Kept(found.newest, KEPT))) == (
        "run", ["input_added"],
    )  # fmt: skip


@pytest.mark.row("A16")
def test_a_confirmation_of_something_else_or_of_a_part_reuses_nothing() -> None:
    foreseen = decided(brief(), bound(version=3), view=confirmed(*KEPT))
    assert foreseen.action == "run"
    view = confirmed(*KEPT)
    del view.confirmed["note/y"]
    assert decided(brief(), bound(version=2), view=view).action == "run"
    assert decided(brief(version=2), bound(version=2), view=confirmed(*KEPT)).action == "run"
    assert decided(brief(forced=True), bound(version=2), view=confirmed(*KEPT)).action == "run"
    gone = Binding(bound().wire, ())
    assert decided(brief(), gone, view=confirmed(*KEPT)).action == "run"


def test_what_was_confirmed_beside_an_open_input_may_still_run() -> None:
    before = decided(brief(), bound(), bound(name="other"))
    view = confirmed(*KEPT)
    view._newest = record(before, *KEPT)
    found = decided(brief(), bound(version=2), bound(Standing.OPEN, name="other"), view=view)
    assert found.action == "may_run"


GATED = {"inputs": {"in": {"schema": "thing@1"}}, "gate": {"subject": "in", "mode": "approve"}}


def test_who_decides_at_a_gate_is_no_part_of_the_fingerprint() -> None:
    assert "param:approve" not in decided(brief(**GATED), bound()).components
    assert "param:text" in decided(brief(**GATED), bound()).components
    bare = GATED | {"gate": {"subject": "in"}}
    assert "param:approve" in decided(brief(**bare), bound()).components


def test_a_shut_gate_holds_what_would_run_with_its_sentence() -> None:
    gate = Gate("waits for kim")
    found = decided(brief(**GATED), bound(), policies=Policies(gate=gate))
    assert (found.action, found.reasons) == ("hold", (Reason(code="waits_for_person", text="waits for kim"),))
    assert gate.asked[0][0] == ask_of(ME, brief(**GATED), (bound(),))
    assert decided(brief(**GATED), bound(), policies=Policies(gate=Gate(None))).action == "run"
    assert decided(brief(), bound(), policies=Policies(gate=gate)).action == "run"
    assert decided(brief(**GATED), bound()).action == "run"


def test_a_gate_that_was_passed_once_is_not_held_while_its_input_may_come_out_equal() -> None:
    newest = record(decided(brief(**GATED), bound()))
    policies, still = Policies(gate=Gate("waits")), bound(Standing.OPEN)
    assert decided(brief(**GATED), still, view=Kept(newest), policies=policies).action == "may_run"
    assert decided(brief(**GATED), still, policies=policies).action == "hold"
    assert decided(brief(**GATED), bound(), view=Kept(newest), policies=policies).action == "reuse"


def test_only_decisions_about_the_very_content_of_the_subject_count() -> None:
    mine, old = {"kind": "approve", "digest": "digest 1"}, {"kind": "approve", "digest": "digest 0"}
    gate = Gate(None)
    both = GATED["inputs"] | {"other": {"schema": "thing@1"}}
    found = decided(
        brief(**GATED | {"inputs": both}), bound(), bound(name="other"),
        view=Kept(thing_x=[old, mine, {"kind": "note"}]), policies=Policies(gate=gate),
    )  # fmt: skip
    assert found.decisions == (mine,) == gate.asked[0][1]
    assert "decision:subject" in found.components
    assert decided(brief(), bound(), view=Kept(thing_x=[mine])).decisions == ()
    absent = decided(
        brief(**GATED),
        bound(Standing.OPEN, version=None),
        view=Kept(thing_x=[mine]),
        policies=Policies(gate=gate),
    )
    assert absent.decisions == ()


def test_what_runs_has_a_price_and_a_route_and_what_is_reused_has_no_price() -> None:
    policies = Policies(spend=Spend())
    first = decided(brief(), bound(), policies=policies)
    assert first.estimate == Estimate("local", 5)
    assert "policy:provider" in first.components
    again = decided(brief(), bound(), view=Kept(record(first)), policies=policies)
    assert (again.action, again.estimate) == ("reuse", None)
    still = decided(brief(), bound(Standing.OPEN), view=Kept(record(first)), policies=policies)
    assert (still.action, still.estimate) == ("may_run", Estimate("local", 5))


@pytest.mark.parametrize(
    ("determinism", "action"), [("external", "reuse"), ("pure", "run"), ("seeded", "run")]
)
def test_what_was_bought_is_not_bought_again_because_its_maker_changed(determinism: str, action: str) -> None:
    stage = brief(determinism=determinism)
    newest = record(decided(stage, bound(), policies=Policies(spend=Spend())))
    found = decided(stage, bound(), view=Kept(newest), policies=Policies(spend=Spend("other")))
    assert found.action == action
    if action == "reuse":
        text = "bought before; only its making changed (policy:provider), which buys nothing again"
        changed = {"changed": ["policy:provider"]}
        assert found.reasons == (Reason(code="eligible", text=text, values=changed),)


def test_another_wish_is_bought_again_even_with_another_maker() -> None:
    stage = brief(determinism="external")
    newest = record(decided(stage, bound(), policies=Policies(spend=Spend())))
    found = decided(stage, bound(version=2), view=Kept(newest), policies=Policies(spend=Spend("other")))
    assert codes(found) == ("run", ["input_added", "policy_changed"])


def test_policies_see_the_unit_as_plain_data() -> None:
    stage = brief(resources={"gpu": 1})
    asked = ask_of(ME, stage, (bound(),))
    assert (asked.stage, asked.entity, asked.module) == ("me", "x", "maker")
    assert (dict(asked.params), asked.resources) == ({"text": "t", "approve": "ask"}, {"gpu": 1})
    assert dict(asked.inputs) == {"in": seen("thing", "x", 1).given()}


def test_an_input_that_is_held_and_not_healthy_blocks_with_its_ref() -> None:
    wire = bound().wire
    ill = Binding(wire, (Item("x", seen("thing", "x"), Standing.SHUT),))
    found = decided(brief(), ill)
    text = "input `in` is `thing/x@v1`, which is not healthy; see `cine-forge stale`"
    values = {"input": "in", "entity": "x", "ref": "thing/x@v1"}
    assert found.action == "blocked"
    assert found.reasons == (Reason(code="input_unhealthy", text=text, values=values),)


def test_a_shut_gate_holds_again_what_ran_before_and_changed() -> None:
    newest = record(decided(brief(**GATED), bound()))
    policies = Policies(gate=Gate("waits"))
    assert decided(brief(**GATED, version=2), bound(), view=Kept(newest), policies=policies).action == "hold"


def test_every_change_of_the_maker_is_named() -> None:
    newest = record(decided(brief(determinism="external", version=1), policies=Policies(spend=Spend())))
    now = brief(determinism="external", version=2)
    found = decided(now, view=Kept(newest), policies=Policies(spend=Spend("other")))
    assert "only its making changed (module:maker, policy:provider), which" in found.reasons[0].text


def test_a_result_that_will_not_come_is_missing_although_an_older_one_is_seen() -> None:
    assert codes(decided(brief(), bound(Standing.SHUT))) == ("blocked", ["input_missing"])
