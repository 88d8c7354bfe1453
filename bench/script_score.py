"""`python -m bench.script_score`: how well scripts are read, beside another reader, in one run.

It reads the labelled scripts, their FDX twins, every clean script in every kind of trouble and in pairs, and
the parser corpora; it measures the pace. Figures stand beside their bars; the status is 1 when one is missed.
`--json FILE` keeps every figure; `--write` puts them into `bench/script_score.md` and `docs/script.md`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from statistics import mean
from typing import Any

from bench.bar import Bar
from bench.page import bars_table, measured, write_page
from bench.script.breakdown import Breakdown, break_down
from bench.script.clean_script import DATA, LeftOut, clean_pages
from bench.script.corpora import Compared, Parsed, cases, compare, corpus_files, parse
from bench.script.labelled import Marks, labelled_files, marks_of, twin_differences, twins
from bench.script.pace import Pace, fountain_pace, other_paces
from bench.script.reader import Ours, Reader, peer_versions, peers
from bench.script.tables import (
    breakdown_text,
    corpora_text,
    labelled_table,
    left_out_text,
    paces_table,
    summary_table,
    troubles_table,
)
from bench.script.trouble import Trouble, least, troubles
from bench.script_corruption import corrupted_scripts
from bench.spent import ROOT

GOLD_MEAN, GOLD_LEAST = 0.99, 0.95
TROUBLE_MEAN, TROUBLE_LEAST, TROUBLE_FILES = 0.95, 0.85, 150
CORPUS_EQUAL = 0.98
PEOPLE_F1, MENTION_SCENES, MENTION_RECALL, MENTION_PRECISION = 0.95, 60, 0.85, 0.7
FOUNTAIN_MB_S, OTHER_MB_S, GROWTH = 0.5, 0.25, 1.3
PAGE = ROOT / "bench" / "script_score.md"
DOCS = ROOT / "docs" / "script.md"


@dataclass(frozen=True)
class Score:
    """Everything that was measured. What maps a reader's name holds ours first."""

    labelled: dict[str, list[Marks]]
    troubles: dict[str, list[Trouble]]
    left_out: list[LeftOut]
    twins: dict[str, list[str]]
    compared: Compared
    parsed: list[Parsed]
    breakdown: Breakdown
    paces: list[Pace]


def main(words: Sequence[str] | None = None) -> int:
    """Measure everything, print it, write the pages; 1 when a bar is missed, 2 when there are no data."""
    asked = _asked(words)
    if not asked.data.is_dir():
        _tell(f"the labelled scripts are not at {asked.data}; nothing can be measured")
        return 2
    score = measure(asked.data, pace=not asked.no_pace)
    bars = bars_of(score)
    parts = [f"{measured(date.today())}; {peer_versions()}.", bars_table(bars), *_tables(score)]
    print("\n\n".join(parts[2:]), *bars, sep="\n", flush=True)
    if asked.json:
        kept = {"bars": [asdict(bar) | {"met": bar.is_met} for bar in bars], **asdict(score)}
        asked.json.write_text(json.dumps(kept, indent=1, ensure_ascii=False), encoding="utf-8")
    if asked.write:
        write_page(parts, "score", PAGE)
        write_page([summary_table(bars)], "script score", DOCS)
    return 0 if all(bar.is_met for bar in bars) else 1


def measure(data: Path, *, pace: bool = True) -> Score:
    """Read everything below `data` with every reader."""
    readers: list[Reader] = [Ours(), *peers()]
    pages, left = clean_pages(data)
    made, missing = corrupted_scripts(pages)
    labelled = labelled_files(data)
    return Score(
        labelled={reader.name: [marks_of(reader, one) for one in labelled] for reader in readers},
        troubles={reader.name: troubles(reader, made) for reader in readers},
        left_out=[*left, *missing],
        twins={second.name: twin_differences(first, second) for first, second in twins(data)},
        compared=compare(list(cases(data))),
        parsed=[parse(path) for path in corpus_files(data)],
        breakdown=break_down(data),
        paces=[fountain_pace(pages), *other_paces(pages, data)] if pace else [],
    )


