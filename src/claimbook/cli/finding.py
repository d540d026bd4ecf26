"""What a name means: a claim by its id; a record by its id, the first digits of its key, or its file."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from pathlib import Path

from claimbook.claims import Verdict
from claimbook.cli.verdicts import claim_ids, judged
from claimbook.errors import UsageError, nearest
from claimbook.experiment import registry
from claimbook.record.reading import Fault, read_record
from claimbook.record.schema import Record
from claimbook.record.store import Store
from claimbook.study import stores

LEAST_DIGITS = 4
WHERE = "`claimbook judge` lists the claims and, with --json, their records."


@dataclasses.dataclass(frozen=True)
class FoundRecord:
    """A record, its file, and the store that it lies in; None where the file lies elsewhere."""

    record: Record
    file: Path
    store: Store | None


def find(name: str) -> Verdict | FoundRecord:
    """The verdict on the claim, or the record, of that name.

    Raises:
        UsageError: there is none, or several.
        RecordError: the file of that name is no record that counts; with what is wrong with it.
    """
    claims = {claim.lower(): claim for claim in claim_ids()}
    if name.lower() in claims:
        return judged([claims[name.lower()]])[0]
    path = Path(name)
    if path.suffix == ".json" or path.is_file():
        return _in_file(path)
    return _in_stores(name, list(claims.values()))


def _in_file(path: Path) -> FoundRecord:
    places = [path, *(store.root.joinpath(path) for store in stores())]
    file = next((place for place in places if place.is_file()), None)
    if file is None:
        raise UsageError(f"There is no file {path}.", do=WHERE)
    found = read_record(file, str(path))
    if isinstance(found, Fault):
        raise found.error()
    return FoundRecord(found, file, _store_of(file))


def _in_stores(name: str, claims: Sequence[str]) -> FoundRecord:
    all_of = [(store, store.scan(experiment)) for store in stores() for experiment in registry.experiments()]
    known = [FoundRecord(r, store.root.joinpath(r.path), store) for store, scan in all_of for r in scan.records]
    faults = [fault for _, scan in all_of for fault in scan.faults]
    found = {own.record.key: own for own in reversed(known) if _is_named(own.record, name)}  # your own store goes first
    if len(found) == 1:
        return next(iter(found.values()))
    if found:
        ids = sorted(own.record.id for own in found.values())
        raise UsageError(
            f"{name!r} names {len(ids)} records.", ", ".join(ids[:10]), "Give more digits, or the whole id."
        )
    for fault in faults:
        if name in (fault.path, fault.path.removesuffix(".json")):
            raise fault.error()
    raise _nothing(name, [*claims, *(own.record.id for own in known)])


def _is_named(record: Record, name: str) -> bool:
    short = record.id.rpartition("/")[2]
    prefix = len(name) >= LEAST_DIGITS and re.fullmatch(r"[0-9a-fA-F]+", name) is not None
    return name in (record.id, short) or (prefix and record.key.startswith(name.lower()))


def _nothing(name: str, known: Sequence[str]) -> UsageError:
    guess = nearest(name, known)
    return UsageError(
        f"There is no claim or record named {name!r}.", do=f"Did you mean {guess!r}? {WHERE}" if guess else WHERE
    )


def _store_of(file: Path) -> Store | None:
    return next((store for store in stores() if file.resolve().is_relative_to(store.root.resolve())), None)
