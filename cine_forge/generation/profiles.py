"""Profiles: what a model can take, as data. One YAML file per model in `configs/models/`.

The plan, the inspection and the prices read these; no model's limit stands in code. A price carries the
date it was read, since prices move.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from cine_forge.generation.action import Action
from cine_forge.generation.payloads import Modality
from cine_forge.kernel.ground.errors import Fault, ProjectError, listed, nearest
from cine_forge.kernel.ground.source import load_source, validate_model

Unit = Literal["characters", "utf16", "bytes", "words"]


_HALF_FRAME_S = 0.5 / 60
"""Of the fastest film there is, so that no frame is ever missing."""


class Declared(BaseModel):
    """A frozen part of a declaration that refuses unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class PromptLimit(Declared):
    """How long a prompt may be, in the vendor's own unit: an emoji is 2 in `utf16` and 4 in `bytes`.

    `most_negative` and `most_of_a_shot` are for vendors that allow less of these.
    """

    most: int = Field(gt=0)
    unit: Unit = "characters"
    most_negative: int | None = Field(None, gt=0)
    most_of_a_shot: int | None = Field(None, gt=0, description="where several shots come in one request")

    def most_for(self, name: str) -> int:
        """Return the limit of one of the texts of a payload, by what it is called."""
        if name == "prompt":
            return self.most
        return (self.most_negative if name == "negative_prompt" else self.most_of_a_shot) or self.most

    def length_of(self, prompt: str) -> int:
        """Return the prompt's length in this unit."""
        match self.unit:
            case "utf16":
                return len(prompt.encode("utf-16-le")) // 2
            case "bytes":
                return len(prompt.encode())
            case "words":
                return len(prompt.split())
        return len(prompt)


class Durations(Declared):
    """Which lengths a model makes, in seconds: a range, or only the listed ones."""

    least_s: float = Field(0.0, ge=0)
    most_s: float = Field(gt=0)
    only_s: tuple[float, ...] = ()

    def billed_s(self, seconds: float) -> float | None:
        """Return the length that would be made and billed for `seconds`, or None when none is enough.

        A length that is short by less than half a frame is enough: 120 frames at 24000/1001 play 5.005 s.
        """
        least = seconds - _HALF_FRAME_S
        if not self.only_s:
            return min(seconds, self.most_s) if self.least_s <= seconds and least <= self.most_s else None
        return min((length for length in self.only_s if length >= least), default=None)


class Sizes(Declared):
    """Which frame sizes a model makes, in pixels. No `aspect_ratios` means any."""

    least: int = Field(16, ge=1)
    most: int = Field(8192, ge=1)
    multiple_of: int = Field(1, ge=1)
    aspect_ratios: tuple[str, ...] = ()


Measure = Literal["dispatch", "second", "megapixel", "thousand_characters", "million_frame_tokens"]
"""What an amount is charged for, a part of one in proportion; only credits are rounded up to whole ones.

`dispatch`: once. `second`: each second that is billed, by the model's slots. `megapixel`: each million pixels
of a still. `thousand_characters`: of the prompt, in the unit of its limit. `million_frame_tokens`: width ×
height × frames / 1024 of a clip (Ark API reference, billing of video generation).
"""


MicroUsd = Annotated[int, Field(strict=True, ge=0, le=10**12)]
"""A price in micro-USD. No unit of anything costs a million dollars, and a slip of the hand is found here."""

Credits = Annotated[float, Field(ge=0, le=10**9)]
"""A price in a vendor's credits."""


class Rate(Declared):
    """What is charged when every condition holds; a condition that is not written holds always.

    `up_to_lines` is the shorter side of the picture in pixels (`720` is 720p), `up_to_s` the billed seconds.
    """

    up_to_lines: int | None = Field(None, gt=0)
    up_to_s: float | None = Field(None, gt=0)
    sound: bool | None = Field(None, description="with sound, or without")
    actions: tuple[Action, ...] = ()
    micro_usd: dict[Measure, MicroUsd] = {}
    credits: dict[Measure, Credits] = Field({}, description="the same in the vendor's credits")
    least_micro_usd: MicroUsd = Field(0, description="what one dispatch costs at least")
    per_million_counted_micro_usd: MicroUsd = Field(
        0,
        description="charged for the tokens that the vendor counts in the end, in place of what was reserved",
    )


