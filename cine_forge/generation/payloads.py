"""Payloads: the typed, frozen requests that may reach a runner, one model per modality.

A payload is complete before any money is spent: its prompt, its references by path and digest, its
size, its seed, its attempt. Unknown keys are refused. The digest of a payload (with its attempt) is the
key under which dispatch buys once and afterwards returns what was bought.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from enum import StrEnum
from typing import Any, Literal, get_args

from pydantic import Field, ValidationError, field_validator

from cine_forge.generation.payload_kinds.answers import AnswerSheet
from cine_forge.generation.payload_kinds.concession import Concession as Concession
from cine_forge.generation.payload_kinds.judging import JudgedClip as JudgedClip
from cine_forge.generation.payload_kinds.judging import JudgedStill as JudgedStill
from cine_forge.generation.payload_kinds.reference import Frozen
from cine_forge.generation.payload_kinds.reference import Reference as Reference
from cine_forge.generation.payload_kinds.several_shots import MultiShotPayload as MultiShotPayload
from cine_forge.generation.payload_kinds.several_shots import PassPayload as PassPayload
from cine_forge.generation.payload_kinds.several_shots import ReferencesPayload as ReferencesPayload
from cine_forge.generation.payload_kinds.sound import LipsyncPayload as LipsyncPayload
from cine_forge.generation.payload_kinds.sound import SoundPayload as SoundPayload
from cine_forge.kernel.ground.errors import Fault, StageError, listed, nearest
from cine_forge.kernel.ground.hashing import digest_of
from cine_forge.staging.blocking import Blocking, Look, SetDesign
from cine_forge.staging.grammar import DayTime, Place, Tier


class Modality(StrEnum):
    """The kinds of generation. The strings are a contract (seed 000); a rename breaks recipes."""

    IMAGE_T2I = "image_t2i"
    VIDEO_I2V = "video_i2v"
    AUDIO_T2A = "audio_t2a"
    LIPSYNC_POST = "lipsync_post"
    TEXT_AUTHOR = "text_author"
    R2V_MULTI = "r2v_multi"
    VIDEO_R2V = "video_r2v"
    VIDEO_PASS = "video_pass"
    IMAGE_PREVIZ = "image_previz"
    EVAL_IMAGE = "eval_image_v1"
    EVAL_VIDEO = "eval_video_v1"


def _is_none(value: object) -> bool:
    return value is None


class SpokenLine(Frozen):
    """One line of dialogue. Times are seconds from the start of the shot; `voice` is a character id."""

    voice: str
    text: str
    start_s: float = Field(ge=0)
    length_s: float = Field(gt=0)


class Subject(Frozen):
    """What a reference sheet shows: a person (`look`) or a place (`set`), never both."""

    entity: str
    name: str
    description: str = ""
    look: Look | None = None
    set: SetDesign | None = None
    place: Place | None = None
    daytime: DayTime = DayTime.DAY


class ImagePayload(Frozen):
    """A still: a board (with `blocking`) or a reference sheet (with `subject`). Sizes are pixels."""

    modality: Literal["image_t2i"] = "image_t2i"
    entity: str
    prompt: str
    negative_prompt: str | None = None
    tier: Tier
    width: int = Field(ge=16, le=8192)
    height: int = Field(ge=16, le=8192)
    seed: int = Field(ge=0)
    scene_ref: Reference | None = None
    pose_ref: Reference | None = None
    identity_refs: tuple[Reference, ...] = ()
    expression_refs: tuple[Reference, ...] = ()
    blocking: Blocking | None = None
    subject: Subject | None = None


class PrevizPayload(Frozen):
    """A previz still: the four slots of a still and four more, each kept apart up to the adapter.

    `frame_ref` is the frame before it, `light_ref` what it shall be lit like.
    """

    modality: Literal["image_previz"] = "image_previz"
    entity: str
    prompt: str
    negative_prompt: str | None = None
    tier: Tier
    width: int = Field(ge=16, le=8192)
    height: int = Field(ge=16, le=8192)
    seed: int = Field(ge=0)
    scene_ref: Reference | None = None
    pose_ref: Reference | None = None
    identity_refs: tuple[Reference, ...] = ()
    expression_refs: tuple[Reference, ...] = ()
    wardrobe_refs: tuple[Reference, ...] = ()
    prop_refs: tuple[Reference, ...] = ()
    light_ref: Reference | None = None
    frame_ref: Reference | None = None
    blocking: Blocking | None = None


class Hints(Frozen):
    """What only some models read; an unknown hint is refused.

    `tier` is how good and dear it shall be, `elements` the named elements that some endpoints take.
    """

    tier: Literal["fast", "pro"] | None = None
    elements: dict[str, Any] | None = None

    @field_validator("elements", mode="before")
    @classmethod
    def _copied(cls, elements: Any) -> Any:
        """Keep what was said, whatever becomes of the caller's own dict."""
        return deepcopy(elements)