def bars_of(score: Score) -> list[Bar]:
    """Return every figure that has a bar."""
    return [
        *_gold_bars(score),
        *_trouble_bars(score),
        *_corpus_bars(score),
        *_breakdown_bars(score.breakdown),
        *_pace_bars(score.paces),
    ]


def _gold_bars(score: Score) -> list[Bar]:
    read = [one for one in score.labelled[Ours.name] if one.headings is not None]
    headings, cues = (mean(getattr(one, what) for one in read) for what in ("headings", "cues"))
    return [
        Bar("gold: headings, mean", headings, GOLD_MEAN, "F1", least=True),
        Bar("gold: cues, mean", cues, GOLD_MEAN, "F1", least=True),
        Bar(f"gold: lowest of {len(read)} files", min(map(least, read)), GOLD_LEAST, "F1", least=True),
        Bar(
            "twins in other formats: differences", sum(map(len, score.twins.values())), 0, "units", exact=True
        ),
    ]


def _trouble_bars(score: Score) -> list[Bar]:
    found = score.troubles[Ours.name]
    files = [one for trouble in found for one in trouble.files]
    bars = [Bar("trouble: files", len(files), TROUBLE_FILES, "units", least=True)]
    for name, chosen in (
        ("kind", [one for one in found if len(one.kinds) == 1]),
        ("pair", [one for one in found if len(one.kinds) == 2]),
    ):
        low = min(one.mean for one in chosen)
        worst = min(least(one.worst) for one in chosen)
        bars.append(Bar(f"trouble: lowest mean of a {name}", low, TROUBLE_MEAN, "F1", least=True))
        bars.append(Bar(f"trouble: lowest file of a {name}", worst, TROUBLE_LEAST, "F1", least=True))
    return bars


def _corpus_bars(score: Score) -> list[Bar]:
    compared = score.compared
    refused = sum(bool(one.refused) for one in score.parsed)
    untold = sum(not one.why for one in compared.differences)
    equal = compared.equal / compared.expected
    return [
        Bar(f"parser corpora: refused of {len(score.parsed)} files", refused, 0, "units", exact=True),
        Bar("parser corpora: expected elements found", equal, CORPUS_EQUAL, "share", least=True),
        Bar("parser corpora: differences without a reason", untold, 0, "units", exact=True),
    ]


def _breakdown_bars(found: Breakdown) -> list[Bar]:
    scenes = found.scenes["all"]
    recall, precision = scenes.pooled.recall, scenes.pooled.precision
    return [
        Bar(f"people: B³ over {len(found.gold)} gold scripts", found.gold_f1, PEOPLE_F1, "F1", least=True),
        Bar("mentions: labelled scenes", scenes.scenes, MENTION_SCENES, "units", least=True),
        Bar("mentions: recall", recall, MENTION_RECALL, "share", least=True),
        Bar("mentions: precision", precision, MENTION_PRECISION, "share", least=True),
    ]


def _pace_bars(paces: Sequence[Pace]) -> list[Bar]:
    if not paces:
        return []
    fountain, *others = paces
    slow = min(others, key=lambda one: one.mb_per_s)
    steep = max(paces, key=lambda one: one.growth)
    return [
        Bar("pace: well-formed Fountain, CPU", fountain.mb_per_s, FOUNTAIN_MB_S, "MB/s", least=True),
        Bar(f"pace: slowest other ({slow.name}), CPU", slow.mb_per_s, OTHER_MB_S, "MB/s", least=True),
        Bar(f"pace: a byte when the size doubles ({steep.name})", steep.growth, GROWTH, "×"),
    ]


def _tables(score: Score) -> list[str]:
    return [
        labelled_table(score.labelled),
        troubles_table(score.troubles),
        left_out_text(score.left_out),
        corpora_text(score.twins, score.compared, score.parsed),
        breakdown_text(score.breakdown),
        *([paces_table(score.paces)] if score.paces else []),
    ]


def _asked(words: Sequence[str] | None) -> Any:
    parser = argparse.ArgumentParser(prog="python -m bench.script_score", description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help="the folder of scripts and gold labels")
    parser.add_argument("--json", type=Path, help="write every figure there")
    parser.add_argument("--no-pace", action="store_true", help="leave the pace out")
    parser.add_argument("--write", action="store_true", help="write the pages")
    return parser.parse_args(words)


def _tell(text: str) -> None:
    print(text, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
