"""What a record is, as a schema with a version. JSON in and out; nothing else reads or writes a record's fields.

A record never changes once it is written. `key` says what was asked, `digest` what is written; both are checked each
time it is read. Metrics, curves, tables and first losses may hold numbers that are not finite; the file then has the
text "nan", "inf" or "-inf" in their place. A metric that the run never came to have is null. A record may have one
table in a file beside it, see `record.sweep`; a record without one has no such field.
"""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, model_serializer, model_validator

from claimbook.record.canonical import digest_of, from_json, to_json
from claimbook.record.sweep import Held, SweepHead, file_name, pack

SCHEMA_VERSION = 1
MEASURED = ("metrics", "curves", "tables", "first_losses", "data")

Number = int | float
Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]*$")]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class DataUsed(_Strict):
    """The arrays that were used: their exact digest, whether they were a stand-in, and facts about them."""

    digest: str
    stand_in: bool
    facts: dict[str, Any]


class Git(_Strict):
    """The commit that the package was at, and whether its sources or the lock differed from it."""

    commit: str
    dirty: bool


class Provenance(_Strict):
    """Where a record came from. It holds no host name, user or path.

    packages: version of each. cpu: model name. mxnet: the installed build ("mxnet" or "mxnet-cu112"). source: digest
    of the code that the run could reach, see `record.source`. started: UTC, when the batch began. The seconds and the
    memory are measured over the batch, up to the moment this record was finished: `wall_s` = `batch_wall_s` /
    `batch_records`, and so for `cpu_s`; of a resumed run, from there on. peak_memory_mib: of the whole process.
    run_of: the record of another experiment that asks for the same run, which was made once, for that one; all but
    `source` is that one's. Where the run was made for this record the field is left out.
    """

    packages: dict[str, str]
    python: str
    system: str
    machine: str
    cpu: str
    cores: int
    threads: int
    device: str
    mxnet: str
    git: Git | None
    source: Sha256
    started: str
    wall_s: float
    cpu_s: float
    batch_wall_s: float
    batch_cpu_s: float
    batch_records: int
    peak_memory_mib: float
    run_of: str | None = None

    @model_serializer(mode="wrap")
    def _as_first_written(self, dump: Any) -> dict[str, Any]:
        fields = dump(self)
        return fields if self.run_of is not None else {k: v for k, v in fields.items() if k != "run_of"}


class Record(_Strict):
    """What one run measured: `asked` decides it, `key` is the hash of `asked`, `digest` that of all the rest."""

    schema_version: Literal[1]
    key: Sha256
    experiment: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]*/[a-z0-9][a-z0-9.-]*$")]
    version: int
    arm: Slug
    seed: Annotated[int, Field(ge=0)]
    asked: dict[str, Any]
    metrics: dict[str, Number | None]
    curves: dict[str, dict[str, list[Number]]]
    tables: dict[str, list[dict[str, Any]]]
    first_losses: list[Number]
    diverged: bool
    data: DataUsed
    provenance: Provenance
    sweep: SweepHead | None = None
    digest: Sha256
    _held: Held | None = PrivateAttr(None)

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Record:
        for name in ("experiment", "version", "arm", "seed"):
            if self.asked.get(name) != getattr(self, name):
                raise ValueError(f"{name} is {getattr(self, name)!r}, but {self.asked.get(name)!r} was asked")
        for name, columns in self.curves.items():
            if len({len(column) for column in columns.values()}) > 1:
                raise ValueError(f"the columns of curve {name!r} differ in length")
        if self.sweep is not None and self.sweep.file != file_name(self.name, self.sweep.sha256):
            raise ValueError(f"the table of this record cannot be {self.sweep.file!r}")
        return self

    @model_serializer(mode="wrap")
    def _as_first_written(self, dump: Any) -> dict[str, Any]:
        fields = dump(self)
        return fields if self.sweep is not None else {k: v for k, v in fields.items() if k != "sweep"}

    @property
    def id(self) -> str:
        """The name by which pages and people cite it, "paper/experiment/arm-s0-1a2b3c4d"."""
        return record_id(self.experiment, self.arm, self.seed, self.key)

    @property
    def name(self) -> str:
        """The last part of the id, "arm-s0-1a2b3c4d"."""
        return self.id.rpartition("/")[2]

    @property
    def held(self) -> Held:
        """Where the packed table of its sweep is; `record.reading.sweep_of` reads it."""
        return self._held or Held()

    @property
    def path(self) -> str:
        """Its file, relative to its store's root."""
        return f"{self.id}.json"

    def text(self) -> str:
        """The record as JSON, one field a line; floats in their shortest exact form."""
        fields = to_json(self.model_dump())
        return (
            "{\n"
            + ",\n".join(f"{json.dumps(k)}: {json.dumps(v, allow_nan=False)}" for k, v in fields.items())
            + "\n}\n"
        )


def record_id(experiment: str, arm: str, seed: int, key: str) -> str:
    """The id of the record with this key."""
    return f"{experiment}/{arm}-s{seed}-{key[:8]}"


def make_record(task: Any, measurement: Any, provenance: Provenance) -> Record:
    """The record of one finished run.

    Args:
        task: an `experiment.base.Task`. measurement: its `Measurement`. provenance: where it came from.

    Raises:
        ValueError, TypeError: the measurement is not what a record can hold; a defect of the experiment.
    """
    used = dict(measurement.data)
    digest = used.pop("digest", "")
    stand_in = bool(task.data.get("stand_in", False)) or bool(used.pop("stand_in", False))
    fields = {
        "schema_version": SCHEMA_VERSION,
        "key": task.key,
        **{name: task.asked[name] for name in ("experiment", "version", "arm", "seed")},
        "asked": task.asked,
        "metrics": measurement.metrics,
        "curves": measurement.curves,
        "tables": measurement.tables,
        "first_losses": measurement.first_losses,
        "diverged": measurement.diverged,
        "data": {"digest": digest, "stand_in": stand_in, "facts": used},
        "provenance": provenance.model_dump(),
    }
    held = None
    if measurement.sweep is not None:
        own = record_id(task.asked["experiment"], task.arm, task.seed, task.key).rpartition("/")[2]
        head, packed = pack(measurement.sweep, own)
        fields["sweep"], held = head.model_dump(), Held(packed)
    fields = to_json(fields)
    return parse_record({**fields, "digest": digest_of(fields)}, held)


def parse_record(fields: dict[str, Any], held: Held | None = None) -> Record:
    """The record from its JSON fields. Raises ValueError where they are not as the schema says.

    held: where its table is. This does not look at the key, the digest and the table; `record.reading` does.
    """
    record = Record.model_validate({name: from_json(v) if name in MEASURED else v for name, v in fields.items()})
    if record.sweep is not None:
        record._held = held
    return record
