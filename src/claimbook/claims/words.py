"""The words of a verdict: these and no others stand in a row's `verdict`."""

from __future__ import annotations

REPRODUCED = "reproduced"
PARTLY = "partly"
NOT_REPRODUCED = "not reproduced"
NOT_UNDER_OUR_READING = "not reproduced under our reading"
UNDECIDED = "undecided"
NOT_TESTED = "not tested"
INCONSISTENT = "inconsistent"
REPRODUCED_REDUCED = "reproduced at reduced scale"
ABSENT_REDUCED = "absent or opposite at reduced scale"

VERDICTS = (
    REPRODUCED,
    PARTLY,
    NOT_REPRODUCED,
    NOT_UNDER_OUR_READING,
    UNDECIDED,
    NOT_TESTED,
    INCONSISTENT,
    REPRODUCED_REDUCED,
    ABSENT_REDUCED,
)

# What a small study may say of each full-size verdict: it cannot refute, and "partly" is more than it can tell.
AT_REDUCED_SCALE = {
    REPRODUCED: REPRODUCED_REDUCED,
    PARTLY: UNDECIDED,
    NOT_REPRODUCED: ABSENT_REDUCED,
    NOT_UNDER_OUR_READING: ABSENT_REDUCED,
    UNDECIDED: UNDECIDED,
}
