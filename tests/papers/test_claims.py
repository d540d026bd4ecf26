"""What holds for the claims of every paper: margins have reasons, and the inventory has each claim."""

from __future__ import annotations

import pytest

from claimbook.claims.ledger import paper_claims
from claimbook.experiment.registry import papers


@pytest.mark.parametrize("slug", papers())
def test_every_margin_has_its_reason(slug):
    leaves = [leaf for claim in paper_claims(slug).paper.claims for leaf in claim.leaves()]
    assert all(leaf.margin is None or len(leaf.margin.reason) > 20 for leaf in leaves)


@pytest.mark.parametrize("slug", papers())
def test_the_inventory_covers_the_claims(slug):
    found = paper_claims(slug)
    listed = {name for item in found.inventory.items for name in item.claims}
    assert listed == {claim.id for claim in found.paper.claims}
