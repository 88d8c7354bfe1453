"""A thirteenth provider is one folder and nothing else: written, filled in, tried, and filmed with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cine_forge.cli.main import main
from cine_forge.generation.conformance.folder import case_in
from cine_forge.generation.conformance.kit import faults_for
from cine_forge.generation.conformance.trial import try_fault
from cine_forge.generation.conformance.vendor import VendorServer, Wanted
from cine_forge.generation.money.ledger import Ledger
from cine_forge.generation.money.receipt import Receipt, State
from cine_forge.generation.profiles import read_profiles
from tests.fakes.medium import Made, mp4, png
from tests.spine.studio import ROOT, Film, new_film

SIZE = {"aspect": "16:9", "width": 256, "height": 144, "fps": "24"}
SCRIPT = """# THE KEY

**INT. KITCHEN - DAY**

ANN MORO (34), short red hair, blue shirt, turns a brass KEY over on the table.

ANN
It was under the stone all along.
"""
KEY = "a-key-that-only-tests-use"
CLIP = """model: thirteenth-clip
description: Clips by Thirteenth
modality: video_i2v
endpoint: clip-1
actions:
  t2v: {}
  i2v: {start_frame: 1}
  r2v: {start_frame: 1, reference_images: 8}
  f2v: {start_frame: 1, end_frame: 1, reference_images: 8}
prompt: {most: 5000, unit: characters}
sizes: {least: 64, most: 4096}
durations: {least_s: 1, most_s: 60}
sound: true
shapes:
"""
ACTION = "  {}: {{fields: {{prompt: prompt, width: width, height: height, duration: seconds, {}}}}}\n"
PRICE = "price: {as_of: '2026-01-01', source: a test, per_second_micro_usd: 100000}\npace: {least_s: 1}\n"
SLOTS = {
    "t2v": "seed: seed",
    "i2v": "start_frame: first",
    "r2v": "start_frame: first, reference_images: refs",
    "f2v": "start_frame: first, end_frame: last, reference_images: refs",
}


def fill_in(folder: Path) -> None:
    """Do what an author does: another model, and the words for what it makes."""
    actions = "".join(ACTION.format(action, slots) for action, slots in SLOTS.items())
    (folder / "models" / "thirteenth-clip.yaml").write_text(CLIP + actions + PRICE)
    declared = folder / "provider.yaml"
    text = declared.read_text().replace("is2i]", "is2i, t2v, i2v, r2v, f2v]")
    frames = "expression_refs: 8, start_frame: 1, end_frame: 1, reference_images: 8"
    text = text.replace("expression_refs: 8", frames)
    text = text.replace(
        "{image_t2i: thirteenth-still}", "{image_t2i: thirteenth-still, video_i2v: thirteenth-clip}"
    )
    declared.write_text(text)
    fake = folder / "fake.py"
    kinds = 'Wanted("video" if "clip" in str(told.get("model")) else "image", '
    fake.write_text(fake.read_text().replace('Wanted("image", ', kinds))


def makes(wanted: Wanted, number: int) -> Made:
    """Make what was asked, as long as the request says."""
    if wanted.kind == "image":
        return png(256, 144, number), "image/png", ".png"
    return mp4(256, 144, round(24 * float(wanted.settings["seconds"])), number), "video/mp4", ".mp4"


def tariff(wanted: Wanted) -> int:
    """Charge by the folder's own prices."""
    return 40_000 if wanted.kind == "image" else round(100_000 * float(wanted.settings["seconds"]))


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Film:
    return new_film(tmp_path_factory.mktemp("thirteenth") / "film", SCRIPT, SIZE)


@pytest.fixture(scope="module")
def folder(film: Film) -> Path:
    """The provider's folder in the project, written by the command and filled in."""
    assert main(["providers", "new", "thirteenth", "--project", str(film.folder)]) == 0
    fill_in(film.folder / "providers" / "thirteenth")
    return film.folder / "providers" / "thirteenth"


@pytest.fixture(scope="module")
def vendor(film: Film, folder: Path) -> Iterator[VendorServer]:
    """The vendor, and a film made by `--provider thirteenth` alone."""
    manner = case_in(folder).manner
    declared = (folder / "provider.yaml").read_text()
    with VendorServer(manner(None), tariff=tariff, makes=makes) as server:  # type: ignore[arg-type]
        (folder / "provider.yaml").write_text(
            declared.replace("https://api.thirteenth.example", server.base_url)
        )
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("THIRTEENTH_API_KEY", KEY)
            film.run("--provider", "thirteenth")
        yield server
    (folder / "provider.yaml").write_text(declared)


@pytest.mark.row("H15")
def test_a_new_folder_passes_the_kit_as_it_is_written(tmp_path: Path) -> None:
    main(["providers", "new", "plain_one", "--into", str(tmp_path)])
    case = case_in(tmp_path / "plain_one")
    faults = [
        one for one in faults_for(case) if one.name in ("accept-then-drop", "list-200-html", "download-cut")
    ]
    assert [try_fault(case, one, tmp_path / one.name).wrong for one in faults] == [(), (), ()]


@pytest.mark.row("H15")
@pytest.mark.sweep
def test_a_new_folder_passes_every_fault(tmp_path: Path) -> None:
    main(["providers", "new", "plain_one", "--into", str(tmp_path)])
    case = case_in(tmp_path / "plain_one")
    verdicts = [try_fault(case, fault, tmp_path / fault.name) for fault in faults_for(case)]
    assert {verdict.fault: verdict.wrong for verdict in verdicts if verdict.wrong} == {}


@pytest.mark.row("H15")
def test_a_film_is_made_by_the_folder_alone(film: Film, vendor: VendorServer) -> None:
    ledger = Ledger(film.folder / "ledger.sqlite")
    bought: list[Receipt] = [one for one in ledger.receipts() if one.provider == "thirteenth"]
    ledger.close()
    assert {one.state for one in bought} == {State.SETTLED}
    assert {one.modality for one in bought} == {"image_t2i", "video_i2v"}
    assert sum(one.cost_micro_usd or 0 for one in bought) == vendor.invoice > 0
    assert film.media("delivery", ".mp4").stat().st_size > 10_000


def test_nothing_of_it_stands_anywhere_else() -> None:
    shipped = (*(ROOT / "cine_forge").rglob("*.py"), *(ROOT / "configs").rglob("*.yaml"))
    assert not [path for path in shipped if "thirteenth" in path.read_text()]
    assert not [name for name in read_profiles([ROOT / "configs" / "models"]) if "thirteenth" in name]
