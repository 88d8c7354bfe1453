"""The whole spine at vendors that take less than the film wishes, by configuration alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cine_forge.film.schemas.take import FrozenPayload
from cine_forge.generation.money.ledger import Ledger
from cine_forge.generation.money.receipt import Receipt, State
from tests.spine.houses import HOUSES, House
from tests.spine.studio import ROOT, Film, new_film

SIZE = {"aspect": "16:9", "width": 640, "height": 360, "fps": "24"}
SCRIPT = """# THE KEY

**INT. KITCHEN - DAY**

ANN MORO (34), short red hair, blue shirt, turns a brass KEY over on the table.

ANN
It was under the stone all along.
"""
LEFT_OUT = {
    "ark": {"reference_images", "size"},
    "runway": {"reference_images", "generate_audio"},
    "fal": set(),
    "kling": set(),
}
"""What each of the shipped strategy's models of clips is not asked for."""


def film_at(folder: Path, name: str, url: str) -> Film:
    """Return a film that reaches a vendor at its fake; nothing else differs from any other."""
    film = new_film(folder, SCRIPT, SIZE)
    shipped = (ROOT / "configs" / "providers.yaml").read_text()
    (film.folder / "configs").mkdir()
    endpoints = f"\nendpoints:\n  {name}: {{base_url: '{url}'}}\n"
    (film.folder / "configs" / "providers.yaml").write_text(shipped + endpoints)
    return film


def bought(film: Film, name: str) -> list[Receipt]:
    ledger = Ledger(film.folder / "ledger.sqlite")
    try:
        return [one for one in ledger.receipts() if one.provider == name]
    finally:
        ledger.close()


def frozen(film: Film) -> list[FrozenPayload]:
    kept = sorted((film.folder / "artifacts" / "payload").rglob("v*.json"))
    return [FrozenPayload.model_validate(json.loads(path.read_text())["data"]) for path in kept]


@pytest.mark.sweep
@pytest.mark.row("D37")
@pytest.mark.parametrize(("name", "house"), HOUSES.items())
def test_a_film_is_made_and_the_ledger_is_the_invoice(
    name: str, house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable, key in house.keys.items():
        monkeypatch.setenv(variable, key)
    with house.opened() as vendor:
        film = film_at(tmp_path / "film", name, vendor.base_url)
        told = " ".join(film.drive("--dry-run", "--provider", name).split())
        assert set(film.run("--provider", name).values()) == {"done"}
        receipts = bought(film, name)
        assert {one.state for one in receipts} == {State.SETTLED}
        assert len(receipts) == len(vendor.requests("submit"))
        assert sum(one.cost_micro_usd or 0 for one in receipts) == vendor.invoice > 0
    for one in frozen(film):
        assert {left.part for left in one.conceded} == LEFT_OUT[name]
        for left in one.conceded:
            assert f"asked {left.what}, since {left.why}" in told
