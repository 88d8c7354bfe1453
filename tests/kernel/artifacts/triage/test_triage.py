"""Triage: an assessor may settle what is stale, with a reason; a person's word and a lock stand above it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from cine_forge.kernel.artifacts.diff.diff import FieldChange, VersionDiff
from cine_forge.kernel.artifacts.lineage.lineage import Health, Moved
from cine_forge.kernel.artifacts.records.judgement import Judgement
from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.artifacts.store.store import Store
from cine_forge.kernel.artifacts.triage.triage import Finding, InputChange, Question, question_of, triage
from cine_forge.kernel.artifacts.triage.wording import WordingAssessor
from cine_forge.kernel.ground.errors import ArtifactError
from tests.kernel.artifacts.kept import draft, keep, media, open_store, work


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "project") as found:
        yield found


@dataclass
class Fake:
    """Answers by entity; remembers what it was asked."""

    answers: dict[str, str]
    name: str = "fake"
    source: str = "ai"
    asked: list[Question] = field(default_factory=list)

    def assess(self, question: Question) -> Finding:
        self.asked.append(question)
        return Finding(self.answers.get(question.ref.entity, "unsure"), "so it seems", 0.75)


def grown(store: Store) -> dict[str, Ref]:
    """Return two leaves on a mid on a root that changed, and a side on the root alone."""
    root = keep(store, "root", "a red door")
    mid = keep(store, "mid", "m", root)
    found = {"mid": mid, "side": keep(store, "side", "s", root)}
    found |= {name: keep(store, name, name, mid) for name in ("left", "right")}
    keep(store, "root", "a blue door")
    return found


@pytest.mark.row("B17")
def test_what_is_confirmed_spares_its_consequences_and_what_needs_revision_keeps_them_waiting(store):
    refs, fake = grown(store), Fake({"mid": "confirmed_valid", "side": "needs_revision"})
    outcomes = list(triage(store, fake, asked_by="kim"))
    assert [(one.ref.entity, one.finding.answer if one.finding else None) for one in outcomes] == [
        ("mid", "confirmed_valid"),
        ("side", "needs_revision"),
    ]
    assert [store.lineage.health(refs[name]) for name in ("mid", "side", "left")] == [
        Health.CONFIRMED_VALID, Health.NEEDS_REVISION, Health.VALID,
    ]  # fmt: skip
    assert len(fake.asked) == 2


@pytest.mark.row("B17")
def test_a_finding_is_a_statement_with_assessor_reason_confidence_and_who_had_it_asked(store):
    refs = grown(store)
    list(triage(store, Fake({"mid": "confirmed_valid"}), asked_by="kim"))
    (said,) = store.statements("note", "mid")
    assert (said.kind, said.by, said.source, said.note) == ("confirm", "fake", "ai", "so it seems")
    assert said.values == {
        "inputs": store.lineage.inputs_digest(refs["mid"]), "confidence": 0.75, "asked_by": "kim",
    }  # fmt: skip
    kept = store.load(Ref("statement", "note/mid", 1))
    assert (kept.source, kept.confidence, kept.by, kept.rationale) == ("ai", 0.75, "fake", "so it seems")


def test_what_nobody_is_sure_of_stays_stale_and_its_consequences_are_not_asked_about(store):
    refs, fake = grown(store), Fake({})
    outcomes = list(triage(store, fake, asked_by="kim"))
    left = {one.ref.entity: one.left for one in outcomes if one.finding is None}
    assert left == dict.fromkeys(("left", "right"), "stands on `note/mid@v1`, which is stale")
    assert store.lineage.health(refs["mid"]) == Health.STALE
    assert store.statements("note", "mid") == ()
    assert len(fake.asked) == 2


@pytest.mark.row("B17")
def test_an_assessor_sees_the_data_the_changed_fields_and_the_cause(store):
    refs = grown(store)
    question = question_of(store, refs["mid"])
    assert (question.ref, question.data["text"], question.has_media) == (refs["mid"], "m", False)
    (change,) = question.changes
    assert (str(change.used), str(change.now)) == ("note/root@v1", "note/root@v2")
    assert [(one.path, one.before, one.after) for one in change.diff.fields] == [
        ("/text", "a red door", "a blue door")
    ]
    assert question.cause == ("note/root@v1", "note/root@v2", "note/mid@v1")


def test_every_changed_input_is_told_and_one_that_is_gone(store):
    one, two, three = (keep(store, name, "x") for name in ("one", "two", "three"))
    leaf = keep(store, "leaf", "l", one, two, three)
    keep(store, "one", "y")
    (path,) = store.project.glob("artifacts/note/two-*/v0001.json")
    path.unlink()
    store.rebuild_index()
    changes = question_of(store, leaf).changes
    assert [(str(change.used), change.now and str(change.now)) for change in changes] == [
        ("note/one@v1", "note/one@v2"),
        ("note/two@v1", None),
    ]
    assert WordingAssessor().assess(question_of(store, leaf)).answer == "unsure"


@pytest.mark.row("B17")
@pytest.mark.parametrize("kind", ["confirm", "revise", "lock"])
def test_what_a_person_judged_or_locked_is_left_alone(store, kind):
    refs, fake = grown(store), Fake({"mid": "needs_revision", "side": "confirmed_valid"})
    store.state(kind, refs["side"], by="kim")
    outcomes = {one.ref.entity: one for one in triage(store, fake, asked_by="kim")}
    assert [question.ref.entity for question in fake.asked] == ["mid"]
    left = {"lock": "it is locked", "revise": "kim said that it needs revision"}
    assert outcomes["side"].left == left[kind] if kind in left else "side" not in outcomes
    assert len(store.statements("note", "side")) == 1


def test_another_assessor_may_look_again_at_what_a_machine_judged_and_the_same_may_not(store):
    refs = grown(store)
    list(triage(store, Fake({"side": "needs_revision"}), asked_by="kim"))
    again = {one.ref.entity: one.left for one in triage(store, Fake({}), asked_by="kim")}
    assert again["side"] == "fake said that it needs revision"
    list(triage(store, Fake({"side": "confirmed_valid"}, name="other"), asked_by="kim"))
    assert store.lineage.health(refs["side"]) == Health.CONFIRMED_VALID


@pytest.mark.row("B17")
def test_a_finding_about_inputs_that_changed_meanwhile_is_not_kept(store):
    refs = grown(store)

    class Slow(Fake):
        def assess(self, question: Question) -> Finding:
            keep(store, "root", f"a green door, said {question.ref.entity}")
            return super().assess(question)

    outcomes = list(triage(store, Slow({"mid": "confirmed_valid"}), asked_by="kim"))
    assert outcomes[0].left == "what `note/mid@v1` stands on changed while it was looked at"
    assert store.lineage.health(refs["mid"]) == Health.STALE


@pytest.mark.row("B17")
@pytest.mark.parametrize(
    ("kind", "what"),
    [("lock", "`note/mid` is locked by kim"), ("confirm", "kim judged `note/mid@v1` already")],
)
def test_a_machines_word_is_refused_also_when_a_person_spoke_while_it_was_looking(store, kind, what):
    mid = grown(store)["mid"]
    store.state(kind, mid, by="kim")
    said = Judgement("revise", "fake", "code", "r", 0.5, store.lineage.inputs_digest(mid), "kim")
    with pytest.raises(ArtifactError, match=f"CF-A060 {what}"):
        store.judge(mid, said)
    with pytest.raises(ArtifactError, match="CF-A003"):
        store.judge(Ref("note", "mid", 9), said)


def test_of_a_stale_version_every_change_above_it_is_told_nearest_first(store):
    refs = grown(store)
    keep(store, "mid", "n", keep(store, "root", "a green door"))
    store.state("pin", refs["mid"], by="kim")
    root = [Ref("note", "root", number) for number in (1, 3)]
    assert store.lineage.moved(refs["left"]) == (Moved(refs["mid"], *root),)
    assert store.lineage.moved(refs["mid"]) == (Moved(refs["mid"], *root),)
    assert store.lineage.moved(root[0]) == ()


def asked(before: object, after: object, data: object, *, pictured: bool = False) -> Finding:
    """Ask the wording assessor about one changed field."""
    kind = "added" if before is None else "removed" if after is None else "changed"
    fields = (FieldChange("/action", kind, before, after),)
    change = InputChange(Ref("note", "a", 1), Ref("note", "a", 2), VersionDiff(None, fields, ()))
    return WordingAssessor().assess(
        Question(Ref("note", "b", 1), {"lines": [data, 3]}, "i", pictured, (change,), ())
    )


WORDING = [
    # before, after, what the artifact says, with pictures, the answer
    ("A red  door.", "a red door", "Nothing.", True, "confirmed_valid"),
    ("A red door", "A blue door", "Ann opens a red door.", False, "needs_revision"),
    ("A red door", "A blue door", "Ann opens a red door.", True, "needs_revision"),
    ("A red door", "A blue door", "Ann opens a blue door!", False, "confirmed_valid"),
    ("A red door", "A blue door", "Ann opens a blue door!", True, "unsure"),
    ("A red door", "A blue door", "Ann waits.", False, "unsure"),
    ("A red door", "A red door, ajar", "a red door, ajar", False, "confirmed_valid"),
    ("no", "yes", "no", False, "unsure"),
    ("A red door", None, "a red door", False, "unsure"),
    (None, "A red door", "a red door", False, "unsure"),
    (3, 4, "3", False, "unsure"),
]


@pytest.mark.row("B17")
@pytest.mark.parametrize(("before", "after", "says", "pictured", "answer"), WORDING)
def test_the_wording_assessor_says_only_what_words_can_show(before, after, says, pictured, answer):
    found = asked(before, after, says, pictured=pictured)
    assert found.answer == answer
    assert found == asked(before, after, says, pictured=pictured)
    assert (found.confidence > 0) == (answer != "unsure")
    assert found.reason


def test_a_changed_picture_or_a_mere_move_is_not_a_matter_of_words(store, tmp_path):
    picture = store.commit(work(draft("shot", "x", media=(media(tmp_path / "a"),)), stage="draw")).outputs
    leaf = Ref.parse(store.commit(work(draft("leaf", "x"), made_from=picture)).outputs[0].ref)
    store.commit(work(draft("shot", "x", media=(media(tmp_path / "b", b"other"),)), stage="draw"))
    finding = WordingAssessor().assess(question_of(store, leaf))
    assert (finding.answer, finding.reason) == ("unsure", "what changed is not a matter of words")
    moved = VersionDiff(None, (FieldChange("/a/1", "moved", "/a/0", "/a/1"),), ())
    change = InputChange(Ref("note", "a", 1), Ref("note", "a", 2), moved)
    question = Question(leaf, {"text": "x"}, "i", False, (change,), ())
    assert WordingAssessor().assess(question).answer == "unsure"


def test_a_very_long_text_is_shown_by_its_beginning(store):
    found = asked("so " * 40, "other words", "so " * 50)
    assert found.answer == "needs_revision"
    assert found.reason.endswith("…”, which is no longer so")
