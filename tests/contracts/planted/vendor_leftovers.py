"""The planted breaks of what vendors are asked beside the purchase: uploads, estimates, caches, lengths."""

from __future__ import annotations

from tests.contracts.breaks import Break

ROOM = "cine_forge/generation"
TESTS = "tests/generation"

BREAKS = (
    Break(
        name="uploads: whoever signed a URL gets our key too",
        file=f"{ROOM}/providers/line.py",
        old="        proof = {} if call.keyless else self._dialect.signed(",
        new="        proof = self._dialect.signed(",
        test=f"{TESTS}/test_runway.py::test_what_is_brought_is_brought_as_by_runways_own_client",
    ),
    Break(
        name="sync: what will cost more than is set aside is bought",
        file=f"{ROOM}/providers/sync/adapter.py",
        old="        if most is None or int(cost) <= most:\n",
        new="        if most is None or cost:\n",
        test=f"{TESTS}/test_sync.py::test_what_will_cost_more_than_is_set_aside_is_not_bought",
    ),
    Break(
        name="inspection: an answer may be longer than what is set aside for it",
        file=f"{ROOM}/dispatch/inspection.py",
        old="most is not None and (payload.max_tokens or 0) > most:",
        new="most is not None and (payload.max_tokens or 0) > 2 * most:",
        test=f"{TESTS}/test_openai_chat.py::test_an_answer_that_may_be_longer_than_the_model_gives_is_refused_before_it_is_asked",
    ),
)