class VideoPayload(Frozen):
    """A clip with sound. `fps` is a fraction as text (`24`, `30000/1001`); `frames` is its length."""

    modality: Literal["video_i2v"] = "video_i2v"
    entity: str
    prompt: str
    negative_prompt: str | None = None
    width: int = Field(ge=16, le=8192)
    height: int = Field(ge=16, le=8192)
    fps: str = Field("24", pattern=r"^\d+(/\d+)?$")
    frames: int = Field(ge=1)
    seed: int = Field(ge=0)
    start_frame: Reference | None = None
    end_frame: Reference | None = None
    reference_images: tuple[Reference, ...] = ()
    generate_audio: bool = True
    lines: tuple[SpokenLine, ...] = ()
    ambience: str = "room"
    blocking: Blocking
    hints: Hints | None = Field(None, exclude_if=_is_none, description="left out of the digest when absent")


class ChatMessage(Frozen):
    """One thing said to a language model, or by it."""

    role: Literal["system", "user", "assistant"]
    text: str


class TextPayload(Frozen):
    """One call of a language model. `step` is the asking step's path; two steps never share a purchase.

    A rehearsal brings its own answers, as a file of the project or written out, and says which call of its
    unit this is; `max_tokens` caps the length of the answer, `answer_schema` is a JSON Schema for it.
    """

    modality: Literal["text_author"] = "text_author"
    entity: str
    step: str
    messages: tuple[ChatMessage, ...] = Field(min_length=1)
    temperature: float | None = Field(None, ge=0)
    max_tokens: int | None = Field(None, ge=1)
    answer_schema: dict[str, Any] | None = None
    seed: int = Field(ge=0)
    answers: Reference | None = None
    answer_sheet: AnswerSheet | None = None
    call: int | None = Field(None, ge=1)

    @property
    def prompt(self) -> str:
        """Return all that is said to the model, whose length counts against its limit."""
        return "\n\n".join(message.text for message in self.messages)


AnyPayload = (
    ImagePayload | VideoPayload | TextPayload | SoundPayload | LipsyncPayload | ReferencesPayload
    | MultiShotPayload | PassPayload | PrevizPayload | JudgedStill | JudgedClip
)  # fmt: skip
_KINDS: Mapping[str, type[AnyPayload]] = {
    kind.model_fields["modality"].default: kind for kind in get_args(AnyPayload)
}


def payload_digest(payload: AnyPayload) -> str:
    """Return the digest that, with the attempt number, keys a purchase."""
    return digest_of(payload.model_dump(mode="json"))


def read_payload(data: Mapping[str, Any]) -> AnyPayload:
    """Type a request. Raises StageError CF-G004 with every fault: unknown keys, missing or wrong values."""
    modality = str(data.get("modality"))
    kind = _KINDS.get(modality)
    if kind is None:
        what = f"no typed payload of modality `{modality}`"
        hint = nearest(modality, _KINDS) or f"known: {listed(list(_KINDS))}"
        raise StageError(Fault("CF-G004", what, "payload", hint))
    try:
        return kind.model_validate(dict(data))
    except ValidationError as error:
        faults = (
            _fault(dict(found), modality, kind.model_fields) for found in error.errors(include_url=False)
        )
        raise StageError(*faults) from None


def _fault(found: dict[str, Any], modality: str, known: Iterable[str]) -> Fault:
    path = ".".join(str(step) for step in found["loc"])
    match found["type"]:
        case "extra_forbidden":
            return Fault("CF-G004", f"unknown key `{path}`", f"payload {modality}", nearest(path, known))
        case "missing":
            return Fault("CF-G004", f"key `{path}` is missing", f"payload {modality}", "add it")
        case "value_error" if not path:
            return Fault("CF-G004", str(found["ctx"]["error"]), f"payload {modality}")
    what = f"`{path}`: {found['msg'][:1].lower()}{found['msg'][1:]}, found `{str(found['input'])[:60]}`"
    return Fault("CF-G004", what, f"payload {modality}")
