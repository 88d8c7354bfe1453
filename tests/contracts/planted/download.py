"""Planted breaks of what comes over the line: from where, whole, and what its absence means."""

from __future__ import annotations

from tests.contracts.breaks import Break

DOWNLOAD = "tests/wire/test_download.py"
PLACE = "tests/wire/test_download_place.py"
REMOTE = "tests/generation/test_remote.py"

BREAKS = (
    Break(
        name="download: a name may lead to a private address",
        file="cine_forge/wire/destination.py",
        old="    if wrong or not addresses:\n",
        new="    if not addresses:\n",
        test=f"{PLACE}::test_a_name_that_becomes_another_address_between_two_steps_is_refused",
    ),
    Break(
        name="download: a redirect may lead into this machine",
        file="cine_forge/wire/download.py",
        old="    if place.to.is_loopback and place.to != before.to:\n",
        new="    if not place.to.host:\n",
        test=f"{PLACE}::test_where_a_server_sends_us_is_checked_from_the_start"
        "[http://localhost:{other}/x-301 Moved]",
    ),
    Break(
        name="download: half a file stays",
        file="cine_forge/wire/download.py",
        old="        target.unlink(missing_ok=True)\n        raise\n",
        new="        raise\n",
        test=f"{DOWNLOAD}::test_what_does_not_come_whole_is_named_and_leaves_nothing[a chunk is cut]",
    ),
    Break(
        name="download: a header may begin another one",
        file="cine_forge/wire/exchange.py",
        old="or not _VALUE.fullmatch(value)",
        new="or not _VALUE.match(value)",
        test="tests/wire/test_client.py::test_a_header_that_could_begin_another_is_not_sent[ a]",
    ),
    Break(
        name="download: an error of a vendor means that a lost submit never arrived",
        file="cine_forge/generation/providers/remote.py",
        old="        return answer.data is not None and (good or unknown)\n",
        new="        return answer.data is not None\n",
        test=f"{REMOTE}::test_an_error_is_never_read_as_absent[said4]",
    ),
    Break(
        name="download: what may have arrived is called refused",
        file="cine_forge/generation/providers/remote.py",
        old='    if error.kind == "unsent":\n',
        new='    if error.kind != "late":\n',
        test=f"{REMOTE}::test_a_line_that_breaks_leaves_it_unknown_and_is_not_tried_again[drop]",
    ),
    Break(
        name="download: a lost submit is absent before the vendor's grace is over",
        file="cine_forge/generation/dispatch/search.py",
        old="        if left_s > 0:\n",
        new="        if left_s < 0:\n",
        test="tests/generation/dispatch/test_search.py::test_one_look_waits_for_nobody[0-early]",
    ),
)
