"""Nothing can be written: it is told with its code, nothing is half written, and nothing is paid twice."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from cine_forge.generation.money import ledger_file
from cine_forge.generation.money.ledger import Ledger, Totals
from cine_forge.kernel.ground.errors import IntegrityError, StageError
from tests.generation.support import ORIGIN, House, draft, image


def filled(ledger: Ledger, more: int) -> None:
    """Let the file grow by so many pages and no further, as on a full disk."""
    with ledger._writing() as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
    assert ledger._connection is not None
    ledger._connection.execute(f"PRAGMA max_page_count = {pages + more}")


@pytest.mark.row("D33")
def test_a_ledger_that_somebody_holds_is_told_and_free_again_afterwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger_file, "_BUSY_S", 0.01)
    house = House(tmp_path)
    house.send()
    with closing(sqlite3.connect(tmp_path / "ledger.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StageError, match=r"CF-G116(.|\n)*database is locked"):
            house.send(image(prompt="another lamp"))
        other.execute("ROLLBACK")
    assert len(house.provider.sent) == 1
    assert house.send(image(prompt="another lamp"))["result"]["success"]


@pytest.mark.row("D33")
@pytest.mark.parametrize("more", range(4))
def test_a_full_disk_leaves_whole_receipts_and_the_same_ledger_goes_on(tmp_path: Path, more: int) -> None:
    with closing(Ledger(tmp_path / "ledger.sqlite")) as ledger:
        ledger.prepare(draft(0, 5))
        filled(ledger, more)
        kept = 0
        with pytest.raises(StageError, match="CF-G116"):
            for kept in range(1000):
                ledger.reserve(ledger.prepare(draft(kept + 1, 5)), [], "t")
        assert ledger.miscounted() == () and ledger.totals() == Totals(0, 5 * kept)
        filled(ledger, 100)
        ledger.reserve(ledger.prepare(draft(kept + 1, 5)), [], "t")
        assert ledger.totals() == Totals(0, 5 * (kept + 1))


@pytest.mark.row("H2")
@pytest.mark.parametrize("more", range(3))
def test_a_disk_that_fills_up_over_a_purchase_pays_once(tmp_path: Path, more: int) -> None:
    house = House(tmp_path)
    house.send()
    desk = house.desk()
    ledger = desk._dispatch.ledger
    filled(ledger, more)
    sent = 0
    with pytest.raises(StageError, match="CF-G116"):
        for sent in range(200):
            desk.ask({"act": "send", "payload": image(prompt=f"lamp {sent}")}, ORIGIN)
    desk.close()
    for number in range(sent + 1):
        assert house.send(image(prompt=f"lamp {number}"))["result"]["success"]
    assert len(house.provider.sent) == sent + 2
    assert Ledger(tmp_path / "ledger.sqlite").totals() == Totals(house.provider.charged, 0)


@pytest.mark.row("H2")
@pytest.mark.parametrize("how", ["gone", "replaced"])
def test_a_ledger_that_is_taken_away_while_it_is_in_use_buys_nothing_more(tmp_path: Path, how: str) -> None:
    house, path = House(tmp_path), tmp_path / "ledger.sqlite"
    desk = house.desk()
    desk.ask({"act": "send", "payload": image()}, ORIGIN)
    kept = path.rename(tmp_path / "kept.sqlite")
    if how == "replaced":
        path.write_bytes(kept.read_bytes())
    with pytest.raises(IntegrityError, match="CF-G117"):
        desk.ask({"act": "send", "payload": image(prompt="another lamp")}, ORIGIN)
    kept.replace(path)
    assert desk.ask({"act": "send", "payload": image(prompt="another lamp")}, ORIGIN)["result"]["success"]
    desk.close()
    assert len(house.provider.sent) == 2
