"""What was paid for and kept is damaged: it comes home again for nothing, or a person is told what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from cine_forge.generation.dispatch import kept_output
from cine_forge.generation.providers.provider import PollOutcome
from cine_forge.kernel.ground.errors import IntegrityError
from tests.generation.dispatch.test_dispatch import lose_at
from tests.generation.support import House, Lost, png


def damage(path: Path, how: str) -> bytes:
    """Damage a read-only file and return what it is then."""
    whole = path.read_bytes()
    wrong = {"flipped": bytes([*whole[:40], whole[40] ^ 1, *whole[41:]]), "cut": whole[:30], "empty": b""}
    path.chmod(0o644)
    path.write_bytes(wrong[how])
    path.chmod(0o444)
    return wrong[how]


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def output(house: House) -> Path:
    (found,) = house.project.glob("receipts/rc-*/output.png")
    return found


@pytest.mark.row("H2")
@pytest.mark.parametrize("how", ["flipped", "cut", "empty"])
def test_a_damaged_output_is_brought_again_kept_beside_and_not_paid_again(house: House, how: str) -> None:
    first = house.send()
    wrong = damage(output(house), how)
    again = house.send()
    assert again["sha256"] == first["sha256"] and output(house).read_bytes() == house.provider.content
    assert output(house).with_name("damaged-1.png").read_bytes() == wrong
    assert len(house.provider.sent) == 1 and len(house.log_lines()) == 1


def test_an_output_that_is_gone_is_brought_again_and_each_damage_is_kept(house: House) -> None:
    house.send()
    output(house).unlink()
    house.send()
    for _ in range(2):
        damage(output(house), "cut")
        house.send()
    kept = sorted(path.name for path in output(house).parent.glob("*.png"))
    assert kept == ["damaged-1.png", "damaged-2.png", "output.png"] and len(house.provider.sent) == 1


@pytest.mark.row("H2")
@pytest.mark.parametrize("how", ["other bytes", "no longer there", "cut"])
def test_what_the_provider_cannot_give_again_is_told_and_stays_as_it_is(house: House, how: str) -> None:
    house.send()
    wrong = damage(output(house), "flipped")
    house.provider.content = {"other bytes": png(64, 40), "cut": png(64, 36)[:30]}.get(how, b"")
    with pytest.raises(IntegrityError, match=r"CF-G113(.|\n)*--rebuy"):
        house.send()
    assert output(house).read_bytes() == wrong and len(house.provider.sent) == 1


@pytest.mark.row("H2")
def test_an_output_that_was_damaged_before_its_receipt_knew_it_is_fetched_anew(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "publish_file_once"
    with monkeypatch.context() as patch:
        patch.setattr(kept_output, name, lose_at(1, getattr(kept_output, name), after=True))
        with pytest.raises(Lost):
            house.send()
    wrong = damage(output(house), "cut")
    assert house.send()["result"]["success"] and len(house.provider.sent) == 1
    assert output(house).read_bytes() == house.provider.content
    assert output(house).with_name("damaged-1.png").read_bytes() == wrong


def test_a_copy_of_a_project_asks_nobody_for_what_is_damaged(house: House) -> None:
    house.send()
    damage(output(house), "cut")
    house.is_copy = True
    house.provider.poll = _never  # type: ignore[method-assign]
    with pytest.raises(IntegrityError, match="CF-A020"):
        house.send()


def _never(provider_id: str) -> PollOutcome:
    raise AssertionError(f"`{provider_id}` was asked for")
