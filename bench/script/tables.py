"""Tables of the score, as Markdown: what `bench/script_score.md` and `docs/script.md` show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from bench.bar import Bar
from bench.script.breakdown import Breakdown
from bench.script.clean_script import LeftOut
from bench.script.corpora import Compared, Parsed
from bench.script.labelled import Marks
from bench.script.mention_score import Tally
from bench.script.pace import Pace
from bench.script.trouble import Trouble


def labelled_table(marks: Mapping[str, Sequence[Marks]]) -> str:
    """Return the F1 of headings and cues, a row for each labelled file."""
    files = zip(*marks.values(), strict=True)
    rows = [
        [f"`{of[0].file}`", *(cell for one in of for cell in (_f1(one.headings), _f1(one.cues)))]
        for of in files
    ]
    return _titled("Labelled scripts (F1)", _table(["", *_heads(marks, ("headings", "cues"))], rows))


def troubles_table(found: Mapping[str, Sequence[Trouble]]) -> str:
    """Return means, and the lowest file in brackets, a row for each kind and pair of kinds."""
    rows = []
    for of in zip(*found.values(), strict=True):
        cells = [_mean_and_least(one, what) for one in of for what in ("headings", "cues")]
        rows.append([" + ".join(of[0].kinds), str(len(of[0].files)), *cells])
    head = ["", "files", *_heads(found, ("headings", "cues"))]
    return _titled("Scripts in trouble (mean F1, the lowest file in brackets)", _table(head, rows))


def left_out_text(left: Iterable[LeftOut]) -> str:
    """Return which files were not made, counted by reason and script."""
    counted = Counter((one.name, one.why) for one in left)
    told = [f"- `{name}` {why} ({times})" for (name, why), times in sorted(counted.items())]
    return _titled("Files that were not made, and why", "\n".join(told))


def corpora_text(twins: Mapping[str, Sequence[str]], compared: Compared, parsed: Sequence[Parsed]) -> str:
    """Return what was read of the parser corpora, and each difference with its reason."""
    read = sum(not one.refused for one in parsed)
    equal = sum(not differences for differences in twins.values())
    lines = [
        f"{read} of {len(parsed)} files were read. Of {compared.expected} elements that {compared.cases} "
        f"cases expect, {compared.equal} were found, {compared.found} in all (F1 {compared.f1:.3f}). "
        f"{equal} of {len(twins)} FDX and Fade In files agree exactly with their Fountain twins.",
        *(f"- refused: {one.refused.splitlines()[0]}" for one in parsed if one.refused),
        *(f"- twin `{name}`: `{line}`" for name, differences in twins.items() for line in differences),
        *(f"- `{case}`: {why or '**no reason is known**'}" for case, why in _reasons(compared)),
    ]
    return _titled("Parser corpora", "\n".join(lines))


def breakdown_text(found: Breakdown) -> str:
    """Return recall and precision for each part of the labels, and B³ for each script."""
    rows = [
        [
            part,
            str(one.scenes),
            *(f"{value:.3f}" for tally in (one.pooled, one.agreeing) for value in _told(tally)),
        ]
        for part, one in found.scenes.items()
    ]
    head = ["labels", "scenes", "recall", "precision", "recall, by category", "precision, by category"]
    people = [
        [
            f"`{file}`",
            f"{one.f1:.3f}",
            f"{found.each_once[file].f1:.3f}",
            ", ".join(one.split),
            ", ".join(one.merged),
        ]
        for file, one in [*found.gold.items(), *found.labelled.items()]
    ]
    told = ["", "B³", "each name once", "people under several ids", "names of several people in one"]
    return "\n\n".join([_titled("Mentions", _table(head, rows)), _titled("People", _table(told, people))])


def paces_table(paces: Sequence[Pace]) -> str:
    """Return the pace of each kind of script, and what a byte costs at four times the size."""
    rows = [[one.name, f"{one.bytes[0] / 1e6:.2f} MB", *_each(one), f"{one.growth:.2f} ×"] for one in paces]
    head = ["", "first size", "MB/s", "at twice", "at four times", "a byte, at four times to twice"]
    return _titled("Pace (megabytes a CPU second)", _table(head, rows))


def summary_table(bars: Sequence[Bar]) -> str:
    """Return how well is read in three columns, for the documentation; counts and pace are left out."""
    told = [bar for bar in bars if bar.unit in ("F1", "share")]
    rows = [[bar.name, bar.shown(bar.figure), f"{bar.sign} {bar.shown(bar.limit)}"] for bar in told]
    return _table(["", "figure", "asked for"], rows)


def _told(tally: Tally) -> tuple[float, float]:
    return tally.recall, tally.precision


def _each(pace: Pace) -> list[str]:
    return [f"{size / 1e6 / cpu:.2f}" for size, cpu in zip(pace.bytes, pace.cpu_s, strict=True)]


def _reasons(compared: Compared) -> list[tuple[str, str]]:
    return list(dict.fromkeys((one.case, one.why) for one in compared.differences))


def _mean_and_least(trouble: Trouble, what: str) -> str:
    told: float = getattr(trouble, what)
    low = min(getattr(one, what) for one in trouble.files)
    return f"{told:.3f} ({low:.2f})"


def _heads(readers: Iterable[str], what: Sequence[str]) -> list[str]:
    return [f"{name}: {one}" for name in readers for one in what]


def _f1(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _titled(title: str, body: str) -> str:
    return f"**{title}**\n\n{body}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([f"| {' | '.join(head)} |", "|---|" + "---:|" * (len(head) - 1), *lines])
