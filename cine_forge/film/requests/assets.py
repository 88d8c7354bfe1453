"""Reference sheets: how one is asked for and kept, and the resolver that finds them again.

Boards and video resolve their references here and nowhere else, sheets by entity, so that what asset
preparation kept is what production uses. What is missing is said by name before anything is spent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cine_forge.film.paths import sheet_file
from cine_forge.film.requests.agreement import Agreement
from cine_forge.film.requests.prompts import Brief, build_prompt
from cine_forge.film.requests.purchase import Purchase
from cine_forge.film.schemas.asset import Asset, Sheet
from cine_forge.generation.payloads import ImagePayload, Reference, Subject
from cine_forge.kernel.artifacts.records.envelope import CostRecord, Draft, MediaDraft, MediaFile
from cine_forge.kernel.ground.errors import Fault, StageError
from cine_forge.staging.grammar import DayTime, Tier

GENERATED = "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia"
"""IPTC digital source type of pictures that a program makes without a trained model."""


UNSEEN_CONFIDENCE = 0.7
"""How sure we are of a generated picture that nobody and no check has looked at yet."""


@dataclass(frozen=True)
class KeptSheet:
    """A sheet as it lies in the project."""

    sheet: Sheet
    media: tuple[MediaFile, ...]


def sheet_payload(asset: Asset, *, model: str, seed: int, width: int, height: int) -> ImagePayload:
    """Ask for the composite reference sheet of an asset. Sizes in pixels."""
    return ImagePayload(
        entity=asset.id,
        prompt=build_prompt(Brief(asset=asset), model, "image_t2i"),
        tier=Tier.FINISH,
        width=width,
        height=height,
        seed=seed,
        subject=Subject(
            entity=asset.id,
            name=asset.name,
            description=asset.description,
            look=asset.look,
            set=asset.set if asset.look is None else None,
            place=asset.place,
            daytime=DayTime.DAY,
        ),
    )


def sheet_draft(asset: Asset, agreed: Agreement[ImagePayload], bought: Purchase) -> Draft:
    """Offer the bought sheet to be kept. It is kept under the name that the resolver looks for."""
    payload = agreed.kept
    sheet = Sheet(
        asset=asset.id,
        kind=asset.kind,
        name=asset.name,
        look=asset.look,
        set=asset.set,
        receipt=bought.receipt,
        width=payload.width,
        height=payload.height,
        conceded=agreed.conceded,
    )
    return Draft(
        output="sheet",
        entity=asset.id,
        data=sheet.model_dump(mode="json"),
        media=(picture(bought.path, sheet_file(asset.kind), payload.width, payload.height),),
        intent=f"Make {asset.name} look the same in every picture",
        rationale="Drawn from the look that the breakdown designed",
        confidence=UNSEEN_CONFIDENCE,
        source="ai",
        cost=cost_of(bought),
        digital_source_type=GENERATED,
    )


def picture(path: Path, name: str, width: int, height: int) -> MediaDraft:
    """Offer a PNG to be kept under `name`."""
    return MediaDraft(path=path, name=name, media_type="image/png", width=width, height=height)


def cost_of(bought: Purchase) -> CostRecord:
    """Return the cost record of a purchase."""
    return CostRecord(
        micro_usd=bought.cost_micro_usd,
        provider=bought.provider,
        model=bought.model,
        receipts=(bought.receipt,),
    )


def resolve_references(
    wanted: Sequence[str], sheets: Sequence[KeptSheet], where: str
) -> tuple[Reference, ...]:
    """Return a reference for each wanted asset, in that order.

    Raises StageError with every fault: CF-F101 no sheet was made, CF-F102 a sheet has no picture.
    """
    kept = {sheet.sheet.asset: sheet for sheet in sheets}
    faults: list[Fault] = []
    found: list[Reference] = []
    for asset in dict.fromkeys(wanted):
        if asset not in kept:
            what = f"`{asset}` has no reference sheet"
            faults.append(Fault("CF-F101", what, where, "run with `--start-from asset_prep`"))
            continue
        file = _picture_of(kept[asset])
        if file is None:
            what = f"the reference sheet of `{asset}` has no `{sheet_file(kept[asset].sheet.kind)}`"
            faults.append(Fault("CF-F102", what, where, "run `cine-forge artifacts verify`"))
            continue
        role = "identity" if kept[asset].sheet.kind == "character" else "set"
        found.append(Reference(entity=asset, role=role, path=file.path, sha256=file.sha256))
    if faults:
        raise StageError(*faults)
    return tuple(found)


def _picture_of(kept: KeptSheet) -> MediaFile | None:
    name = sheet_file(kept.sheet.kind)
    return next((file for file in kept.media if file.name == name), None)
