"""What can go from a project, as sentences and as `gc/1`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cine_forge.driver.upkeep.clearing import Clearing


def clearing_lines(found: Clearing, *, dry_run: bool) -> Iterator[str]:
    """Yield a line for each thing that goes, with its size, then the sum."""
    for one in found.versions:
        yield f"{_size(one.bytes):>9}  {one.ref}"
    for left in found.leftovers:
        yield f"{_size(left.bytes):>9}  {left.path}"
    if not found.versions and not found.leftovers:
        yield "nothing can go: everything kept is referred to"
        return
    went = "would go" if dry_run else "went"
    yield f"{_size(found.bytes):>9}  {went}: {len(found.versions)} versions, {len(found.leftovers)} leftovers"
    if found.versions and not dry_run:
        yield "the versions lie in quarantine/; delete that folder when you are sure"


def clearing_json(found: Clearing, *, dry_run: bool) -> dict[str, Any]:
    """Return `gc/1`."""
    versions = [{"ref": one.ref, "files": list(one.files), "bytes": one.bytes} for one in found.versions]
    leftovers = [{"path": one.path, "bytes": one.bytes} for one in found.leftovers]
    told = {"dry_run": dry_run, "versions": versions, "leftovers": leftovers}
    return {"schema": "gc/1", **told, "bytes": found.bytes}


def _size(count: int) -> str:
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1000 or unit == "GB":
            break
        count = round(count / 1000)
    return f"{count} {unit}"
