"""Kept outputs: a result is brought home once, and once more where what was kept is damaged or gone.

The walk of an order calls it; who makes the result and what it costs is not known here. What is damaged is
never deleted: it stays beside the whole one as `damaged-1.png` and so on.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path

from cine_forge.generation.dispatch.output import kept_output, measure, unpacked
from cine_forge.generation.money.receipt import Output, Receipt, receipt_folder
from cine_forge.generation.payloads import AnyPayload
from cine_forge.kernel.artifacts.keeping.kept_file import checked_file
from cine_forge.kernel.ground.errors import Fault, IntegrityError
from cine_forge.kernel.ground.files import fsync_folder, publish_file_once

Fetch = Callable[[Path], None]
"""Writes the whole result to a path at which nothing is."""


_PART = ".part-output"


class KeptOutputs:
    """The outputs of one project's receipts. The caller holds the receipt."""

    def __init__(self, project: Path) -> None:
        self._project = project

    def bring(self, receipt: Receipt, payload: AnyPayload, fetch: Fetch) -> Output | Fault:
        """Fetch, check and keep a result. One that was kept before its walk was cut is kept as it is."""
        folder = receipt_folder(self._project, receipt.id)
        (folder / _PART).unlink(missing_ok=True)
        kept = kept_output(folder, payload)
        found = measure(kept, kept_as=self._name(kept)) if kept else self._fetched(receipt, payload, fetch)
        if isinstance(found, Fault):  # fetching again costs nothing; the result may only have been cut
            found = self._fetched(receipt, payload, fetch)
        return found

    def is_whole(self, receipt: Receipt) -> bool:
        """Return whether the output of a receipt lies there as it came; one without an output is whole."""
        output = receipt.output
        if output is None:
            return True
        try:
            checked_file(self._project / output.path, sha256=output.sha256, size=output.bytes)
        except IntegrityError:
            return False
        return True

    def restore(self, receipt: Receipt, payload: AnyPayload, fetch: Fetch) -> bool:
        """Fetch an output again that is not whole; return whether the same bytes came, and lie there now."""
        found = self._fetched(receipt, payload, fetch, only=receipt.output)
        return found == receipt.output

    def _fetched(
        self, receipt: Receipt, payload: AnyPayload, fetch: Fetch, *, only: Output | None = None
    ) -> Output | Fault:
        """Fetch and measure a result, and keep it unless it is none, or not the `only` one that is wanted."""
        folder = receipt_folder(self._project, receipt.id)
        part = folder / _PART
        part.unlink(missing_ok=True)
        fetch(part)
        final = folder / unpacked(part, payload)
        found = measure(part, kept_as=self._name(final))
        if isinstance(found, Output) and only in (None, found):
            part.chmod(0o444)
            _set_aside(kept_output(folder, payload))
            publish_file_once(part, final)
        part.unlink()
        return found

    def _name(self, path: Path) -> str:
        return str(path.relative_to(self._project))


def _set_aside(kept: Path | None) -> None:
    if kept is not None:
        places = (kept.with_name(f"damaged-{number}{kept.suffix}") for number in count(1))
        kept.rename(next(place for place in places if not place.exists()))
        fsync_folder(kept.parent)