class Price(Declared):
    """What it costs, in micro-USD, and when and where that was read.

    The flat amounts are charged always; to them is added the first of `rates` that fits. Where none fits the
    dearest is reserved, so that a gap in a table is no gift. `credit_micro_usd` is what one credit costs.
    """

    as_of: str = Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")
    source: str
    per_dispatch_micro_usd: MicroUsd = 0
    per_second_micro_usd: MicroUsd = 0
    per_million_input_tokens_micro_usd: MicroUsd = 0
    per_million_output_tokens_micro_usd: MicroUsd = 0
    credit_micro_usd: MicroUsd = 0
    makes_fps: float | None = Field(None, gt=0, description="a frame rate of the model's own, for its tokens")
    rates: tuple[Rate, ...] = ()

    @model_validator(mode="after")
    def _says_what_a_credit_costs(self) -> Price:
        if not self.credit_micro_usd and any(rate.credits for rate in self.rates):
            raise ValueError("a rate in credits needs `credit_micro_usd`, which is what one costs")
        return self


class Pace(Declared):
    """How long it takes, in seconds: at least, for each second played, for each million pixels drawn."""

    least_s: float = Field(0.0, ge=0)
    per_second_s: float = Field(0.0, ge=0)
    per_megapixel_s: float = Field(0.0, ge=0)


Spoken = Literal["text", "number", "seconds", "milliseconds", "seed", "list", "base64", "switch"]
"""How a part of a payload is said: `text` 5 as "5", `seconds` as "5s", `milliseconds` as 5000, `seed` brought
down to 31 bits, `list` even when it is one, `switch` yes as "on"."""


class Shape(Declared):
    """How one action of a model is asked of its vendor, as a table, so that a new model is no new code.

    `fields` maps a part of the payload to the vendor's key (dots lead inwards; lists of one key are joined),
    `fixed` is sent as it is, `spoken` says how a part is said where that is not plain, and `words` what the
    vendor calls a value of ours.
    """

    endpoint: str | None = Field(None, description="instead of the profile's")
    fields: dict[str, str] = Field(min_length=1)
    fixed: dict[str, Any] = {}
    spoken: dict[str, Spoken] = {}
    words: dict[str, dict[str, str]] = {}


class Profile(Declared):
    """One model. `actions` names the slots each action takes and how many pictures each may hold."""

    model: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]*$")
    description: str
    modality: Modality
    endpoint: str
    actions: dict[Action, dict[str, int]]
    exclusive: tuple[tuple[str, ...], ...] = Field((), description="slots that may not be filled together")
    prompt: PromptLimit
    sizes: Sizes
    durations: Durations | None = None
    sound: bool = False
    draws_blocking: bool = Field(False, description="draws a blocking or a subject and reads no prose")
    most_output_tokens: int | None = Field(None, gt=0, description="the longest answer of a language model")
    shapes: dict[Action, Shape] = Field({}, description="how each action is asked, where a table says it")
    camera_words: dict[str, str] = Field({}, description="what the model calls a movement of ours")
    price: Price
    pace: Pace

    @model_validator(mode="after")
    def _bounds_what_it_charges(self) -> Profile:
        if self.price.per_million_output_tokens_micro_usd and self.most_output_tokens is None:
            raise ValueError(
                "a price for output tokens needs `most_output_tokens`, which is what is reserved"
            )
        return self


def read_profiles(folders: Iterable[Path]) -> Mapping[str, Profile]:
    """Read every `*.yaml` of the folders; an earlier folder wins over a later one.

    Raises ProjectError CF-G043 with file and line, or when a file is not named after its model.
    """
    profiles: dict[str, Profile] = {}
    for folder in folders:
        for path in sorted(folder.glob("*.yaml")):
            profile = _read(path)
            profiles.setdefault(profile.model, profile)
    return profiles


def find_profile(profiles: Mapping[str, Profile], model: str) -> Profile:
    """Return the profile of a model. Raises ProjectError CF-G042 with the nearest name."""
    if model not in profiles:
        hint = nearest(model, profiles) or f"known: {listed(sorted(profiles))}"
        raise ProjectError(Fault("CF-G042", f"there is no profile of model `{model}`", hint=hint))
    return profiles[model]


def _read(path: Path) -> Profile:
    source = load_source(path)
    profile = validate_model(source, Profile, family=ProjectError, code="CF-G043")
    if profile.model != path.stem:
        what = f"the file is called `{path.stem}` and its model `{profile.model}`"
        raise ProjectError(source.fault("CF-G043", what, "model", hint="name the file after the model"))
    return profile
