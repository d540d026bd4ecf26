"""Registered quantities and errata."""

from __future__ import annotations

import math

import pytest
from claims.fakes import arithmetic

from claimbook.claims import Arithmetic, Quantity
from claimbook.claims.arithmetic import natural
from claimbook.errors import ClaimError, UsageError


def test_a_quantity_is_worked_out_when_asked():
    assert arithmetic().work_out("six") == Quantity(6.0, ("2 × 3 = 6",))
    assert arithmetic().quantity_names == ["six", "third"]


def test_an_erratum_is_redone_when_asked():
    erratum = arithmetic().redo("M-ERR.1")
    assert erratum.working == ("2 + 2 = 4",) and erratum.holds is False and erratum.paper == "made-up"


def test_unknown_names_have_a_nearest_right_one():
    with pytest.raises(UsageError, match="'six'"):
        arithmetic().work_out("sixx")
    with pytest.raises(UsageError, match="M-ERR.1"):
        arithmetic().redo("M-ERR.11")


def test_a_name_is_registered_once():
    made = arithmetic()
    with pytest.raises(ClaimError, match="registered twice"):
        made.quantity("six")(lambda: Quantity(1.0, ()))


def test_a_quantity_that_is_no_number_is_a_fault():
    made = Arithmetic("made-up")
    made.quantity("broken")(lambda: Quantity(math.nan, ()))
    with pytest.raises(ClaimError, match="came out as nan"):
        made.work_out("broken")


def test_e9_comes_before_e10():
    assert sorted(["OP-E10", "OP-E9", "OP-E1"], key=natural) == ["OP-E1", "OP-E9", "OP-E10"]
