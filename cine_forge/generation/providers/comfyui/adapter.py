"""The dialect of a ComfyUI server: a graph is queued under an id of ours, and its history tells the end.

Facts: measured against ComfyUI 0.3.64; what later releases ask for is from the sources of 0.38.1. The same id
twice runs twice, so it is looked up before it is sent again. An id must be a UUID in small letters
(`validate_job_id` in `comfy_execution/jobs.py`), so ours is told as the one that is made of it. A job that
stands in neither queue nor history is gone with the server that had it: nothing was charged and it may be
asked for again. Videos stand under `images`.

A graph that the server has made before comes from its cache: the same file is told again, or none at all
(releases before July 2026, ComfyUI pull request 14939); an earlier job of the same graph tells it then.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode
from uuid import NAMESPACE_URL, uuid5

from cine_forge.generation.providers.call import Answer, Call, Part
from cine_forge.generation.providers.capabilities import Capabilities
from cine_forge.generation.providers.comfyui.graph import Template, filled, graph_name, read_templates
from cine_forge.generation.providers.comfyui.node_book import faults_of
from cine_forge.generation.providers.opening import Opening
from cine_forge.generation.providers.provider import PollOutcome, Sought, Submission, SubmitOutcome, Uploaded
from cine_forge.generation.providers.remote import Remote
from cine_forge.generation.providers.trouble import Trouble

_FOLDER = "cine-forge"
_WAY = re.compile(
    r"""(?<=['"])([A-Za-z]:)?[\\/][^'"]*[\\/]"""  # in quotes it may hold spaces
    r"""|(?<![^\s(=:,])([A-Za-z]:)?[\\/]([^\\/\s'"]+[\\/])+"""
)
"""The folders of a file on the server, up to its name."""
_RECENT = {"max_items": "200"}
"""How far back an earlier job of the same graph is looked for."""
_LAST = {"last": "1"}
"""Marks the second look into the history: a job may end between the first and the queue."""


def open_provider(opening: Opening, capabilities: Capabilities) -> Remote:
    """Return the server, with our graphs and those of the folders that the project has of its own."""
    own = [folder / capabilities.name / "graphs" for folder in opening.folders]
    templates = read_templates([*own, Path(__file__).parent / "graphs"])
    return Remote(opening, capabilities, ComfyUi(templates))


class ComfyUi:
    """The server's protocol. It asks for no key."""

    def __init__(self, templates: Mapping[str, Template]) -> None:
        self._templates = templates

    def signed(self, call: Call, keys: Mapping[str, str], now: datetime) -> Mapping[str, str]:
        """Prove nothing: the server has no keys."""
        return {}

    def check(self, submission: Submission) -> Call:
        """Ask which nodes there are."""
        return Call("GET", "/object_info")

    def checked(self, answer: Answer, submission: Submission) -> SubmitOutcome | None:
        """Refuse a graph that the server's own nodes do not allow, and name each node and input."""
        if not answer.is_good:
            return None
        if not isinstance(answer.data, dict):
            error = "the server did not say which nodes it has"
            return SubmitOutcome("refused", error=error, trouble=Trouble.UNREACHED)
        faults = faults_of(filled(submission, self._templates), answer.data)
        if not faults:
            return None
        error = f"graph `{graph_name(submission)}`: {'; '.join(faults)}"
        return SubmitOutcome("refused", error=error, trouble=Trouble.REJECTED)

    def submit(self, submission: Submission) -> Call:
        """Queue the graph under our own id."""
        graph = filled(submission, self._templates)
        own = submission.own_id
        return Call("POST", "/prompt", body={"prompt": graph, "prompt_id": job_of(own), "client_id": own})

    def submitted(self, answer: Answer, submission: Submission) -> SubmitOutcome | None:
        """Take the id that it runs under; a server that is older than ours chooses its own.

        A graph of which only some results can be made is queued for those: what it makes is not what was
        asked for, and is left there.
        """
        name = answer.text_at("prompt_id") if answer.is_good else None
        if name and answer.at("node_errors"):
            error = f"it would make only a part of the graph: {self.complaint(answer)}"
            return SubmitOutcome("refused", error=error, trouble=Trouble.REJECTED)
        return SubmitOutcome("submitted", provider_id=name) if name else None

    def poll(self, provider_id: str) -> Call:
        """Look into the history first."""
        return _history(provider_id)

    def polled(self, answer: Answer, provider_id: str) -> PollOutcome | Call | None:
        """Read the history, else the queue, else the history once more; then it is lost."""
        place = _place_of(answer)
        if place is None or not isinstance(answer.data, dict):
            return None
        if place == "queue":
            queued = _is_queued(answer, provider_id)
            return PollOutcome("running") if queued else _history(provider_id, last=True)
        entry = answer.data.get(provider_id)
        if place == "whole history":
            return _earlier(answer.data, provider_id)
        if isinstance(entry, dict):
            return _ended(entry)
        if place == "history":
            return Call("GET", "/queue")
        error = "the server knows nothing of it any more: it was cancelled there, or the server started anew"
        return PollOutcome("failed", error=error, trouble=Trouble.LOST, cost_micro_usd=0)

    def find(self, sought: Sought) -> Call:
        """Look for our own id."""
        return _history(job_of(sought.own_id))

    def found(self, answer: Answer, sought: Sought) -> str | Call | None:
        """Go through history, queue and history; an answer that is none of them is asked for again."""
        place, job = _place_of(answer), job_of(sought.own_id)
        if place is None or not isinstance(answer.data, dict):
            return _history(job)
        if place == "queue":
            return job if _is_queued(answer, job) else _history(job, last=True)
        if isinstance(answer.data.get(job), dict):
            return job
        return Call("GET", "/queue") if place == "history" else None

    def trouble(self, answer: Answer) -> Trouble | None:
        """Say that a graph which it does not take is at fault, whatever is in it."""
        return Trouble.REJECTED if answer.status == 400 else None

    def complaint(self, answer: Answer) -> str | None:
        """Return each node with what it complains of."""
        errors = answer.at("node_errors")
        told = [
            f"node {name}: {why}" for name, why in _complaints(errors if isinstance(errors, dict) else {})
        ]
        message, details = answer.text_at("error", "message"), answer.text_at("error", "details")
        return "; ".join(told) or " ".join(part for part in (message, details) if part) or None

    def upload(self, file: Path, media_type: str, sha256: str) -> Call:
        """Bring a file under the name of its bytes, so that the same one is never there twice."""
        name = f"{sha256[:32]}{file.suffix}"
        told = {"type": b"input", "subfolder": _FOLDER.encode(), "overwrite": b"true"}
        parts = [Part(key, value) for key, value in told.items()]
        return Call(
            "POST", "/upload/image", form=(Part("image", file.read_bytes(), name, media_type), *parts)
        )

    def uploaded(self, answer: Answer, file: Path, media_type: str) -> Uploaded | None:
        """Return its name there. The folder is nobody's archive: it is believed for one process only."""
        name, folder = answer.text_at("name"), answer.at("subfolder")
        if not (answer.is_good and name):
            return None
        return Uploaded(f"{folder}/{name}?type=input" if folder else f"{name}?type=input", None)

    def cancel(self, provider_id: str) -> tuple[Call, ...]:
        """Take it out of the queue, then interrupt it if it is what runs."""
        return (
            Call("POST", "/queue", body={"delete": [provider_id]}),
            Call("POST", "/interrupt", body={"prompt_id": provider_id}),
        )


def job_of(own_id: str) -> str:
    """Return the name under which the server holds what we call `own_id`: always the same UUID."""
    return str(uuid5(NAMESPACE_URL, f"cine-forge:{own_id}"))


def _history(name: str, *, last: bool = False) -> Call:
    return Call("GET", f"/history/{quote(name, safe='')}", query=_LAST if last else {})


def _place_of(answer: Answer) -> str | None:
    """Return which of the four questions a good answer is to."""
    if answer.call is None or not answer.is_good:
        return None
    if answer.call.path == "/queue":
        shaped = all(isinstance(answer.at(key), list) for key in ("queue_running", "queue_pending"))
        return "queue" if shaped else None
    if answer.call.path == "/history":
        return "whole history"
    return "history again" if answer.call.query else "history"


def _is_queued(answer: Answer, name: str) -> bool:
    rows = [*answer.at("queue_running"), *answer.at("queue_pending")]
    return any(isinstance(row, list) and len(row) > 1 and row[1] == name for row in rows)


def _ended(entry: Mapping[str, Any]) -> PollOutcome | Call:
    """Read an entry of the history, which is there only when the job has ended."""
    status = entry.get("status") or {}
    if status.get("status_str") == "error":
        return _failed(status.get("messages") or [])
    cached = _cached(status.get("messages") or [])
    for name, file in _files(entry.get("outputs") or {}):
        return _made(file, cached=name in cached)
    if cached:
        return Call("GET", "/history", query=_RECENT)
    error = "the graph ended and saved nothing"
    return PollOutcome("failed", error=error, trouble=Trouble.EMPTY, cost_micro_usd=0)


def _earlier(history: Mapping[str, Any], name: str) -> PollOutcome:
    """Find what the newest earlier job of the same graph made; the history is in the order of time."""
    graph = _graph_of(history.get(name))
    others = [entry for job, entry in history.items() if job != name and graph is not None]
    for entry in reversed(others):
        if _graph_of(entry) == graph:
            for _, file in _files(entry.get("outputs") or {}):
                return _made(file, cached=True)
    error = (
        "all of it came from the server's cache, and no earlier job of its history tells the file: "
        "another attempt has another seed, or free the server's cache"
    )
    return PollOutcome("failed", error=error, trouble=Trouble.EMPTY, cost_micro_usd=0)


def _made(file: Mapping[str, Any], *, cached: bool) -> PollOutcome:
    query = {key: str(file.get(key) or "") for key in ("filename", "subfolder", "type")}
    url = f"/view?{urlencode(query)}"
    return PollOutcome("succeeded", output_url=url, cost_micro_usd=0, cached=cached)


def _graph_of(entry: Any) -> Any:
    """Return the graph that an entry of the history was made by, or None where it does not say."""
    row = entry.get("prompt") if isinstance(entry, dict) else None
    return row[2] if isinstance(row, list) and len(row) > 2 and row[2] else None


def _cached(messages: list[Any]) -> frozenset[str]:
    """Return the nodes that were not run, since the server had what they make."""
    told = [one[1] for one in messages if isinstance(one, list) and one[:1] == ["execution_cached"]]
    nodes = [node for facts in told if isinstance(facts, dict) for node in facts.get("nodes") or ()]
    return frozenset(map(str, nodes))


def _files(outputs: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield what was saved, in the order of the nodes; previews are `temp` and are no result."""
    for name, node in outputs.items():
        for files in node.values() if isinstance(node, dict) else ():
            for file in files if isinstance(files, list) else ():
                if isinstance(file, dict) and file.get("filename") and file.get("type") == "output":
                    yield name, file


def _failed(messages: list[Any]) -> PollOutcome:
    """Say at which node it failed; the server's own folders, in the message and its stack, stay there."""
    for message in messages:
        kind, facts = message if isinstance(message, list) and len(message) == 2 else (None, {})
        where = f"node {facts.get('node_id')} ({facts.get('node_type')})" if isinstance(facts, dict) else ""
        if kind == "execution_interrupted":
            error = f"it was interrupted at {where}"
            return PollOutcome("failed", error=error, trouble=Trouble.UNFINISHED, cost_micro_usd=0)
        if kind == "execution_error":
            told = _WAY.sub("", str(facts.get("exception_message") or "").strip().partition("\n")[0][:2000])[
                :200
            ]
            error = f"{where}: {facts.get('exception_type')}: {told}"
            return PollOutcome("failed", error=error, trouble=Trouble.FAULTY, cost_micro_usd=0)
    error = "the graph failed and the server did not say why"
    return PollOutcome("failed", error=error, trouble=Trouble.FAULTY, cost_micro_usd=0)


def _complaints(errors: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, node in errors.items():
        for error in node.get("errors") or () if isinstance(node, dict) else ():
            yield f"{name} ({node.get('class_type')})", f"{error.get('message')}: {error.get('details')}"
