"""The remote provider: a vendor over the network, spoken to in its dialect.

It sends each call once, and decides what a broken line or a bare status means: nothing that may have arrived
is ever called refused. What comes with the answer itself is written down before anything else happens, so
that a process that dies over it loses nothing that was paid for.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from cine_forge.generation.providers.call import Answer, Call
from cine_forge.generation.providers.capabilities import Capabilities
from cine_forge.generation.providers.dialect import (
    Cancelling,
    Checking,
    Delivered,
    Dialect,
    Elsewhere,
    Uploading,
)
from cine_forge.generation.providers.line import Line
from cine_forge.generation.providers.opening import Opening
from cine_forge.generation.providers.provider import (
    PollOutcome,
    Sought,
    Submission,
    SubmitOutcome,
    Uploaded,
    Usage,
)
from cine_forge.generation.providers.quote import Quote, Quoting
from cine_forge.generation.providers.trouble import Trouble
from cine_forge.kernel.ground.errors import Fault, StageError
from cine_forge.kernel.ground.files import fsync_folder, replace_atomically
from cine_forge.wire.client import Broken
from cine_forge.wire.download import Unfetched

_GONE = 404
_PLAIN = re.compile(r"[A-Za-z0-9_-]{1,120}")
_MOST_STEPS = 8
_MOST_FETCHES = 3
_UNTOLD: Mapping[str, Any] = {"cost_micro_usd": None, "usage": None}


class Remote:
    """One vendor, opened. Safe for threads; it keeps files only in its workspace."""

    def __init__(self, opening: Opening, capabilities: Capabilities, dialect: Dialect) -> None:
        self.capabilities = capabilities
        self._workspace = opening.workspace
        self._clock = opening.clock
        self._dialect = dialect
        self._line = Line(opening, capabilities, dialect)

    def submit(self, submission: Submission) -> SubmitOutcome:
        """Buy, once. What this vendor cannot be asked for at all is refused, and nothing is sent."""
        try:
            call = self._dialect.submit(submission)
            doubt = self._doubt(submission)
            if doubt is not None:
                return doubt
            answer = self._line.send(call)
        except StageError as error:
            return SubmitOutcome("refused", error=error.faults[0].what, trouble=Trouble.REJECTED)
        except Broken as error:
            return _unsubmitted(error)
        read = self._dialect.submitted(answer, submission)
        match read:
            case Delivered():
                return self._kept(submission.own_id, read)
            case Elsewhere():
                return self._fetched_at_once(submission.own_id, read)
            case SubmitOutcome():
                return replace(read, error=self._line.clean(read.error))
        return self._by_status(answer)

    def poll(self, provider_id: str) -> PollOutcome:
        """Ask how it stands. Whatever the line or the status says, only the vendor's word ends it."""
        kept = self._read(provider_id)
        if kept is not None:
            return _outcome(kept)
        step: Call | PollOutcome | Delivered | None = self._dialect.poll(provider_id)
        if step is None:
            error = "the answer is no longer here"
            return PollOutcome("failed", error=error, trouble=Trouble.LOST, billed=True)
        for _ in range(_MOST_STEPS):
            if not isinstance(step, Call):
                break
            try:
                answer = self._line.send(step)
            except Broken as error:
                return PollOutcome("running", error=error.why)
            step = self._dialect.polled(answer, provider_id)
            if step is None:
                told = self._line.complaint(answer)
                return PollOutcome("running", error=told, wait_s=self._line.wait_s(answer))
        match step:
            case Delivered():
                return self._kept(provider_id, step).finished or PollOutcome("running")
            case PollOutcome():
                return replace(step, error=self._line.clean(step.error))
        return PollOutcome("running", error="the vendor has more and more to be asked")

    def download(self, provider_id: str, outcome: PollOutcome, target: Path) -> None:
        """Write the whole result. A URL that has expired is asked for anew, once.

        Raises StageError CF-G032: transient where asking again may help, and final where the vendor's word
        points to a place that may not be reached, or to nothing.
        """
        content = self._content(provider_id)
        if content.is_file():
            shutil.copyfile(content, target)
            return
        if outcome.state == "running":  # it was done before: the vendor could not be asked now
            raise self._unfetched(provider_id, Unfetched("broken", outcome.error or "it is not told where"))
        try:
            self._line.fetch(outcome.output_url, target)
        except Unfetched as error:
            fresh = self.poll(provider_id) if error.kind == "gone" else outcome
            if fresh.output_url in (None, outcome.output_url):
                raise self._unfetched(provider_id, error) from None
            self._fetch_fresh(provider_id, fresh, target)

    def find(self, sought: Sought) -> str | None:
        """Look for a lost submit. Raises StageError CF-G035 when the vendor could not be asked."""
        if self._read(sought.own_id) is not None:
            return sought.own_id
        step: Call | str | None = self._dialect.find(sought)
        for _ in range(_MOST_STEPS):
            if not isinstance(step, Call):
                return step
            try:
                answer = self._line.send(step)
            except Broken as error:
                raise self._unasked(sought.own_id, error.why) from None
            if not self._is_told(answer):
                raise self._unasked(sought.own_id, self._line.complaint(answer))
            step = self._dialect.found(answer, sought)
        raise self._unasked(sought.own_id, "the vendor has more and more to be asked")

    def upload(self, file: Path, media_type: str, sha256: str) -> Uploaded:
        """Bring a reference to the vendor. Raises StageError CF-G036, transient where it may pass."""
        if not isinstance(self._dialect, Uploading):
            raise StageError(Fault("CF-G036", f"`{self.capabilities.name}` takes no uploads", file.name))
        step: Call | Uploaded | None = self._dialect.upload(file, media_type, sha256)
        for _ in range(_MOST_STEPS):
            if not isinstance(step, Call):
                break
            try:
                answer = self._line.send(step)
            except Broken as error:
                raise self._unuploaded(file, error.why, transient=True) from None
            step = self._dialect.uploaded(answer, file, media_type)
            if step is None:
                passing = self._line.trouble(answer) in (Trouble.THROTTLED, Trouble.LOST)
                raise self._unuploaded(file, self._line.complaint(answer), transient=passing)
        if isinstance(step, Uploaded):
            return step
        raise self._unuploaded(file, "the vendor asked for more and more", transient=False)

    def cancel(self, provider_id: str) -> bool:
        """Ask the vendor to stop; return whether the request arrived. What was made is still settled."""
        if not isinstance(self._dialect, Cancelling):
            return False
        try:
            step = self._dialect.cancel(provider_id)
            calls = step if isinstance(step, tuple) else (step,)
            return all(self._line.send(call).is_good for call in calls)
        except (Broken, StageError):
            return False

    def quotes(self, endpoints: Sequence[str]) -> tuple[Quote, ...]:
        """Ask what these cost today; none where the vendor tells no prices. Raises StageError CF-G105."""
        if not isinstance(self._dialect, Quoting):
            return ()
        found: list[Quote] = []
        for call in self._dialect.prices(endpoints):
            try:
                answer = self._line.send(call)
            except Broken as error:
                raise self._unquoted(error.why) from None
            told = self._dialect.priced(answer)
            if told is None:
                raise self._unquoted(self._line.complaint(answer))
            found += told
        return tuple(found)

    def close(self) -> None:
        """Hold nothing."""

    def _doubt(self, submission: Submission) -> SubmitOutcome | None:
        """Return why the vendor would not take it, where it can be asked that before anything is bought."""
        if not isinstance(self._dialect, Checking):
            return None
        try:
            answer = self._line.send(self._dialect.check(submission))
        except Broken as error:
            return SubmitOutcome("refused", error=error.why, trouble=Trouble.UNREACHED)
        doubt = self._dialect.checked(answer, submission)
        if isinstance(doubt, SubmitOutcome):
            return replace(doubt, error=self._line.clean(doubt.error))
        if doubt == "go on" or answer.is_good:
            return None
        trouble, error_told = self._line.trouble(answer), self._line.complaint(answer)
        passing = Trouble.UNREACHED if trouble in (None, Trouble.LOST) else trouble
        return SubmitOutcome("refused", error=error_told, trouble=passing, wait_s=self._line.wait_s(answer))

    def _is_told(self, answer: Answer) -> bool:
        """Say whether an answer can mean that there is nothing: no error of the vendor's ever does.

        Only a vendor that is asked by our own id says by 404 that it does not know it: a list is there.
        """
        good = answer.is_good and self._line.trouble(answer) is None
        unknown = answer.status == _GONE and self.capabilities.idempotency == "key"
        return answer.data is not None and (good or unknown)

    def _by_status(self, answer: Answer) -> SubmitOutcome:
        """Judge a submit by its status alone; a good one in words that nobody knows is unknown."""
        trouble, error = self._line.trouble(answer), self._line.complaint(answer)
        if trouble is None or trouble in (Trouble.LOST, Trouble.UNREADABLE):
            return SubmitOutcome("unknown", error=error, trouble=trouble or Trouble.UNREADABLE)
        return SubmitOutcome("refused", error=error, trouble=trouble, wait_s=self._line.wait_s(answer))

    def _kept(self, own_id: str, delivered: Delivered) -> SubmitOutcome:
        """Write down what came: its content first, which is what was paid for."""
        self._workspace.mkdir(parents=True, exist_ok=True)
        replace_atomically(self._content(own_id), delivered.content)
        return self._told(own_id, delivered.cost_micro_usd, delivered.usage)

    def _told(self, own_id: str, cost_micro_usd: int | None, usage: Usage | None) -> SubmitOutcome:
        counted = [usage.input_tokens, usage.output_tokens] if usage else None
        told = {"cost_micro_usd": cost_micro_usd, "usage": counted}
        replace_atomically(self._facts(own_id), json.dumps(told).encode())
        return SubmitOutcome("submitted", provider_id=own_id, finished=_outcome(told))

    def _fetched_at_once(self, own_id: str, ready: Elsewhere) -> SubmitOutcome:
        """Bring a result home before anybody is told of it: its URL holds a signature and is kept nowhere."""
        self._workspace.mkdir(parents=True, exist_ok=True)
        part = self._content(own_id).with_suffix(".part")
        try:
            self._fetch_patiently(ready.url, part)
        except Unfetched as error:
            lost = PollOutcome(
                "failed", error=error.why, trouble=Trouble.LOST, cost_micro_usd=ready.cost_micro_usd,
                usage=ready.usage, billed=True,
            )  # fmt: skip
            return SubmitOutcome("submitted", provider_id=own_id, finished=lost)
        part.replace(self._content(own_id))
        fsync_folder(self._workspace)
        return self._told(own_id, ready.cost_micro_usd, ready.usage)

    def _fetch_patiently(self, url: str, part: Path) -> None:
        """Fetch what nobody can ask for again: a line that breaks is tried a few times. Raises Unfetched."""
        for left in reversed(range(_MOST_FETCHES)):
            part.unlink(missing_ok=True)
            try:
                self._line.fetch(url, part)
            except Unfetched as error:
                if error.kind != "broken" or not left:
                    raise
            else:
                return

    def _fetch_fresh(self, provider_id: str, fresh: PollOutcome, target: Path) -> None:
        target.unlink(missing_ok=True)
        try:
            self._line.fetch(fresh.output_url, target)
        except Unfetched as error:
            raise self._unfetched(provider_id, error) from None

    def _unfetched(self, provider_id: str, error: Unfetched) -> StageError:
        what = f"the result of `{provider_id}` at `{self.capabilities.name}` did not come: {error.why}"
        hint = "nothing is bought again: `cine-forge providers recover` tries once more"
        return StageError(
            Fault("CF-G032", what, hint=hint), transient=error.kind in ("broken", "slow", "gone")
        )

    def _unasked(self, own_id: str, why: str) -> StageError:
        what = f"`{self.capabilities.name}` could not be asked for `{own_id}`: {why}"
        hint = "nothing was sent again; `cine-forge providers recover` asks once more"
        return StageError(Fault("CF-G035", what, hint=hint), transient=True)

    def _unquoted(self, why: str) -> StageError:
        what = f"`{self.capabilities.name}` did not tell its prices: {why}"
        hint = "nothing was bought; ask again, or look at its own page of prices"
        return StageError(Fault("CF-G105", what, hint=hint), transient=True)

    def _unuploaded(self, file: Path, why: str, *, transient: bool) -> StageError:
        what = f"`{self.capabilities.name}` did not take the reference: {why}"
        return StageError(Fault("CF-G036", what, file.name, "nothing was bought"), transient=transient)

    def _read(self, own_id: str) -> Mapping[str, Any] | None:
        """Return what is known of a result that came with an answer, or None when there is none.

        A process that died between the two leaves its content, and nobody knows then what it cost.
        """
        try:
            told: dict[str, Any] = json.loads(self._facts(own_id).read_bytes())
        except (OSError, ValueError):
            return _UNTOLD if self._content(own_id).is_file() else None
        return told

    def _content(self, own_id: str) -> Path:
        return self._workspace / f"{_file_name(own_id)}.content"

    def _facts(self, own_id: str) -> Path:
        return self._workspace / f"{_file_name(own_id)}.json"


def _file_name(own_id: str) -> str:
    """Return a name for files, another for each id: a vendor's may hold anything."""
    if _PLAIN.fullmatch(own_id):
        return own_id
    return f"id.{sha256(own_id.encode(errors='surrogatepass')).hexdigest()}"


def _outcome(told: Mapping[str, Any]) -> PollOutcome:
    usage = Usage(*told["usage"]) if told["usage"] else None
    return PollOutcome("succeeded", cost_micro_usd=told["cost_micro_usd"], usage=usage)


def _unsubmitted(error: Broken) -> SubmitOutcome:
    if error.kind == "unsent":
        return SubmitOutcome("refused", error=error.why, trouble=Trouble.UNREACHED)
    return SubmitOutcome("unknown", error=error.why, trouble=Trouble.LOST)
