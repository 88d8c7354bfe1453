"""What a policy's answer leaves unsaid is nothing."""

from cine_forge.kernel.planning.policy import Estimate, Ruling


def test_an_estimate_without_a_time_or_a_reason_has_none() -> None:
    assert (Estimate("local", 5).seconds, Estimate("local", 5).reason) == (0.0, "")


def test_a_ruling_without_a_reason_has_none() -> None:
    assert Ruling("gate", "who", "kim").why == ""
