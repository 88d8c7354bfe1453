"""The embedded provider: renders on this machine, at once, for nothing.

It is synchronous: a submit returns with the result. Rendering happens in worker processes, so that the
driver's threads are never held by it; with `workers=0` it happens in the caller's thread. An
interrupted render is simply done again (`idempotency: repeatable`).
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import threading
from concurrent.futures import CancelledError, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from cine_forge.generation.payloads import (
    JudgedClip,
    JudgedStill,
    LipsyncPayload,
    MultiShotPayload,
    TextPayload,
)
from cine_forge.generation.providers.capabilities import Capabilities
from cine_forge.generation.providers.local.judge import judge
from cine_forge.generation.providers.local.render import Rendered, begin_worker, render
from cine_forge.generation.providers.opening import Opening
from cine_forge.generation.providers.provider import PollOutcome, Sought, Submission, SubmitOutcome
from cine_forge.kernel.ground.errors import Fault, StageError


class LocalProvider:
    """Renders into a folder of its own; what is downloaded leaves it."""

    def __init__(self, opening: Opening, capabilities: Capabilities) -> None:
        self.capabilities = capabilities
        self._folder = opening.workspace
        self._workers = (os.cpu_count() or 1) if opening.workers is None else opening.workers
        self._pool: ProcessPoolExecutor | None = None
        self._lock = threading.Lock()

    def submit(self, submission: Submission) -> SubmitOutcome:
        """Render and return the result. Raises StageError CF-G032 when a worker process died."""
        payload, target = submission.payload, self._file(submission.own_id)
        self._folder.mkdir(parents=True, exist_ok=True)
        match payload:
            case JudgedStill() | JudgedClip():
                refused = judge(payload, submission.files, target)
                if refused:
                    return SubmitOutcome("refused", error=refused)
            case TextPayload() | LipsyncPayload() | MultiShotPayload():
                error = f"the embedded provider makes no `{payload.modality}`"
                return SubmitOutcome("refused", error=error)
            case _:
                self._render(payload, submission.attempt, target)
        done = PollOutcome("succeeded", cost_micro_usd=0)
        return SubmitOutcome("submitted", provider_id=submission.own_id, finished=done)

    def poll(self, provider_id: str) -> PollOutcome:
        """Return whether the render is still here; it never runs on after a submit."""
        if self._file(provider_id).exists():
            return PollOutcome("succeeded", cost_micro_usd=0)
        return PollOutcome("failed", cost_micro_usd=0, error="the render is no longer here")

    def download(self, provider_id: str, outcome: PollOutcome, target: Path) -> None:
        """Move the render to `target`. Raises StageError CF-G032 when it is no longer here."""
        try:
            shutil.move(self._file(provider_id), target)
        except FileNotFoundError:
            what = f"the render of `{provider_id}` is no longer here"
            hint = "run again: it is drawn anew"
            raise StageError(Fault("CF-G032", what, hint=hint), transient=True) from None

    def find(self, sought: Sought) -> str | None:
        """Return the id of a render that is still here."""
        return sought.own_id if self._file(sought.own_id).exists() else None

    def close(self) -> None:
        """End the worker processes."""
        with self._lock:
            if self._pool is not None:
                self._pool.shutdown(cancel_futures=True)
                self._pool = None

    def _file(self, own_id: str) -> Path:
        return self._folder / own_id

    def _render(self, payload: Rendered, attempt: int, target: Path) -> None:
        if self._workers == 0:
            return render(payload, attempt, target)
        pool = self._started()
        try:
            return pool.submit(render, payload, attempt, target).result()
        except (BrokenProcessPool, CancelledError):
            self._discard(pool)
            what = "a worker process of the embedded provider died while it drew"
            hint = "run again; if it repeats, free memory or use `--jobs 1`"
            raise StageError(Fault("CF-G032", what, payload.entity, hint), transient=True) from None

    def _started(self) -> ProcessPoolExecutor:
        with self._lock:
            if self._pool is None:
                spawn = multiprocessing.get_context("spawn")
                self._pool = ProcessPoolExecutor(
                    self._workers, mp_context=spawn, initializer=begin_worker, initargs=(os.getpid(),)
                )
            return self._pool

    def _discard(self, broken: ProcessPoolExecutor) -> None:
        with self._lock:
            if self._pool is broken:
                self._pool = None
        broken.shutdown(wait=False)


def open_provider(opening: Opening, capabilities: Capabilities) -> LocalProvider:
    """Open the embedded provider; its processes start with the first render."""
    return LocalProvider(opening, capabilities)
