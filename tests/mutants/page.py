"""The page `docs/mutants.md`: the figures of the last trials between two marks, and what is no fault.

Verdicts are kept in `.reports/mutants.json` from run to run, so that a few files can be tried anew. A
mutation that no test could notice stands in the page's own table of equals, with its reason.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

from tests.mutants.mutation import Mutation, mutations_of

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "mutants.md"
KEPT = ROOT / ".reports" / "mutants.json"

_FIGURES = re.compile(r"(?<=<!-- mutants: begin -->\n).*?(?=<!-- mutants: end -->)", re.DOTALL)
_EQUAL = re.compile(r"^\| `(?P<file>[^`]+\.py)` \| ``?(?P<name>.+?)``? \| .+ \|$", re.MULTILINE)

Verdicts = dict[str, dict[str, str]]
"""File to name of the mutation to verdict."""


def equals() -> set[tuple[str, str]]:
    """Return the mutations of the page's table of equals, as file and name."""
    text = PAGE.read_text(encoding="utf-8")
    return {(row["file"], row["name"].replace("\\|", "|").strip()) for row in _EQUAL.finditer(text)}


def kept() -> Verdicts:
    """Return the verdicts of earlier runs, as far as their files are still there."""
    found: Verdicts = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    return {file: by_name for file, by_name in found.items() if (ROOT / file).is_file()}


def keep(mutation: Mutation, verdict: str) -> None:
    """Add one verdict to the record."""
    record = kept()
    record.setdefault(mutation.file, {})[mutation.name] = verdict
    KEPT.parent.mkdir(exist_ok=True)
    KEPT.write_text(json.dumps(record, indent=1, sort_keys=True, ensure_ascii=False))


def forget(file: str, names: set[str]) -> None:
    """Drop verdicts about mutations that a file no longer has."""
    record = kept()
    record[file] = {name: verdict for name, verdict in record.get(file, {}).items() if name in names}
    KEPT.parent.mkdir(exist_ok=True)
    KEPT.write_text(json.dumps(record, indent=1, sort_keys=True, ensure_ascii=False))


def share_killed(file: str, by_name: dict[str, str]) -> float:
    """Return how many percent of the mutants of a file were noticed, equals left out."""
    counts, same = Counter(by_name.values()), equals()
    rest = len([name for name in by_name if by_name[name] != "survived" or (file, name) not in same])
    return 100 * (counts["killed"] + counts["timeout"]) / rest if rest else 100.0


def figures(verdicts: Verdicts) -> str:
    """Return the table of files (what was tried of each) and the list of survivors."""
    same = equals()
    rows = ["| file | mutants | tried | killed | timeouts | survived | equal | noticed |"]
    rows.append("|---|---:|---:|---:|---:|---:|---:|---:|")
    alive = []
    for file, by_name in sorted(verdicts.items()):
        if not by_name:
            continue
        counts = Counter(by_name.values())
        left = sorted(name for name, verdict in by_name.items() if verdict == "survived")
        equal = [name for name in left if (file, name) in same]
        alive += [f"- `{file}` `` {name} ``" for name in left if (file, name) not in same]
        numbers = [
            len(mutations_of(ROOT, file)), len(by_name), counts["killed"], counts["timeout"],
            len(left) - len(equal), len(equal),
        ]  # fmt: skip
        rows.append(f"| `{file}` | {' | '.join(map(str, numbers))} | {share_killed(file, by_name):.1f} % |")
    return "\n".join([*rows, "", "Survivors:" if alive else "No survivor.", *alive])


def write(date: str) -> None:
    """Put the figures of all kept verdicts on the page."""
    body = f"Tried on {date}.\n\n{figures(kept())}\n"
    PAGE.write_text(_FIGURES.sub(lambda _: body, PAGE.read_text(encoding="utf-8")), encoding="utf-8")
