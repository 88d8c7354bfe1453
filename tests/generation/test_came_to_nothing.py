"""What came to nothing at a vendor: it has a name that says who must act, and it costs nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cine_forge.generation.money.receipt import State
from cine_forge.generation.providers.trouble import Trouble
from tests.fakes import fal, openai_images, replicate, runway
from tests.fakes.counter import Counter
from tests.fakes.vendor import FAULTS, VendorServer
from tests.generation.support import image

VENDORS: dict[str, tuple[Any, str, dict[str, str]]] = {
    "fal": (fal.FalManner, "fal-nano-banana-pro", {"FAL_KEY": fal.KEY}),
    "openai": (openai_images.ImagesManner, "openai-gpt-image-2", {"OPENAI_API_KEY": openai_images.KEY}),
    "replicate": (
        replicate.ReplicateManner, "replicate-flux-1.1-pro", {"REPLICATE_API_TOKEN": replicate.KEY}
    ),
    "runway": (runway.RunwayManner, "runway-gen4-image", {"RUNWAYML_API_SECRET": runway.KEY}),
}  # fmt: skip
ENDS = (
    ("failed", State.FAILED, Trouble.FAULTY, "fal replicate runway"),
    ("declined", State.FAILED, Trouble.FILTERED, "fal replicate runway"),
    ("declined", State.REFUSED, Trouble.FILTERED, "openai"),
    ("cancelled-by-vendor", State.FAILED, Trouble.FAULTY, "fal runway"),
    ("result-422", State.FAILED, Trouble.REJECTED, "fal"),
    ("result-500", State.FAILED, Trouble.FAULTY, "fal"),
    ("submit-400", State.REFUSED, Trouble.REJECTED, "openai runway"),
    ("submit-401", State.REFUSED, Trouble.SETTING, "fal openai runway"),
    ("submit-402", State.REFUSED, Trouble.SETTING, "replicate"),
    ("submit-422", State.REFUSED, Trouble.REJECTED, "fal replicate"),
    ("submit-429-always", State.REFUSED, Trouble.THROTTLED, "fal openai runway"),
    ("submit-429-in-words", State.REFUSED, Trouble.THROTTLED, "replicate"),
)
"""How each fault ends, and at whose door it strikes; who answers at once declines before making anything."""


@pytest.mark.parametrize(
    ("name", "fault", "state", "trouble"),
    [(name, fault, state, trouble) for fault, state, trouble, names in ENDS for name in names.split()],
)
def test_what_came_to_nothing_has_a_name_and_costs_nothing(
    name: str, fault: str, state: State, trouble: Trouble, tmp_path: Path
) -> None:
    manner, model, keys = VENDORS[name]
    with VendorServer(manner(), FAULTS[fault]) as vendor:
        shop = Counter(tmp_path, vendor, model, keys)
        receipt = shop.buy(image(blocking=None, width=1280, height=720))
        assert (receipt.state, receipt.trouble) == (state, trouble)
        assert (receipt.cost_micro_usd or 0) == vendor.invoice == 0
