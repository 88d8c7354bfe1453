"""The whole spine through fal, by `--provider fal` alone: takes arrive, and the invoice is the ledger's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cine_forge.generation.money.ledger import Ledger
from cine_forge.generation.money.receipt import Receipt, State
from tests.fakes.fal import KEY, FalManner
from tests.fakes.medium import Made, mp4, png
from tests.fakes.vendor import VendorServer, Wanted
from tests.spine.studio import ROOT, Film, new_film

SIZE = {"aspect": "16:9", "width": 576, "height": 324, "fps": "24"}
SCRIPT = """# THE KEY

**INT. KITCHEN - DAY**

ANN MORO (34), short red hair, blue shirt, turns a brass KEY over on the table.
"""
STILL, SECOND = 150_000, 336_000
"""What the shipped profiles say: one still up to 2K, one second of Kling with sound."""


def tariff(wanted: Wanted) -> int:
    """Charge as fal's pages say, by what was asked."""
    return STILL if wanted.kind == "image" else SECOND * int(wanted.settings["duration"])


def makes(wanted: Wanted, number: int) -> Made:
    """Make what was asked: a clip as long as the request says."""
    if wanted.kind == "image":
        return png(688, 384, number), "image/png", ".png"
    return mp4(576, 324, 24 * int(wanted.settings["duration"]), number), "video/mp4", ".mp4"


@pytest.fixture(scope="module")
def vendor() -> Iterator[VendorServer]:
    with VendorServer(FalManner(), tariff=tariff, makes=makes) as server:
        yield server


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory, vendor: VendorServer) -> Film:
    """A film whose only difference from any other is its configuration, run to the end."""
    film = new_film(tmp_path_factory.mktemp("fal") / "film", SCRIPT, SIZE)
    shipped = (ROOT / "configs" / "providers.yaml").read_text()
    (film.folder / "configs").mkdir()
    endpoints = f"\nendpoints:\n  fal: {{base_url: '{vendor.base_url}'}}\n"
    (film.folder / "configs" / "providers.yaml").write_text(shipped + endpoints)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FAL_KEY", KEY)
        film.run("--provider", "fal")
    return film


def receipts(film: Film) -> list[Receipt]:
    ledger = Ledger(film.folder / "ledger.sqlite")
    try:
        return [one for one in ledger.receipts() if one.provider == "fal"]
    finally:
        ledger.close()


@pytest.mark.row("D37")
def test_every_still_and_clip_comes_from_fal_and_says_why(film: Film, vendor: VendorServer) -> None:
    bought = receipts(film)
    assert {one.state for one in bought} == {State.SETTLED}
    assert {one.modality for one in bought} == {"image_t2i", "video_i2v"}
    assert {one.routing_reason for one in bought} == {"override: --provider fal"}
    assert len(bought) == len(vendor.requests("submit"))


def test_the_ledger_equals_the_invoice_to_the_micro_dollar(film: Film, vendor: VendorServer) -> None:
    assert sum(one.cost_micro_usd or 0 for one in receipts(film)) == vendor.invoice > 0


def test_takes_arrive_and_become_a_cut(film: Film, vendor: VendorServer) -> None:
    assert film.media("delivery", ".mp4").stat().st_size > 10_000
    made = {content for job in vendor.jobs.values() for content in job.content[:1]}
    outputs = [one.output for one in receipts(film)]
    assert {(film.folder / out.path).read_bytes() for out in outputs if out} == made


def test_a_second_run_buys_nothing(film: Film, vendor: VendorServer, monkeypatch: pytest.MonkeyPatch) -> None:
    before = len(vendor.requests("submit"))
    monkeypatch.setenv("FAL_KEY", KEY)
    assert set(film.run("--provider", "fal").values()) == {"reused"}
    assert len(vendor.requests("submit")) == before


@pytest.mark.row("H10")
def test_no_key_and_no_signature_is_written_anywhere(film: Film) -> None:
    written = b"".join(path.read_bytes() for path in film.folder.rglob("*") if path.is_file())
    for secret in (KEY.encode(), b"0123456789abcdef", b"cdn-canary", b"canary-of-the-vendor", b"Signature"):
        assert secret not in written
