"""The purse: money is set aside through it, and a person is told when a cap is near or reached.

Dispatch calls it before every submit. That no cap is passed is the ledger's work alone; what is told here may
be late by what others set aside meanwhile. A cap that is reached is a pause: the receipt stays prepared, and
once the cap is raised the same order goes on.
"""

from __future__ import annotations

from fractions import Fraction

from cine_forge.generation.dispatch.surroundings import Tell
from cine_forge.generation.money.budget import Budget
from cine_forge.generation.money.ledger import Cap, Ledger
from cine_forge.generation.money.receipt import Receipt
from cine_forge.kernel.ground.errors import BudgetError

NEAR = Fraction(4, 5)
"""From this part of a cap on a person is warned."""


class Purse:
    """Sets money aside under a budget. Safe for threads and processes, as the ledger is."""

    def __init__(self, ledger: Ledger, budget: Budget, tell: Tell) -> None:
        self._ledger = ledger
        self._budget = budget
        self._tell = tell

    def reserve(self, intent: Receipt, at: str) -> Receipt:
        """Set aside what a prepared receipt may cost, and return it reserved.

        Tells `budget_warned` once for each cap and run from four fifths of it on. Raises BudgetError CF-G010
        when a cap does not allow it, having told `budget_reached` of each that does not.
        """
        caps = self._budget.caps(intent)
        try:
            reserved = self._ledger.reserve(intent, caps, at)
        except BudgetError as error:
            for cap in caps:
                self._tell_reached(cap, intent, error)
            raise
        for cap in caps:
            self._warn(cap, reserved)
        return reserved

    def _tell_reached(self, cap: Cap, intent: Receipt, error: BudgetError) -> None:
        used = self._ledger.totals(cap.scope, cap.value)
        wanted = self._ledger.history(intent.model, intent.action).raised(intent.est_cost_micro_usd)
        if used.spent + used.reserved + wanted > cap.micro_usd:
            told = {"wanted_micro_usd": wanted, "message": error.faults[0].what}
            self._tell("budget_reached", self._standing(cap, intent) | told)

    def _warn(self, cap: Cap, receipt: Receipt) -> None:
        used = self._ledger.totals(cap.scope, cap.value)
        if used.spent + used.reserved < NEAR * cap.micro_usd or not self._ledger.warn(receipt.run_id, cap):
            return
        part = round(100 * (used.spent + used.reserved) / cap.micro_usd) if cap.micro_usd else 100
        message = f"{part} % of {cap.said} is spent or reserved"
        self._tell("budget_warned", self._standing(cap, receipt) | {"message": message})

    def _standing(self, cap: Cap, receipt: Receipt) -> dict[str, object]:
        used = self._ledger.totals(cap.scope, cap.value)
        return {
            "stage": receipt.stage,
            "entity": receipt.entity,
            "run_id": receipt.run_id,
            "scope": cap.scope,
            "value": cap.value,
            "cap_micro_usd": cap.micro_usd,
            "spent_micro_usd": used.spent,
            "reserved_micro_usd": used.reserved,
        }
