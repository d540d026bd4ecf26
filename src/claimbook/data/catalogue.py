"""The catalogue: what each data set is, whose it is, where it comes from, and how to know it again.

The facts stand in `catalogue.yaml` beside this file; here stand their types.
"""

from __future__ import annotations

import functools
from fnmatch import fnmatchcase
from importlib import resources
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from claimbook.errors import unknown

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Positive = Annotated[int, Field(gt=0)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Download(_Frozen):
    """One file to download: its name, its addresses in the order to try them, its hash if one is published.

    `{file}` in an address stands for the file's name. `also` lists other names under which people keep it.
    """

    file: str
    urls: tuple[Annotated[str, Field(pattern=r"^https?://")], ...]
    hash: Annotated[str, Field(pattern=r"^(md5:[0-9a-f]{32}|sha256:[0-9a-f]{64})$")] | None = None
    unpack: bool = False
    also: tuple[str, ...] = ()

    def addresses(self) -> list[str]:
        """The addresses with the file's name filled in."""
        return [url.replace("{file}", self.file) for url in self.urls]


class Manual(_Frozen):
    """A data set that only a person can download: the file's name, what to do, the folder if it must be unpacked."""

    file: str
    say: str
    unpacked: str | None = None


class Rule(_Frozen):
    """A file belongs to the data set if the end of its path matches; `into` is its folder in our own layout."""

    match: str
    into: str = ""


class Limits(_Frozen):
    """What an honest archive of this data set stays below: members in all, bytes when unpacked."""

    members: Positive
    bytes: Positive


class FilesCheck(_Frozen):
    """Each file's content (without its `.gz`) has this sha256."""

    kind: Literal["files"]
    sha256: dict[str, Sha256]


class Split(_Frozen):
    """One split in fixed-size records; `content` is sha256 over the sorted sha256 of the records.

    `parts` are digests of known incomplete copies, with what they hold.
    """

    files: str
    records: Positive
    content: Sha256
    parts: dict[Sha256, str] = {}


class RecordsCheck(_Frozen):
    """Binary records of `record_bytes` bytes each, checked split by split in any order of the rows."""

    kind: Literal["records"]
    record_bytes: Positive
    splits: dict[str, Split]


class BatchesCheck(_Frozen):
    """The gas-sensor batch files: rows per batch, rows per gas, and the content digests that are known.

    A copy with fewer rows is accepted if every row of `required_gas` is there.
    """

    kind: Literal["batches"]
    rows: tuple[Positive, ...]
    gases: tuple[Positive, ...]
    required_gas: Positive
    content: dict[int, Sha256]


class ImagesCheck(_Frozen):
    """Images counted by class (the folder's name, or the part of the file's name before the last `-`).

    `counts` are exact; `total` is exact over all; from `complete_from` images on, the copy counts as complete.
    """

    kind: Literal["images"]
    class_from: Literal["folder", "stem"] = "folder"
    counts: dict[str, Positive] = {}
    total: Positive | None = None
    complete_from: Positive | None = None


class DataSet(_Frozen):
    """One data set. `folder` is its place below the data folder; `also` are other folder names that are accepted."""

    name: str
    title: str
    citations: tuple[str, ...]
    licence: str
    edition: str
    homepage: str
    doi: str | None = None
    folder: str
    also: tuple[str, ...] = ()
    downloads: tuple[Download, ...] = ()
    manual: Manual | None = None
    layout: tuple[Rule, ...]
    limits: Limits
    shapes: dict[str, tuple[Positive, ...]]
    classes: tuple[str, ...]
    coarse_classes: tuple[str, ...] = ()
    check: Annotated[FilesCheck | RecordsCheck | BatchesCheck | ImagesCheck, Field(discriminator="kind")]

    def canonical(self, path: str) -> str | None:
        """The name that `path` (with `/`) has in our own layout, without `.gz`; None if it is no file of this set."""
        parts = [part for part in path.split("/") if part not in ("", ".")]
        if any(part.startswith(".") or part == "__MACOSX" for part in parts):
            return None
        for rule in self.layout:
            depth = rule.match.count("/") + 1
            end = "/".join(parts[-depth:])
            if len(parts) >= depth and fnmatchcase(end, rule.match):
                return (f"{rule.into}/{end}" if rule.into else end).removesuffix(".gz")
        return None

    def archive_names(self) -> list[str]:
        """The names under which a whole-set archive is looked for, the official one first."""
        names = [name for item in self.downloads if item.unpack for name in (item.file, *item.also)]
        return names + ([self.manual.file, f"{self.name}.zip"] if self.manual else [])


@functools.lru_cache(maxsize=1)
def catalogue() -> dict[str, DataSet]:
    """All data sets by name, in the catalogue's order."""
    text = resources.files("claimbook.data").joinpath("catalogue.yaml").read_text(encoding="utf-8")
    entries = yaml.safe_load(text)
    return {name: DataSet(name=name, **entry) for name, entry in entries.items()}


def data_set(name: str | DataSet) -> DataSet:
    """The data set of that name (a `DataSet` is handed back as it is). Raises UsageError for an unknown name."""
    if isinstance(name, DataSet):
        return name
    known = catalogue()
    if name not in known:
        raise unknown("data set", name, known)
    return known[name]
