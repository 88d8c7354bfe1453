"""The whole spine through Kling, by `--provider kling` alone: our ids, its units, one invoice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fractions import Fraction

import pytest

from cine_forge.generation.money.ledger import Ledger
from cine_forge.generation.money.receipt import Receipt, State
from tests.fakes.kling import KEYS, SECRET, UNIT_MICRO_USD, KlingManner
from tests.fakes.medium import Made, mp4, png
from tests.fakes.vendor import VendorServer, Wanted
from tests.spine.studio import ROOT, Film, new_film

SIZE = {"aspect": "16:9", "width": 192, "height": 108, "fps": "24"}
SCRIPT = """# THE KEY

**INT. KITCHEN - DAY**

ANN MORO (34), short red hair, blue shirt, turns a brass KEY over on the table.
"""
STILL_UNITS, SECOND_UNITS = Fraction("0.2"), Fraction("1.2")
"""What a pack is charged: a picture, and a second of an omni clip with sound."""


def tariff(wanted: Wanted) -> int:
    """Charge in units, by what was asked; a picture costs what the profile says."""
    units = STILL_UNITS if wanted.kind == "image" else SECOND_UNITS * int(wanted.settings["duration"])
    return int(units * UNIT_MICRO_USD)


def makes(wanted: Wanted, number: int) -> Made:
    """Make what was asked: a clip as long as the request says."""
    if wanted.kind == "image":
        return png(192, 108, number), "image/png", ".png"
    return mp4(192, 108, 24 * int(wanted.settings["duration"]), number), "video/mp4", ".mp4"


@pytest.fixture(scope="module")
def vendor() -> Iterator[VendorServer]:
    with VendorServer(KlingManner(), tariff=tariff, makes=makes) as server:
        yield server


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory, vendor: VendorServer) -> Film:
    """A film whose only difference from any other is its configuration, run to the end."""
    film = new_film(tmp_path_factory.mktemp("kling") / "film", SCRIPT, SIZE)
    shipped = (ROOT / "configs" / "providers.yaml").read_text()
    (film.folder / "configs").mkdir()
    endpoints = f"\nendpoints:\n  kling: {{base_url: '{vendor.base_url}'}}\n"
    (film.folder / "configs" / "providers.yaml").write_text(shipped + endpoints)
    with pytest.MonkeyPatch.context() as patch:
        for name, key in KEYS.items():
            patch.setenv(name, key)
        film.run("--provider", "kling")
    return film


def receipts(film: Film) -> list[Receipt]:
    ledger = Ledger(film.folder / "ledger.sqlite")
    try:
        return [one for one in ledger.receipts() if one.provider == "kling"]
    finally:
        ledger.close()


@pytest.mark.row("D37")
def test_every_still_and_clip_is_a_task_of_ours_at_kling(film: Film, vendor: VendorServer) -> None:
    bought = receipts(film)
    assert {one.state for one in bought} == {State.SETTLED}
    assert {one.modality for one in bought} == {"image_t2i", "video_i2v"}
    assert sorted(one.own_id for one in bought) == sorted(
        asked.json["external_task_id"] for asked in vendor.requests("submit")
    )


@pytest.mark.row("D37")
def test_the_override_stands_in_the_state_of_its_run_and_in_every_reason(film: Film) -> None:
    (path,) = (film.folder / "runs").glob("*/run_state.json")
    assert json.loads(path.read_text())["provider_override"] == "kling"
    assert {one.routing_reason for one in receipts(film)} == {"override: --provider kling"}


def test_the_ledger_equals_klings_invoice_to_the_micro_dollar(film: Film, vendor: VendorServer) -> None:
    assert sum(one.cost_micro_usd or 0 for one in receipts(film)) == vendor.invoice > 0
    assert film.media("delivery", ".mp4").stat().st_size > 2_000


@pytest.mark.row("H10")
def test_no_key_no_token_and_no_signature_is_written_anywhere(film: Film, vendor: VendorServer) -> None:
    written = b"".join(path.read_bytes() for path in film.folder.rglob("*") if path.is_file())
    token = vendor.requests("submit")[0].headers["authorization"].removeprefix("Bearer ")
    for secret in (SECRET, token, token.split(".")[2], "canary-of-the-vendor", "Signature"):
        assert secret.encode() not in written
