"""A ref is text that points to one version; what cannot be one is refused with the way to write it."""

import pytest

from cine_forge.kernel.artifacts.records.refs import (
    Ref,
    check_entity,
    check_type,
    entity_folder,
    type_of_schema,
)
from cine_forge.kernel.ground.errors import ArtifactError


def test_a_ref_reads_back_whatever_its_entity_holds():
    for entity in ("ann", "ep1/thing:7", "a@v2", "two\nlines", "x" * 1000):
        assert Ref.parse(str(Ref("note", entity, 12))) == Ref("note", entity, 12)


@pytest.mark.parametrize(
    "text",
    ["note/ann@v0", "note/ann@v01", "note/ann", "/ann@v1", "note/@v1", "Note/a@v1", "note/a@v1 ", "1/a@v1"],
)
def test_what_is_no_ref_is_refused_with_the_way_to_write_one(text):
    with pytest.raises(ArtifactError) as raised:
        Ref.parse(text)
    (fault,) = raised.value.faults
    assert (fault.code, fault.what) == ("CF-A001", f"`{text}` is not a ref")
    assert fault.hint == "a ref reads `type/entity@v3`"


def test_refs_stand_in_the_order_of_type_entity_and_number():
    refs = [Ref("b", "a", 1), Ref("a", "b", 1), Ref("a", "a", 10), Ref("a", "a", 9)]
    assert [str(ref) for ref in sorted(refs)] == ["a/a@v9", "a/a@v10", "a/b@v1", "b/a@v1"]


@pytest.mark.parametrize("name", ["note", "n", "a_1", "a" * 64])
def test_a_type_is_small_letters_digits_and_underscores(name):
    assert check_type(name) == name


@pytest.mark.parametrize("name", ["", "Note", "1a", "a-b", "a" * 65, "../x", "a/b"])
def test_another_name_cannot_be_a_type(name):
    with pytest.raises(ArtifactError) as raised:
        check_type(name)
    (fault,) = raised.value.faults
    assert (fault.code, fault.what) == ("CF-A002", f"`{name}` cannot be an artifact type")
    assert fault.hint == "use a-z, 0-9 and _"


@pytest.mark.parametrize("entity", ["", "x" * 1001, "a\ud800", "\udfff"])
def test_an_empty_long_or_broken_text_cannot_be_an_entity(entity):
    with pytest.raises(ArtifactError) as raised:
        check_entity(entity)
    (fault,) = raised.value.faults
    assert (fault.code, fault.what) == ("CF-A004", f"{entity[:60]!a} cannot be an entity")
    assert fault.hint == "an entity id is 1 to 1000 characters of valid text"


def test_any_other_text_can_be_an_entity():
    for entity in ("x", "x" * 1000, "\ud7ff", "\ue000", "🎬"):
        assert check_entity(entity) == entity


def test_the_type_of_a_schema_is_what_stands_before_its_number():
    assert [type_of_schema(name) for name in ("sheet@1", "sheet", "a@1@2")] == ["sheet", "sheet", "a"]


def test_a_folder_is_a_slug_for_people_and_a_hash_that_tells_equal_slugs_apart():
    assert entity_folder("ann").startswith("ann-49915e0d")
    assert entity_folder("Ep 1/Thing: 7.").startswith("ep-1-thing-7-5cf17804")
    assert entity_folder("Ann").startswith("ann-") and entity_folder("Ann") != entity_folder("ann")
    assert entity_folder("???").startswith("entity-")
    assert len(entity_folder("x" * 999)) == 60 + 1 + 16
