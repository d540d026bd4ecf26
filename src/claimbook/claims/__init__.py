"""What happened versus what was said: claims as data, and the judge. No paper is named in here.

`load_paper` reads a paper's folder, `judge` turns it and the records (`Evidence`) into `Verdict` rows.
"""

from __future__ import annotations

from claimbook.claims.arithmetic import Arithmetic, Erratum, Quantity, Working
from claimbook.claims.evidence import Evidence, Sample
from claimbook.claims.judge import judge
from claimbook.claims.load import PaperClaims, load_paper
from claimbook.claims.names import ExperimentFacts, Facts
from claimbook.claims.verdict import Verdict
from claimbook.claims.words import VERDICTS

__all__ = [
    "VERDICTS",
    "Arithmetic",
    "Erratum",
    "Evidence",
    "ExperimentFacts",
    "Facts",
    "PaperClaims",
    "Quantity",
    "Sample",
    "Verdict",
    "Working",
    "judge",
    "load_paper",
]
