"""A context for tests of modules: plain data in, a door that makes small real files, nothing else."""

from __future__ import annotations

import wave
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from cine_forge.generation.payloads import read_payload
from cine_forge.kernel.artifacts.records.envelope import Draft, MediaFile, content_digest
from cine_forge.kernel.ground.hashing import digest_of, digest_of_file
from cine_forge.kernel.stages.contract import Given

Maker = Callable[[Mapping[str, Any], Path], None]


def draw_still(payload: Mapping[str, Any], path: Path) -> None:
    """Draw a picture with some contrast, of the size asked for."""
    picture = Image.new("RGB", (payload["width"], payload["height"]), "#ddddcc")
    ImageDraw.Draw(picture).ellipse((10, 10, payload["width"] // 2, payload["height"] // 2), fill="#203040")
    picture.save(path, format="PNG")


def write_sound(payload: Mapping[str, Any], path: Path) -> None:
    """Write a file that stands for a clip; a fake probe says what it holds."""
    with wave.open(str(path), "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(str(payload["seed"]).encode())


@dataclass
class FakeContext:
    """The context of one unit. `sent` and `announced` are what the module did."""

    root: Path
    entity: str = "ep001"
    facts: Mapping[str, Any] = field(default_factory=dict)
    decisions: tuple[Mapping[str, Any], ...] = ()
    past: dict[tuple[str, str], Given] = field(default_factory=dict)
    makers: Mapping[str, Maker] = field(
        default_factory=lambda: {"image_t2i": draw_still, "video_i2v": write_sound}
    )
    cost_micro_usd: int = 1000
    sent: list[Mapping[str, Any]] = field(default_factory=list)
    announced: list[Draft] = field(default_factory=list)
    run_id: str = "run"
    stage_id: str = "stage"
    seed: int = 7
    role: str | None = None
    takes: int = 0
    model: str = "local-clip"
    conceded: list[Mapping[str, Any]] = field(default_factory=list)

    def history(self, artifact_type: str, entity: str) -> Given | None:
        return self.past.get((artifact_type, entity))

    def dispatch(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        self.sent.append(request)
        payload = read_payload(request["payload"]).model_dump(mode="json")
        receipt = digest_of([payload, request.get("attempt", 1)])[:12]
        offer = {"receipt": receipt, "provider": "local", "model": self.model}
        if request["act"] == "agree":
            return {**offer, "payload": payload, "conceded": self.conceded}
        if request["act"] == "prepare":
            return {**offer, "routing_reason": "primary", "est_cost_micro_usd": 1000, "est_seconds": 1.0}
        made = self._made(payload, receipt, take_owner=request.get("take_owner"))
        made["result"]["metadata"] = {"inputs_snapshot": request.get("inputs_snapshot")}
        return offer | made

    def _made(self, payload: Mapping[str, Any], receipt: str, *, take_owner: str | None) -> dict[str, Any]:
        video = payload["modality"] == "video_i2v"
        path = self.root / f"receipts-{receipt}{'.mp4' if video else '.png'}"
        self.makers[payload["modality"]](payload, path)
        self.takes += bool(take_owner)
        measured = {"fps": payload["fps"], "frames": payload["frames"], "seconds": 1.0} if video else {}
        return {
            "result": {"id": receipt, "success": True, "error": None, "output_path": path.name},
            "cost_micro_usd": self.cost_micro_usd,
            "take": self.takes if take_owner else None,
            "sha256": digest_of_file(path),
            "path": str(path),
            "width": payload["width"],
            "height": payload["height"],
            **measured,
        }

    def announce(self, draft: Draft) -> str:
        self.announced.append(draft)
        return f"{draft.output}/{draft.entity}@v1"

    def progress(self, done: int, total: int) -> None:
        """Take no notice."""

    def log(self, message: str, **values: Any) -> None:
        """Take no notice."""

    def scratch(self) -> Path:
        folder = self.root / "scratch"
        folder.mkdir(exist_ok=True)
        return folder


def kept(draft: Draft, root: Path, schema: str) -> Given:
    """Keep a draft as the store would and return it as the input of the next module."""
    files = tuple(_kept_file(media.path, media.name, media.media_type, root) for media in draft.media)
    digest = content_digest(schema, draft.data, tuple((file.name, file.sha256) for file in files))
    kind = schema.partition("@")[0]
    return Given(f"{kind}/{draft.entity}@v1", digest, draft.entity, draft.data, files, root)


def given(schema: str, entity: str, data: Mapping[str, Any], root: Path) -> Given:
    """Return plain data as an input."""
    kind = schema.partition("@")[0]
    return Given(f"{kind}/{entity}@v1", content_digest(schema, dict(data), ()), entity, data, (), root)


def _kept_file(path: Path, name: str, media_type: str, root: Path) -> MediaFile:
    folder = root / "artifacts"
    folder.mkdir(exist_ok=True)
    target = folder / f"{digest_of([str(path), name])[:8]}.{name}"
    target.write_bytes(path.read_bytes())
    relative = target.relative_to(root).as_posix()
    return MediaFile(
        name=name,
        path=relative,
        sha256=digest_of_file(target),
        bytes=target.stat().st_size,
        media_type=media_type,
    )
