"""Whether a deviation matters: the claims that it touches, judged once as they were run and once the other way.

Both are judged by the rules of `judge`, Holm's procedure over the whole paper included, but without rule 5 (settings
that the paper never stated): that rule asks what these comparisons say, and would else ask it of itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from claimbook.claims.deviations import Deviation, Reading
from claimbook.claims.evidence import Evidence, Sample
from claimbook.claims.judge import judge
from claimbook.claims.load import PaperClaims
from claimbook.claims.say import arms_of
from claimbook.claims.schema import Claim, Leaf
from claimbook.claims.verdict import Verdict
from claimbook.claims.words import UNDECIDED

NO, IN_SIZE, IN_VERDICT, OPEN, NOT_RUN = "no", "yes, in size", "yes, in verdict", "undecided", "not run"
MATTERS = (NO, IN_SIZE, IN_VERDICT, OPEN, NOT_RUN)
MARK = "/the other way"  # after an experiment's name: its claims are to be read the other way


@dataclass(frozen=True)
class Way:
    """One other way: parameters over those of the preset, and arms or metrics in the place of others."""

    parameters: Reading = field(default_factory=dict)
    instead: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Tried:
    """A claim, or a part of one, under one deviation: its row as it was run, its row the other way, and what it means.

    `matters` is a word of `MATTERS`: "no" where the verdict is the same and the intervals overlap; "yes, in size" where
    they do not overlap; "undecided" where they overlap and one of the two decides nothing; else "yes, in verdict".
    """

    deviation: Deviation
    way: Way
    claim: Claim
    main: Verdict
    other: Verdict

    @property
    def arms(self) -> list[str]:
        """The arms that the claim reads, the other way."""
        return list(dict.fromkeys(self.way.instead.get(arm, arm) for arm in arms_of(self.claim)))

    @property
    def matters(self) -> str:
        """Whether the deviation matters, in a word of `MATTERS`."""
        if not (self.main.n_seeds and self.other.n_seeds):
            return NOT_RUN
        overlap = _overlap(self.main, self.other)
        if self.main.verdict == self.other.verdict:
            return NO if overlap else IN_SIZE
        return OPEN if overlap and UNDECIDED in (self.main.verdict, self.other.verdict) else IN_VERDICT


def ways(deviation: Deviation) -> list[Way]:
    """The other ways that a deviation declares; none where it says why there is none."""
    return [Way(parameters=reading) for reading in deviation.readings] + [Way(instead=one) for one in deviation.instead]


def sensitivity(book: PaperClaims, evidence: Evidence, experiment: str | None = None) -> list[Tried]:
    """Every claim or part under every other way of the paper's deviations, or of those of one experiment (its name)."""
    own = [d for d in book.paper.deviations if ways(d) and experiment in (None, d.experiment)]
    if not own:
        return []
    bare = _with(book, {})
    main = _leaves(judge(bare, evidence))
    found = []
    for deviation in own:
        touched = {claim: {"experiment": deviation.experiment + MARK} for claim in deviation.claims}
        for way in ways(deviation):
            other = _leaves(judge(_with(book, touched), _Otherwise(evidence, way)))
            found += [
                Tried(deviation, way, claim, _row(leaf.id, main), _row(leaf.id, other))
                for claim in book.paper.claims
                if claim.id in touched
                for leaf in claim.leaves()
                if _is_touched(leaf, way)
            ]
    return found


def _is_touched(leaf: Leaf, way: Way) -> bool:
    """Whether a claim or part reads anything, and of other names where the way is to read other names."""
    reads = list(leaf.predicate.reads()) if leaf.predicate is not None else []
    return bool(reads) and (not way.instead or any(name in way.instead for pair in reads for name in pair))


def _row(leaf: str, rows: Mapping[str, Verdict]) -> Verdict:
    """The row of a claim or part; the claim's own where it was not judged and so has no rows of its parts."""
    return rows[leaf] if leaf in rows else _row(leaf.rpartition(".")[0], rows)


def _with(book: PaperClaims, changes: Mapping[str, Mapping[str, str]]) -> PaperClaims:
    """The paper without rule 5 and without its arithmetic, which no run changes, and with `changes` to the claims."""
    plain = {"decisive": False, "readings": []}
    claims = [
        claim.model_copy(update={**plain, **changes.get(claim.id, {})})
        for claim in book.paper.claims
        if any(leaf.kind != "equality" for leaf in claim.leaves())
    ]
    paper = book.paper.model_copy(update={"claims": claims})
    return PaperClaims(paper, book.arithmetic, book.errata, book.inventory)


def _leaves(rows: Sequence[Verdict]) -> dict[str, Verdict]:
    """Row by id, those of the parts too."""
    return {row.id: row for top in rows for row in _with_parts(top)}


def _with_parts(row: Verdict) -> Iterator[Verdict]:
    yield row
    yield from row.parts


def _overlap(a: Verdict, b: Verdict) -> bool:
    if a.interval is None and b.interval is None:
        return a.measured == b.measured
    if a.interval is None or b.interval is None:
        return True  # nothing is known of how far apart they are
    return a.interval[0] <= b.interval[1] and b.interval[0] <= a.interval[1]


class _Otherwise:
    """Evidence that answers for an experiment whose name carries `MARK` from the records of another way."""

    def __init__(self, evidence: Evidence, way: Way):
        self._evidence, self._way = evidence, way

    def presets(self, experiment: str) -> Sequence[str]:
        """As `Evidence.presets`."""
        return self._evidence.presets(experiment.removesuffix(MARK))

    def sample(self, experiment: str, preset: str, arm: str, metric: str, reading: Mapping[str, object]) -> Sample:
        """As `Evidence.sample`, the other way where the name says so."""
        if not experiment.endswith(MARK):
            return self._evidence.sample(experiment, preset, arm, metric, reading)
        arm, metric = (self._way.instead.get(name, name) for name in (arm, metric))
        return self._evidence.sample(experiment.removesuffix(MARK), preset, arm, metric, self._way.parameters)

    def faults(self, experiment: str) -> Sequence[str]:
        """None: those of the experiment stand with its verdicts."""
        return ()

    def cost(self, experiment: str, preset: str, arms: Sequence[str], seeds: int) -> None:
        """Not asked for here."""
        return None
