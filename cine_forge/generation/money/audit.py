"""The audit: whether what was bought still lies there as it came, and whether the ledger knows all of it.

`artifacts verify` asks it beside the store's own examination. It reads the ledger and `receipts/`, and
writes nothing; a receipt that is still on its way is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from cine_forge.generation.money.ledger import Ledger
from cine_forge.generation.money.receipt import (
    ENDED,
    Receipt,
    State,
    holding,
    log_receipt,
    read_receipt,
    receipt_folder,
    told_in,
    write_receipt,
)
from cine_forge.kernel.artifacts.verify.slice import WHOLE, Slice
from cine_forge.kernel.artifacts.verify.verify import Finding
from cine_forge.kernel.ground.digest_memory import DigestMemory
from cine_forge.kernel.ground.errors import ArtifactError, Fault, IntegrityError, listed

LEDGER = "ledger.sqlite"

_COPY = "put it back from a copy of the project; asking the provider again may cost"
_KEPT = frozenset({State.DOWNLOADED, State.SETTLED})


def audit(project: Path, *, share: Slice = WHOLE, memory: DigestMemory | None = None) -> tuple[Finding, ...]:
    """Return every fault of a slice's receipts: CF-G012 and CF-G066 the ledger, CF-A020 and CF-A021 what was
    downloaded, CF-A020 the readable copy and the logs of runs, CF-A024 what the ledger does not know.

    `memory` remembers the digests of files, so that a take and the download it is linked to are read once.
    """
    try:
        receipts = read_receipts(project)
    except IntegrityError as error:
        return tuple(Finding(LEDGER, fault) for fault in error.faults if share.has(LEDGER))
    found = [
        finding
        for receipt in receipts
        if share.has(f"receipts/{receipt.id}/receipt.json") and receipt.state in ENDED | _KEPT
        for finding in _checked(project, receipt, memory or DigestMemory())
    ]
    miscounted = _miscounted(project) if share.has(LEDGER) else ()
    strays = _strays(project, {receipt.id for receipt in receipts}, share)
    return (*found, *miscounted, *_gaps_of_logs(project, receipts, share), *strays)


def mend_copies(project: Path) -> int:
    """Write again what is read beside the ledger and does not say what it says; return how many files.

    These are copies of receipts, and logs of runs, whose lost lines come to their ends. Sums of the ledger
    that are not those of its receipts are made anew.
    """
    if _miscounted(project):
        _counted_again(project)
    receipts = read_receipts(project)
    logs = _untold(project, receipts)
    for log, untold in logs.items():
        for receipt in untold:
            log_receipt(project / log, receipt)
    wrong = [
        receipt
        for receipt in receipts
        if receipt.state in ENDED
        and any(_copy_faults(receipt_folder(project, receipt.id) / "receipt.json", receipt))
    ]
    for receipt in wrong:
        with holding(project, receipt.id):
            write_receipt(project, receipt)
    return len(logs) + len(wrong)


def read_receipts(project: Path) -> tuple[Receipt, ...]:
    """Return the ledger's receipts. Raises IntegrityError CF-G012 when it is gone or cannot be read."""
    path = project / LEDGER
    if not path.is_file() and any((project / "receipts").glob("*/receipt.json")):
        what = "the ledger is gone, and receipts are there"
        hint = "put it back from a copy, or make it again: cine-forge providers restore"
        raise IntegrityError(Fault("CF-G012", what, str(path), hint))
    ledger = Ledger(path)
    try:
        return ledger.receipts()
    finally:
        ledger.close()


def _miscounted(project: Path) -> tuple[Finding, ...]:
    """Return the fault of a ledger whose sums, which caps are held against, are not those of its receipts."""
    ledger = Ledger(project / LEDGER)
    try:
        wrong = ledger.miscounted()
    finally:
        ledger.close()
    what = f"{len(wrong)} sums are not those of the receipts: {listed(wrong[:3])}"
    fault = Fault("CF-G066", what, LEDGER, "`cine-forge artifacts rebuild` counts them anew")
    return (Finding(LEDGER, fault),) if wrong else ()


def _counted_again(project: Path) -> None:
    ledger = Ledger(project / LEDGER)
    try:
        ledger.recount()
    finally:
        ledger.close()


def _checked(project: Path, receipt: Receipt, memory: DigestMemory) -> Iterator[Finding]:
    output = receipt.output
    if output is not None:
        for fault in _file_faults(project / output.path, output.sha256, output.bytes, memory):
            yield Finding(output.path, fault)
    copy = receipt_folder(project, receipt.id) / "receipt.json"
    if receipt.state in ENDED:
        for fault in _copy_faults(copy, receipt):
            yield Finding(copy.relative_to(project).as_posix(), fault)


def _file_faults(path: Path, sha256: str, size: int, memory: DigestMemory) -> Iterator[Fault]:
    where = str(path)
    if path.is_symlink() or not path.is_file():
        yield Fault("CF-A021", "the file is gone", where, _COPY)
        return
    try:
        whole = path.stat().st_size == size and memory.digest_of(path) == sha256
    except (OSError, ArtifactError) as error:
        yield Fault("CF-A020", f"it cannot be read: {error}", where, _COPY)
        return
    if not whole:
        yield Fault("CF-A020", "its bytes are not what was downloaded", where, _COPY)


def _copy_faults(copy: Path, receipt: Receipt) -> Iterator[Fault]:
    repair = "cine-forge artifacts rebuild"
    if not copy.is_file():
        yield Fault("CF-A021", "the file is gone", str(copy), repair)
    elif read_receipt(copy) != receipt:
        yield Fault("CF-A020", "it does not say what the ledger says", str(copy), repair)


def _gaps_of_logs(project: Path, receipts: Iterable[Receipt], share: Slice) -> Iterator[Finding]:
    for log, untold in _untold(project, receipts).items():
        if share.has(log):
            what = f"it lacks the lines of {listed([receipt.id for receipt in untold][:3])}"
            yield Finding(log, Fault("CF-A020", what, str(project / log), "cine-forge artifacts rebuild"))


def _untold(project: Path, receipts: Iterable[Receipt]) -> dict[str, list[Receipt]]:
    """Return, by the log of their run, the outcomes that were told there and no longer are.

    A run whose folder was taken away is not missed.
    """
    ledger = Ledger(project / LEDGER)
    try:
        logged = ledger.logged()
    finally:
        ledger.close()
    found: dict[str, list[Receipt]] = {}
    for run_id, told in _by_run(receipt for receipt in receipts if receipt.id in logged).items():
        run = project / "runs" / run_id
        lines = told_in(run / "receipts.jsonl") if run.is_dir() else None
        lost = [one for one in told if lines is not None and (one.id, one.round) not in lines]
        found |= {f"runs/{run_id}/receipts.jsonl": lost} if lost else {}
    return found


def _by_run(receipts: Iterable[Receipt]) -> dict[str, list[Receipt]]:
    runs: dict[str, list[Receipt]] = {}
    for receipt in receipts:
        runs.setdefault(receipt.run_id, []).append(receipt)
    return runs


def _strays(project: Path, known: set[str], share: Slice) -> Iterator[Finding]:
    folder = project / "receipts"
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        name = f"receipts/{path.name}/receipt.json"
        if (
            path.name not in known
            and not path.name.startswith(".")
            and share.has(name)
            and any(child.name != ".lock" for child in path.glob("*"))
        ):
            what, hint = "the ledger knows no such receipt", "look where it came from, then move it away"
            yield Finding(name, Fault("CF-A024", what, str(path), hint))
