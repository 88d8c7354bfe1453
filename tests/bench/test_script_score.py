"""The score of script reading: what it counts, and that its bars hold on the scripts quickly read."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from bench.bar import Bar
from bench.page import write_page
from bench.script.clean_script import DATA, Page, clean_pages
from bench.script.corpora import REASONS, Case, cases, compare, corpus_files, parse
from bench.script.labelled import Labelled, labelled_files, marks_of, twin_differences, twins
from bench.script.pace import Pace
from bench.script.reader import Ours, Reading, Screenplain, f1
from bench.script.trouble import troubles
from bench.script_corruption import KINDS, Corrupted, corrupt
from bench.script_score import GOLD_LEAST, GOLD_MEAN, TROUBLE_LEAST, TROUBLE_MEAN
from cine_forge.film.screenplay.document import ElementType

SCRIPT = "INT. BAR - DAY\n\nANNA\nHello.\n\nBERT ^\nHello.\n"
LONG = ("toller-masse-mensch.txt", "last_birthday_card.txt", "chekhov-predlozhenie.txt")


def case(text: str, *expected: tuple[ElementType, str]) -> Case:
    return Case("a.yaml 1", text, expected, ())


def test_f1_counts_what_is_found_too_often_and_too_seldom() -> None:
    assert f1(Counter("aab"), Counter("aab")) == 1
    assert f1(Counter("aaab"), Counter("ab")) == pytest.approx(2 / 3)
    assert f1(Counter(), Counter("ab")) == 0


def test_nothing_found_where_nothing_is_expected_is_perfect() -> None:
    assert f1(Counter(), Counter()) == 1


@pytest.mark.parametrize("reader", [Ours(), Screenplain()], ids=lambda reader: reader.name)
def test_both_readers_find_both_voices_of_a_dual_dialogue(reader: Ours | Screenplain) -> None:
    if isinstance(reader, Screenplain):
        pytest.importorskip("screenplain", reason="screenplain comes with `uv sync --group bench`")
    assert reader.read_text("a.fountain", SCRIPT) == Reading(("INT. BAR - DAY",), ("ANNA", "BERT"))


def test_a_file_that_is_refused_counts_as_nothing_found(tmp_path: Path) -> None:
    (tmp_path / "a.fountain").write_bytes(b"INT. BAR - DAY\x00\n")
    found = marks_of(Ours(), Labelled(tmp_path / "a.fountain", Counter(["INT. BAR - DAY"]), Counter()))
    assert (found.headings, found.cues) == (0, 1)


def test_a_kind_of_file_without_a_reader_has_no_marks(tmp_path: Path) -> None:
    (tmp_path / "a.fdx").write_text("<FinalDraft/>")
    found = marks_of(Screenplain(), Labelled(tmp_path / "a.fdx", Counter(), Counter()))
    assert (found.headings, found.cues) == (None, None)


def test_twins_that_differ_tell_where(tmp_path: Path) -> None:
    for name, scene in (("a.fountain", "INT. BAR - DAY"), ("b.fountain", "INT. PUB - DAY")):
        (tmp_path / name).write_text(f"{scene}\n\nANNA\nHello.\n")
    found = twin_differences(tmp_path / "a.fountain", tmp_path / "b.fountain")
    assert [line for line in found if line[1:].startswith("heading")] == [
        "-heading INT. BAR - DAY",
        "+heading INT. PUB - DAY",
    ]


def test_paragraphs_that_another_parser_joins_are_compared_one_by_one() -> None:
    found = compare([case("One.\n\nTwo.\n", (ElementType.ACTION, "One."), (ElementType.ACTION, "Two."))])
    assert (found.equal, found.f1, found.differences) == (2, 1, ())


def test_a_difference_is_told_from_both_sides() -> None:
    found = compare([case("One.\n", (ElementType.LYRIC, "One."))])
    assert [(one.side, one.kind, one.why) for one in found.differences] == [
        ("-", "lyric", ""),
        ("+", "action", ""),
    ]


def test_a_figure_that_should_be_high_is_missed_below_its_bar() -> None:
    assert Bar("a", 0.95, 0.95, "F1", least=True).is_met
    assert not Bar("a", 0.949, 0.95, "F1", least=True).is_met


def test_pace_is_that_of_the_slowest_size_and_grows_with_a_byte() -> None:
    pace = Pace("a", (1_000_000, 4_000_000), (1.0, 8.0))
    assert (pace.mb_per_s, pace.growth) == (0.5, 2.0)


def test_figures_are_written_between_the_marks_of_their_own_page(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# A\n<!-- score: begin -->\nold\n<!-- score: end -->\nrest\n")
    write_page(["new"], "score", page)
    assert page.read_text() == "# A\n<!-- score: begin -->\nnew\n<!-- score: end -->\nrest\n"


@pytest.mark.row("G2")
@pytest.mark.needs("shared_data")
def test_every_labelled_script_is_read_as_the_bars_ask() -> None:
    found = [marks_of(Ours(), one) for one in labelled_files() if one.path.name.split(".")[0] not in LONG]
    read = [value for one in found for value in (one.headings, one.cues) if value is not None]
    assert sum(read) / len(read) >= GOLD_MEAN
    assert min(read) >= GOLD_LEAST


@pytest.mark.row("G2")
@pytest.mark.needs("shared_data")
def test_twins_in_other_formats_agree_exactly() -> None:
    assert {second.name: twin_differences(first, second) for first, second in twins()} == {
        second.name: [] for _, second in twins()
    }


@pytest.mark.row("G2")
@pytest.mark.needs("shared_data")
def test_every_file_of_the_parser_corpora_is_read() -> None:
    assert [one for path in corpus_files() if (one := parse(path)).refused] == []


@pytest.mark.needs("shared_data")
def test_what_parsers_expect_is_found_and_each_difference_has_its_reason() -> None:
    found = compare(list(cases()))
    assert found.equal >= 0.98 * found.expected
    assert {one.case for one in found.differences} == set(REASONS)


@pytest.mark.row("G3")
@pytest.mark.needs("shared_data")
@pytest.mark.parametrize("kind", KINDS)
def test_scripts_in_one_kind_of_trouble_are_read_as_the_bars_ask(kind: str) -> None:
    made = [one for page in quick_pages() if isinstance(one := corrupt(page, [kind]), Corrupted)]
    (found,) = troubles(Ours(), made)
    assert found.mean >= TROUBLE_MEAN
    assert min(found.worst.headings or 0, found.worst.cues or 0) >= TROUBLE_LEAST


def quick_pages() -> list[Page]:
    return [page for page in clean_pages(DATA)[0] if page.name not in LONG]
