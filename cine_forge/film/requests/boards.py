"""Boards in two tiers (seed 001, I1): a half-size pencil, then on approval a full-size finish.

The finish is never made for a board that is not approved, and has the approved pencil picture as its first
reference; it is judged by no gate. Called by the three storyboard modules; the checks of the pencil's own
approval gate live in `board_approval`.
"""

from __future__ import annotations

from dataclasses import dataclass

from cine_forge.film.paths import board_file
from cine_forge.film.requests.agreement import Agreement
from cine_forge.film.requests.assets import GENERATED, UNSEEN_CONFIDENCE, cost_of, picture
from cine_forge.film.requests.prompts import Brief, build_prompt
from cine_forge.film.requests.purchase import Purchase
from cine_forge.film.schemas.board import Board, BoardApproval
from cine_forge.film.schemas.shot import Shot
from cine_forge.generation.payloads import ImagePayload, Reference
from cine_forge.kernel.artifacts.records.envelope import Draft, MediaFile
from cine_forge.kernel.ground.errors import Fault, StageError
from cine_forge.staging.grammar import Tier


@dataclass(frozen=True)
class Panel:
    """What both tiers share. `width` and `height` are the delivery's, in pixels."""

    shot: Shot
    references: tuple[Reference, ...]
    model: str
    seed: int
    width: int
    height: int


@dataclass(frozen=True)
class KeptBoard:
    """A board as it lies in the project, with its content digest."""

    board: Board
    ref: str
    digest: str
    media: tuple[MediaFile, ...]

    def reference(self) -> Reference:
        """Return the board's picture as a reference. Raises StageError CF-F103 when it has none."""
        name = board_file(self.board.tier)
        file = next((file for file in self.media if file.name == name), None)
        if file is None:
            what = f"the {self.board.tier.value} board of `{self.board.shot}` has no `{name}`"
            raise StageError(Fault("CF-F103", what, self.ref, "run `cine-forge artifacts verify`"))
        return Reference(entity=self.board.shot, role="board", path=file.path, sha256=file.sha256)


def half_size(width: int, height: int) -> tuple[int, int]:
    """Return half of a size, both sides even."""
    return max(16, round(width / 4) * 2), max(16, round(height / 4) * 2)


def pencil_payload(panel: Panel) -> ImagePayload:
    """Ask for the pencil: half size, the place as its scene reference, the people for identity."""
    places = [reference for reference in panel.references if reference.role == "set"]
    people = tuple(reference for reference in panel.references if reference.role == "identity")
    width, height = half_size(panel.width, panel.height)
    return ImagePayload(
        entity=panel.shot.id,
        prompt=_prompt(panel, Tier.PENCIL),
        tier=Tier.PENCIL,
        width=width,
        height=height,
        seed=panel.seed,
        scene_ref=places[0] if places else None,
        identity_refs=people,
        blocking=panel.shot.blocking,
    )


def finish_payload(panel: Panel, pencil: KeptBoard, approval: BoardApproval) -> ImagePayload:
    """Ask for the finish: full size, the approved pencil first, then people and place.

    Raises StageError CF-F104 when the approval is missing its yes, CF-F105 when it is of another pencil.
    """
    check_approval(pencil, approval)
    return finish_of(panel, pencil.reference())


def finish_of(panel: Panel, pencil: Reference) -> ImagePayload:
    """Return the request of a finish that follows a pencil's picture."""
    return ImagePayload(
        entity=panel.shot.id,
        prompt=_prompt(panel, Tier.FINISH),
        tier=Tier.FINISH,
        width=panel.width,
        height=panel.height,
        seed=panel.seed,
        scene_ref=pencil,
        identity_refs=panel.references,
        blocking=panel.shot.blocking,
    )


def check_approval(pencil: KeptBoard, approval: BoardApproval) -> None:
    """Refuse a finish of a board that is not approved as it is now."""
    where = f"shot {pencil.board.label}"
    if not approval.approved:
        what = f"the pencil board is not approved ({approval.note or 'no reason given'})"
        raise StageError(Fault("CF-F104", what, where, f"run `cine-forge review approve {pencil.ref}`"))
    if approval.board_digest != pencil.digest or approval.shot != pencil.board.shot:
        what = f"the approval is of `{approval.board}` with another picture, found `{pencil.ref}`"
        raise StageError(Fault("CF-F105", what, where, f"run `cine-forge review approve {pencil.ref}`"))


def references_of(payload: ImagePayload) -> tuple[Reference, ...]:
    """Return the references of a still in the order in which a generator must weigh them."""
    singles = (payload.scene_ref, payload.pose_ref)
    first = tuple(reference for reference in singles if reference is not None)
    return (*first, *payload.identity_refs, *payload.expression_refs)


def board_draft(shot: Shot, agreed: Agreement[ImagePayload], bought: Purchase, output: str) -> Draft:
    """Offer a bought board to be kept under the manifest's output."""
    payload = agreed.kept
    references = references_of(payload)
    board = Board(
        shot=shot.id,
        label=shot.label,
        tier=payload.tier,
        width=payload.width,
        height=payload.height,
        prompt=payload.prompt,
        receipt=bought.receipt,
        references=tuple(reference.sha256 for reference in references),
        conceded=agreed.conceded,
    )
    return Draft(
        output=output,
        entity=shot.id,
        data=board.model_dump(mode="json"),
        media=(picture(bought.path, board_file(payload.tier), payload.width, payload.height),),
        intent=f"Show {shot.label} before it is filmed ({payload.tier.value})",
        rationale=f"{shot.size.value}, {shot.angle.value}, {shot.lens_mm:g} mm as the shot says",
        confidence=UNSEEN_CONFIDENCE,
        source="ai",
        cost=cost_of(bought),
        digital_source_type=GENERATED,
    )


def brief_of(panel: Panel, tier: Tier) -> Brief:
    """Return what the prompt of a board is about."""
    return Brief(shot=panel.shot, tier=tier)


def _prompt(panel: Panel, tier: Tier) -> str:
    return build_prompt(brief_of(panel, tier), panel.model, "image_t2i")
