"""The identity of a project for people and programs: what it is, whether it is a copy, what then to do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cine_forge.driver.upkeep.adoption import Adopted
from cine_forge.driver.upkeep.identity import original_of, read_identity
from cine_forge.generation.money.account import read_account

_ADOPT = "cine-forge project adopt"


def standing_json(folder: Path) -> dict[str, object]:
    """Return which project a folder is, as `--json` prints it."""
    known, original = read_identity(folder), original_of(folder)
    return {
        "schema": "project/1",
        "project_id": known.project_id if known else None,
        "is_copy": original is not None,
        "lives_at": known.place.path if known else None,
        "adopted_from": known.adopted_from if known else None,
        "open_receipts": [receipt.id for receipt in read_account(folder).unsettled],
    }


def standing_lines(folder: Path) -> Iterator[str]:
    """Yield which project a folder is, whose its open generations are, and the next command."""
    known, original = read_identity(folder), original_of(folder)
    held = len(read_account(folder).unsettled)
    if known is None:
        yield "this project never ran, so it has no id yet"
    elif original is not None:
        yield f"a copy of {original}"
        yield f"{held} open generations are that project's" if held else "nothing is open at providers"
        yield f"next: {_ADOPT} --project {folder}"
    else:
        adopted = f", adopted from {known.adopted_from}" if known.adopted_from is not None else ""
        yield f"project {known.project_id}{adopted}"
        yield f"{held} generations are open" if held else "nothing is open at providers"


def adoption_lines(adopted: Adopted) -> Iterator[str]:
    """Yield what an adoption came to."""
    if adopted.original is None:
        yield f"project {adopted.identity.project_id} is its own already"
        return
    yield f"project {adopted.identity.project_id}, a copy of {adopted.original}, is its own now"
    for receipt in adopted.left:
        yield f"left to the original: {receipt}"
