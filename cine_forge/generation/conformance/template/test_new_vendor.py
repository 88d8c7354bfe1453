"""NewVendor against every fault of the kit: nothing is bought twice, and the ledger is the invoice."""

from __future__ import annotations

from pathlib import Path

import pytest

from cine_forge.generation.conformance.fault import Fault
from cine_forge.generation.conformance.folder import case_in
from cine_forge.generation.conformance.kit import faults_for
from cine_forge.generation.conformance.trial import try_fault

CASE = case_in(Path(__file__).parent)


@pytest.mark.parametrize("fault", faults_for(CASE), ids=lambda fault: fault.name)
def test_a_fault_ends_in_a_state_that_costs_what_was_bought(fault: Fault, tmp_path: Path) -> None:
    assert try_fault(CASE, fault, tmp_path).wrong == ()
