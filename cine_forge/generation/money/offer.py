"""Offers: what a vendor asks today for a model of ours, held against what the model's profile says.

Only told, and never changed: a profile's price is dated, and a person mends it. What a vendor counts in a
measure that a profile does not know cannot be compared, and that is said.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from cine_forge.generation.money.prices import MICRO_USD
from cine_forge.generation.profiles import Measure, Profile, Rate
from cine_forge.generation.providers.quote import Quote

_MEASURES: dict[str, tuple[Measure, Fraction]] = {
    **dict.fromkeys(
        ("image", "video", "audio", "request", "generation", "call"), ("dispatch", Fraction(1))
    ),
    **dict.fromkeys(("second", "video second", "audio second"), ("second", Fraction(1))),
    "minute": ("second", Fraction(1, 60)),
    "megapixel": ("megapixel", Fraction(1)),
    "1000 character": ("thousand_characters", Fraction(1)),
    "1k character": ("thousand_characters", Fraction(1)),
    "character": ("thousand_characters", Fraction(1000)),
}  # fmt: skip
"""What vendors count, in the singular, as measures of ours, and how many of ours one of theirs costs."""

_NAMES: dict[Measure, str] = {
    "dispatch": "each",
    "second": "a second",
    "megapixel": "a megapixel",
    "thousand_characters": "for 1,000 characters",
}


@dataclass(frozen=True)
class Offer:
    """One model at one endpoint today. `agrees` is None where the two cannot be compared."""

    model: str
    endpoint: str
    text: str
    agrees: bool | None


def endpoints_of(profile: Profile) -> tuple[str, ...]:
    """Return every endpoint that a model is asked at, in the order of its actions."""
    asked = [shape.endpoint or profile.endpoint for shape in profile.shapes.values()]
    return tuple(dict.fromkeys(asked or [profile.endpoint]))


def offers(profile: Profile, quotes: tuple[Quote, ...]) -> Iterator[Offer]:
    """Yield what was asked for each endpoint of a model, against what its profile says."""
    by_endpoint = {quote.endpoint: quote for quote in quotes}
    for endpoint in endpoints_of(profile):
        quote = by_endpoint.get(endpoint)
        text, agrees = _compared(profile, quote) if quote else ("it tells no price", None)
        yield Offer(profile.model, endpoint, text, agrees)


def _compared(profile: Profile, quote: Quote) -> tuple[str, bool | None]:
    unit = quote.unit.strip().lower().replace("_", " ").rstrip("s")
    measure, factor = _MEASURES.get(unit, (None, Fraction(1)))
    said = f"the profile of {profile.price.as_of}"
    if measure is None:
        return f"{_usd(quote.micro_usd)} for each `{quote.unit}`, which {said} does not count", None
    asked, known = quote.micro_usd * factor, sorted(_known(profile, quote.endpoint, measure))
    told = f"{_usd(asked)} {_NAMES[measure]}"
    if not known:
        return f"{told}, and {said} does not charge by that", None
    if asked in known:
        return f"{told}, as {said} says", True
    range_ = _usd(known[0]) if len(known) == 1 else f"{_usd(known[0])} to {_usd(known[-1])}"
    return f"{told}, and {said} says {range_}", False


def _known(profile: Profile, endpoint: str, measure: Measure) -> set[Fraction]:
    """Return what the profile charges for one of a measure at an endpoint, in micro-USD, by every rate."""
    price = profile.price
    flat = {"dispatch": price.per_dispatch_micro_usd, "second": price.per_second_micro_usd}.get(measure, 0)
    actions = {
        action for action, shape in profile.shapes.items() if (shape.endpoint or profile.endpoint) == endpoint
    }
    rates = [rate for rate in price.rates if not rate.actions or actions & set(rate.actions)]
    amounts = {flat + _of(rate, measure, price.credit_micro_usd) for rate in rates} or {Fraction(flat)}
    return amounts - {Fraction(0)}


def _of(rate: Rate, measure: Measure, credit_micro_usd: int) -> Fraction:
    in_credits = Fraction(str(rate.credits.get(measure, 0))) * credit_micro_usd
    return rate.micro_usd.get(measure, 0) + in_credits


def _usd(micro_usd: Fraction) -> str:
    """Return an amount that may be a small part of a cent."""
    return f"{float(micro_usd / MICRO_USD):.6f}".rstrip("0").rstrip(".") + " USD"
