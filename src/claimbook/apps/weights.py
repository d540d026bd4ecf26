"""The weights of a trained net in one small file: whole numbers from -127 to 127, with a scale for each output channel.

The file is a zip archive of `manifest.json` and raw little-endian arrays; nothing in it is code. A weight of two or
more axes is int8 (its member `NAME.int8`) times a float32 scale for each index of its first axis (`NAME.scale`); one of
a single axis, a bias, is float32 (`NAME.float32`). The names and shapes are those of `network.Layout`: all others are
refused, sizes are checked before anything is unpacked, and each member's sha256 after. The manifest tells the net, the
record that the weights come from, the images that they were trained on, and what rounding them costs: the accuracy
before and after, as measured.
"""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path

import numpy as np

from claimbook import files
from claimbook.apps.network import Layout
from claimbook.errors import ClaimbookError, DataError

FORMAT = 1
MOST_BYTES = 3_000_000  # of the file: it comes with the project
MOST_MANIFEST = 1_000_000
PUBLISHED = Path(__file__).parent / "symbols.weights"
_MANIFEST = "manifest.json"
_DO = "Get the file anew, or publish the net again."
_LITTLE = {"int8": np.dtype("<i1"), "scale": np.dtype("<f4"), "float32": np.dtype("<f4")}


@dataclass(frozen=True)
class Measured:
    """Accuracies on the same `images` images, as shares: of the float32 net, and of the net in the file."""

    images: int
    float32: float
    int8: float

    @property
    def loss(self) -> float:
        """What rounding the weights costs, as a share; negative where it gained."""
        return self.float32 - self.int8


@dataclass(frozen=True)
class Weights:
    """arrays: float32, by the names of `layout`. record: the id of the run that trained them.

    data: what they were trained on, in words. accuracy: see `Measured`. images: the digest of the images with their
    split, as `data.symbol_images` has it.
    """

    arrays: Mapping[str, np.ndarray]
    layout: Layout
    record: str
    data: str
    accuracy: Measured
    images: str


def quantised(arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The members of the file: "NAME.int8" and "NAME.scale", or "NAME.float32".

    A scale is the largest absolute weight of its channel / 127, so that no weight is off by more than half of it.

    Raises:
        DataError: a weight is not finite.
    """
    members = {}
    for name, array in arrays.items():
        array = np.asarray(array, np.float32)
        if not np.isfinite(array).all():
            raise DataError(f"The weight {name} is not finite.", "Its run diverged.", "Publish another record.")
        if array.ndim < 2:
            members[f"{name}.float32"] = array
            continue
        largest = np.abs(array).reshape(len(array), -1).max(axis=1)
        scale = (np.where(largest > 0, largest, 127) / 127).astype(np.float32)
        members[f"{name}.int8"] = np.rint(array / _by_channel(scale, array.ndim)).astype(np.int8)
        members[f"{name}.scale"] = scale
    return members


def restored(members: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The weights, float32, by name, of what `quantised` returns."""
    arrays = {}
    for member, array in members.items():
        name, _, kind = member.rpartition(".")
        if kind == "int8":
            arrays[name] = array.astype(np.float32) * _by_channel(members[f"{name}.scale"], array.ndim)
        elif kind == "float32":
            arrays[name] = array
    return arrays


def save(path: Path | str, weights: Weights) -> None:
    """Write the file, whole or not at all; the same weights give the same bytes.

    Raises:
        DataError: a weight is not finite, they are not those of their layout, or take more than MOST_BYTES.
        ClaimbookError: it cannot be written.
    """
    _check({name: np.shape(array) for name, array in weights.arrays.items()}, weights.layout.shapes(), "The weights")
    members = {name: array.astype(_kind(name)).tobytes() for name, array in quantised(weights.arrays).items()}
    accuracy, layout = weights.accuracy, weights.layout
    manifest = {
        "format": FORMAT,
        "classes": list(layout.classes),
        "filters": list(layout.filters),
        "hidden": layout.hidden,
        "record": weights.record,
        "data": weights.data,
        "images": weights.images,
        "quantisation": "int8, symmetric, a float32 scale for each output channel",
        "accuracy": {**dataclasses.asdict(accuracy), "loss": accuracy.loss},
        "shapes": {name: list(np.shape(array)) for name, array in weights.arrays.items()},
        "sha256": {name: hashlib.sha256(content).hexdigest() for name, content in members.items()},
    }
    content = _zipped({_MANIFEST: json.dumps(manifest, indent=1, ensure_ascii=False).encode(), **members})
    if len(content) > MOST_BYTES:
        why = f"They would take {len(content):,} bytes, and may take {MOST_BYTES:,}."
        raise DataError("These weights are too many to come with the project.", why, "Publish a smaller net.")
    files.write_bytes(path, content)


def read(path: Path | str) -> Weights:
    """The weights of a file.

    Raises:
        DataError: the file is absent, damaged, altered, too large, of another format, or of another net.
    """
    path = Path(path)
    try:
        if path.stat().st_size > MOST_BYTES:
            raise _damaged(path, f"it has more than {MOST_BYTES:,} bytes")
        with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
            return _unpacked(archive, path)
    except OSError as error:
        raise DataError(f"{path} cannot be read.", f"The system says: {error.strerror or error}.", _DO) from error
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, RuntimeError) as error:
        raise _damaged(path, f"it is no whole archive ({error})") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _damaged(path, f"its manifest is not as it should be ({error})") from error


