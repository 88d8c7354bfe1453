"""The planted breaks of refusals: what is left out, sent on or asked again where it has to be refused."""

from __future__ import annotations

from tests.contracts.breaks import Break

ROOM = "cine_forge/generation"
TESTS = "tests/generation"

BREAKS = (
    Break(
        name="refusal: a hint that the model's table does not take is left out in silence",
        file=f"{ROOM}/dispatch/inspection.py",
        old="        if name not in taken:\n",
        new="        if name not in taken and not hints:\n",
        test=f"{TESTS}/test_order_inspection.py::test_a_hint_is_refused_where_nobody_reads_any",
    ),
    Break(
        name="refusal: each order asks again a provider that wants to be left alone for a day",
        file=f"{ROOM}/dispatch/turn.py",
        old="        if left_s and left_s > self._patience(receipt).most_s:\n",
        new="        if left_s < 0:\n",
        test=(
            f"{TESTS}/dispatch/test_turn.py::"
            "test_who_asks_for_too_long_a_pause_is_left_alone_by_all_and_none_of_them_waits[True]"
        ),
    ),
    Break(
        name="refusal: a redirect leads to a host that nobody allows",
        file="cine_forge/wire/download.py",
        old="        place = _place(urljoin(before.url, location), hosts)\n",
        new='        place = _place(urljoin(before.url, location), Hosts(("elsewhere.example",), True))\n',
        test=(
            "tests/wire/test_download_place.py::test_where_a_server_sends_us_is_checked_from_the_start"
            "[https://elsewhere.example/x-301 Moved]"
        ),
    ),
)
