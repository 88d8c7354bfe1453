"""The planted breaks of modalities: payloads, actions, runners, parts."""

from __future__ import annotations

from tests.contracts.breaks import Break

ROOM = "cine_forge/generation"
TESTS = "tests/generation"

BREAKS = (
    Break(
        name="modalities: a hint that is absent enters the digest, and old receipts are lost",
        file=f"{ROOM}/payloads.py",
        old='    return digest_of(payload.model_dump(mode="json"))\n',
        new='    return digest_of({"hints": None, **payload.model_dump(mode="json")})\n',
        test=f"{TESTS}/test_payloads.py::test_receipts_of_before_are_found_since_these_digests_never_change",
    ),
    Break(
        name="modalities: several shots are cut to the first",
        file=f"{ROOM}/part.py",
        old="            return tuple(_alone(payload, shot) for shot in payload.shots)\n",
        new="            return tuple(_alone(payload, shot) for shot in payload.shots[:1])\n",
        test=f"{TESTS}/test_several_steps.py::test_several_shots_go_one_after_another_and_none_is_dropped",
    ),
    Break(
        name="modalities: a still that a gate failed counts as a success",
        file=f"{ROOM}/runners/step_runner.py",
        old="    return replace(result, gate_verdict=verdict, success=False, error=error)\n",
        new="    return replace(result, gate_verdict=verdict, error=error)\n",
        test=f"{TESTS}/runners/test_qc_gate.py::test_a_still_that_fails_its_gate_is_no_success_and_says_why",
    ),
)
