"""Checking prices: what vendors ask today, against the dated prices of the profiles; nothing is changed.

Asked are the vendors that are configured, have their keys here and tell their prices; a model is checked that
is routed to one of them. One that cannot be asked now says why, and the others are asked all the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from cine_forge.driver.places import Places
from cine_forge.generation.money.offer import Offer, endpoints_of, offers
from cine_forge.generation.profiles import Profile, read_profiles
from cine_forge.generation.providers.capabilities import read_capabilities
from cine_forge.generation.providers.opening import Opening, open_adapter
from cine_forge.generation.providers.quote import Quoter
from cine_forge.generation.routing import Strategy, read_routes
from cine_forge.kernel.ground.errors import CineForgeError


@dataclass(frozen=True)
class PriceCheck:
    """What one vendor said: an offer for each endpoint of each model, or why it could not be asked."""

    provider: str
    offers: tuple[Offer, ...] = ()
    wrong: str | None = None

    def as_data(self) -> dict[str, object]:
        """Return it as plain data."""
        return {**vars(self), "offers": [vars(one) for one in self.offers]}


def price_checks(project: Path, environment: Mapping[str, str]) -> Iterator[PriceCheck]:
    """Ask every vendor that can be asked what its models cost today."""
    places = Places.here(environment)
    folders = places.adapters(project)
    strategy = read_routes(places.providers(project), folders=folders).strategy
    profiles = read_profiles(places.models(project))
    opening = Opening(
        project / "receipts" / ".work", environment, endpoints=strategy.endpoints, folders=folders
    )
    for name in sorted(strategy.providers):
        models = [profiles[model] for model in _models(strategy, name) if model in profiles]
        found = _asked(name, models, opening)
        if found is not None:
            yield found


def check_lines(checks: tuple[PriceCheck, ...]) -> Iterator[str]:
    """Yield the checks for people: what differs is marked, and says where it is mended."""
    if not checks:
        yield "no vendor that is configured here, with its key, tells its prices"
    for check in checks:
        if check.wrong:
            yield f"{check.provider}: {check.wrong}"
        for offer in check.offers:
            mark = {True: "as written", False: "DIFFERS", None: "by hand"}[offer.agrees]
            yield f"{mark:<10}  {offer.model}  {offer.endpoint}: {offer.text}"
    if any(offer.agrees is False for check in checks for offer in check.offers):
        yield "nothing was changed: mend `price` in configs/models/, with its date"


def _models(strategy: Strategy, name: str) -> list[str]:
    return list(dict.fromkeys(strategy.providers[name].values()))


def _asked(name: str, models: list[Profile], opening: Opening) -> PriceCheck | None:
    """Ask one vendor, or return None where there is nothing to ask it for."""
    try:
        capabilities = read_capabilities(name, opening.folders)
        if not models or capabilities.lacking(opening.endpoints.get(name), opening.environment):
            return None
        provider = open_adapter(capabilities, opening)
        if not isinstance(provider, Quoter):
            return None
        asked = list(dict.fromkeys(one for profile in models for one in endpoints_of(profile)))
        quotes = provider.quotes(asked)
    except CineForgeError as error:
        return PriceCheck(name, wrong=error.faults[0].what)
    return PriceCheck(name, tuple(offer for profile in models for offer in offers(profile, quotes)))
