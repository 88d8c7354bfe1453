"""What forbids keeping a unit's results is all found before a byte is written."""

import pytest

from cine_forge.kernel.artifacts.records.derivation import Bound
from cine_forge.kernel.artifacts.store.work import edges_of, faults_of
from tests.kernel.artifacts.kept import draft, media, registry, work


def _found(faults) -> list[tuple[str, str, str, str]]:
    return [(fault.code, fault.what, fault.where, fault.hint) for fault in faults]


def test_results_that_say_all_there_is_to_say_have_no_fault():
    sure = draft("bob", "y", source="ai", confidence=0.5)
    assert work(draft("ann", "x"), sure).faults(registry()) == ()


def test_an_output_that_is_not_declared_is_refused_with_the_nearest_or_with_those_there_are():
    near, far = (draft("ann", "x").model_copy(update={"output": name}) for name in ("notes", "picture"))
    assert _found(work(near, far).faults(registry())) == [
        ("CF-A017", "the output `notes` is not declared", "write/ann", "did you mean `note`?"),
        ("CF-A017", "the output `picture` is not declared", "write/ann", "declared are `list`, `note`"),
    ]


def test_what_a_draft_leaves_unsaid_is_named_with_what_to_say():
    where = "write/ann output `note` entity `ann`"
    assert _found(work(draft("ann", "x", intent=" \n", rationale=" ")).faults(registry())) == [
        ("CF-A018", "the field `intent` is missing", where, "say what the artifact is for"),
        ("CF-A018", "the field `rationale` is missing", where, "say why it came out as it did"),
    ]


@pytest.mark.parametrize(("source", "asked"), [("ai", 1), ("hybrid", 1), ("human", 0), ("code", 0)])
def test_who_may_be_wrong_says_how_sure_it_is(source, asked):
    faults = work(draft("ann", "x", source=source)).faults(registry())
    assert [(fault.what, fault.hint) for fault in faults] == asked * [
        ("the field `confidence` is missing", "say how sure the author is, 0 to 1")
    ]


def test_one_artifact_twice_in_one_result_is_refused_once_and_not_for_two_types():
    lists = draft("ann", "x").model_copy(update={"output": "list", "data": {"items": ["a"]}})
    twice = work(draft("ann", "x"), draft("ann", "y"), lists, draft("bob", "z"))
    assert _found(twice.faults(registry())) == [
        (
            "CF-A016",
            "`note/ann` is offered 2 times in one result",
            "write/ann",
            "a result keeps one version of each",
        )
    ]


def test_a_media_name_given_twice_and_a_file_that_is_none_are_refused(tmp_path):
    one = media(tmp_path / "m")
    gone = one.model_copy(update={"path": tmp_path / "gone", "name": "other.png"})
    found = faults_of(draft("ann", "x", media=(one, one, gone)), "note@1", registry(), where="here")
    assert [(fault.code, fault.what, fault.where) for fault in found] == [
        ("CF-A012", "the media name `board.png` is given more than once", "here"),
        ("CF-A012", "the media name `board.png` is given more than once", "here"),
        ("CF-A011", "expected a file, found nothing", str(tmp_path / "gone")),
    ]


def test_faults_of_data_name_the_field_and_of_an_entity_the_draft():
    bad = draft("", "x").model_copy(update={"data": {"txt": "x", "text": "y"}})
    (entity, data) = faults_of(bad, "note@1", registry(), where="here")
    assert (entity.code, entity.where) == ("CF-A004", "here")
    assert (data.code, data.where) == ("CF-A033", "here at /txt")
    (said, unknown) = faults_of(draft("ann", "x", intent=""), "nope@1", registry(), where="here")
    assert (said.code, unknown.code) == ("CF-A018", "CF-A030")


def test_inputs_become_lineage_once_each_in_the_order_they_were_bound():
    names = (("a", "x/2@v1"), ("b", "x/1@v1"), ("c", "x/2@v1"))
    inputs = tuple(Bound(name=name, ref=ref, digest=f"of {ref}") for name, ref in names)
    found = [(edge.ref, edge.digest, edge.role) for edge in edges_of(inputs)]
    assert found == [("x/2@v1", "of x/2@v1", "derived_from"), ("x/1@v1", "of x/1@v1", "derived_from")]
    assert work(draft("ann", "x"), made_from=inputs).edges == edges_of(inputs)