def _unpacked(archive: zipfile.ZipFile, path: Path) -> Weights:
    sizes = {member.filename: member.file_size for member in archive.infolist()}
    if len(sizes) != len(archive.infolist()) or not 0 < sizes.get(_MANIFEST, 0) <= MOST_MANIFEST:
        raise _damaged(path, "it has no manifest, or a member twice")
    manifest = json.loads(archive.read(_MANIFEST))
    if manifest.get("format") != FORMAT:
        raise _damaged(path, f"its format is {manifest.get('format')!r}, and {FORMAT} is read")
    names = tuple(map(str, manifest["classes"]))
    layout = Layout(names, tuple(map(int, manifest["filters"])), int(manifest["hidden"]))
    asked = layout.shapes()
    _check({name: tuple(shape) for name, shape in manifest["shapes"].items()}, asked, str(path))
    kinds = _members(asked)
    expected = {name: prod(shape) * _kind(name).itemsize for name, shape in kinds.items()}
    if expected | {_MANIFEST: sizes[_MANIFEST]} != sizes:
        raise _damaged(path, "its members are not those of its shapes")
    members = {name: _array(archive, name, shape, manifest["sha256"][name], path) for name, shape in kinds.items()}
    accuracy = manifest["accuracy"]
    measured = Measured(int(accuracy["images"]), float(accuracy["float32"]), float(accuracy["int8"]))
    record, data, images = (str(manifest[name]) for name in ("record", "data", "images"))
    return Weights(restored(members), layout, record, data, measured, images)


def _members(shapes: Mapping[str, tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
    """Member → shape, of the weights with these shapes."""
    members = {}
    for name, shape in shapes.items():
        if len(shape) < 2:
            members[f"{name}.float32"] = shape
        else:
            members |= {f"{name}.int8": shape, f"{name}.scale": shape[:1]}
    return members


def _array(archive: zipfile.ZipFile, name: str, shape: tuple[int, ...], sha256: str, path: Path) -> np.ndarray:
    content = archive.read(name)
    if hashlib.sha256(content).hexdigest() != sha256:
        raise _damaged(path, f"{name} has another content than its manifest says")
    array = np.frombuffer(content, _kind(name)).reshape(shape)
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise _damaged(path, f"{name} has numbers that are not finite")
    return array


def _zipped(members: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED, 9)  # the date is that of ZipInfo
    return buffer.getvalue()


def _by_channel(scale: np.ndarray, axes: int) -> np.ndarray:
    return scale.reshape(-1, *[1] * (axes - 1))


def _kind(member: str) -> np.dtype:
    return _LITTLE[member.rpartition(".")[2]]


def _check(own: Mapping[str, tuple[int, ...]], asked: Mapping[str, tuple[int, ...]], name: str) -> None:
    """Raises DataError where these shapes are not those that are asked for."""
    if own == asked:
        return
    wrong = next(weight for weight in sorted({*own, *asked}) if own.get(weight) != asked.get(weight))
    has, should = (" x ".join(map(str, shapes[wrong])) if wrong in shapes else "absent" for shapes in (own, asked))
    raise DataError(f"{name} are not those of the net.", f"{wrong} is {has}, and should be {should}.", _DO)


def _damaged(path: Path, why: str) -> ClaimbookError:
    return DataError(f"{path} holds no weights that can be used.", f"The file is damaged or foreign: {why}.", _DO)
