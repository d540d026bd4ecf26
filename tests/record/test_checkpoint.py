"""A checkpoint comes back bit for bit, and each thing that can be wrong with one is refused by name."""

from __future__ import annotations

import hashlib
import io
import json
import pickle

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claimbook import files
from claimbook.record import checkpoint
from claimbook.record.checkpoint import ARRAYS, MANIFEST, SCHEMA_VERSION, read, write

KEY, SOURCE, NAME = "a" * 64, "s" * 64, "run.000001"
STATE = {
    "at": 7,
    "descent": {"weights": {"dense1.weight": np.arange(6, dtype=np.float32).reshape(2, 3)}, "rate": 0.1},
    "masks": [np.array([True, False]), np.zeros((0, 2), np.float16)],
    "losses": [0.25, None],
}


def kept(folder, state=STATE):
    write(folder, NAME, KEY, SOURCE, state)
    return folder / f"{NAME}{MANIFEST}", folder / f"{NAME}{ARRAYS}"


def refused(folder, says, key=KEY, source=SOURCE):
    with pytest.raises(ValueError, match=says):
        read(folder, NAME, key, source)


def signed(manifest, **changes):
    """Change a manifest and make its digest fit again."""
    body = {name: value for name, value in json.loads(manifest.read_text()).items() if name != "digest"} | changes
    manifest.write_bytes(checkpoint._signed(body))


def test_a_state_comes_back_bit_for_bit(tmp_path):
    kept(tmp_path)
    found = read(tmp_path, NAME, KEY, SOURCE)
    assert (found["at"], found["losses"], found["descent"]["rate"]) == (7, [0.25, None], 0.1)
    pairs = [
        (found["descent"]["weights"]["dense1.weight"], STATE["descent"]["weights"]["dense1.weight"]),
        *zip(found["masks"], STATE["masks"], strict=True),
    ]
    for new, old in pairs:
        assert (new.dtype, new.shape, new.tobytes()) == (old.dtype, old.shape, old.tobytes()) and new.flags.writeable


def test_the_files_are_what_the_format_says(tmp_path):
    """Read with json and NumPy alone."""
    manifest, arrays = kept(tmp_path)
    said, content = json.loads(manifest.read_text()), arrays.read_bytes()
    assert said["schema_version"] == SCHEMA_VERSION and (said["key"], said["source"]) == (KEY, SOURCE)
    head = said["arrays"][said["state"]["descent"]["weights"]["dense1.weight"]["$array"]]
    assert (head["dtype"], head["shape"], head["offset"]) == ("float32", [2, 3], 0)
    assert np.frombuffer(content, "<f4", 6, head["offset"]).tolist() == [0, 1, 2, 3, 4, 5]
    assert len(content) == 6 * 4 + 2
    digest = said.pop("digest")
    assert digest == hashlib.sha256(json.dumps(said, separators=(",", ":")).encode()).hexdigest()
    assert list(said["state"]) == list(STATE), "names keep their order"


def test_a_state_without_arrays_has_no_second_file(tmp_path):
    manifest, arrays = kept(tmp_path, [{"at": 1}])
    assert manifest.exists() and not arrays.exists() and read(tmp_path, NAME, KEY, SOURCE) == [{"at": 1}]


def test_the_same_state_gives_the_same_bytes(tmp_path):
    first = [path.read_bytes() for path in kept(tmp_path)]
    assert [path.read_bytes() for path in kept(tmp_path)] == first


@pytest.mark.parametrize("which", [0, 1])
@given(share=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_flipped_bit_anywhere_is_refused(tmp_path, which, share, bit):
    file = kept(tmp_path)[which]
    content = bytearray(file.read_bytes())
    content[int(share * len(content))] ^= 1 << bit
    file.write_bytes(content)
    refused(tmp_path, "damaged|its schema is")


@pytest.mark.parametrize("which", [0, 1])
@given(share=st.floats(0, 1, exclude_max=True))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_truncated_file_is_refused(tmp_path, which, share):
    file = kept(tmp_path)[which]
    content = file.read_bytes()
    file.write_bytes(content[: int(share * len(content))])
    refused(tmp_path, "truncated")


def test_what_belongs_elsewhere_is_refused(tmp_path):
    manifest, _ = kept(tmp_path)
    refused(tmp_path, "it is of another run", key="b" * 64)
    refused(tmp_path, "the code has changed since", source="t" * 64)
    signed(manifest, schema_version=SCHEMA_VERSION + 1)
    refused(tmp_path, f"its schema is {SCHEMA_VERSION + 1}, and this Claimbook reads {SCHEMA_VERSION}")


def test_the_arrays_of_another_generation_are_refused(tmp_path):
    manifest, arrays = kept(tmp_path, {"w": np.ones(3)})
    own = manifest.read_bytes()
    kept(tmp_path, {"w": np.zeros(3)})
    manifest.write_bytes(own)
    refused(tmp_path, "array 1 are damaged")


def test_absent_and_unreadable_files_are_refused(tmp_path):
    manifest, arrays = kept(tmp_path)
    arrays.unlink()
    refused(tmp_path, "the file of its arrays is absent")
    arrays.mkdir()
    refused(tmp_path, "it cannot be read")
    manifest.unlink()
    refused(tmp_path, "it cannot be read")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "truncated or damaged"),
        (b"[]", "no JSON object"),
        (b"{}", "its schema is None"),
        (b'{"schema_version":2}', "its digest does not fit"),
        (b'{"schema_version":2,"x":1e999}', "its digest does not fit"),
        (b"\xff\xfe", "truncated or damaged"),
        (b"[" * 100_000, "too many levels"),
    ],
)
def test_what_is_no_manifest_is_refused(tmp_path, content, says):
    manifest, _ = kept(tmp_path)
    manifest.write_bytes(content)
    refused(tmp_path, says)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"extra": 1}, "not as its schema says"),
        ({"arrays": []}, "no name begins with"),
        ({"arrays": [{"dtype": "object", "shape": [1], "offset": 0, "sha256": "0" * 64}]}, "not as its schema says"),
        ({"arrays": [{"dtype": "uint8", "shape": [2**50], "offset": 0, "sha256": "0" * 64}]}, "arrays are truncated"),
    ],
)
def test_a_wrong_manifest_with_a_right_digest_is_refused(tmp_path, changes, says):
    manifest, _ = kept(tmp_path)
    signed(manifest, **changes)
    refused(tmp_path, says)


def test_no_pickle_is_opened(tmp_path):
    """A pickle in the place of either file, and NumPy's own file that holds one, run nothing."""

    class Bomb:
        def __reduce__(self):
            return (pytest.fail, ("a pickle was opened",))

    buffer = io.BytesIO()
    np.save(buffer, np.array([Bomb()], object), allow_pickle=True)
    for which in (0, 1):
        for content in (pickle.dumps(Bomb()), buffer.getvalue()):
            kept(tmp_path)[which].write_bytes(content)
            refused(tmp_path, "damaged|truncated|too long")


def test_a_manifest_is_bounded_both_ways(tmp_path, monkeypatch):
    manifest, _ = kept(tmp_path)
    monkeypatch.setattr(checkpoint, "LIMIT_BYTES", 100)
    refused(tmp_path, "more than 100 bytes")
    before = manifest.read_bytes()
    with pytest.raises(ValueError, match="hand long lists as arrays"):
        kept(tmp_path, list(range(100)))
    assert manifest.read_bytes() == before


def test_the_manifest_is_written_last(tmp_path, monkeypatch):
    """What is stopped between the files leaves arrays that no manifest names."""

    def stopped(path, content):
        raise KeyboardInterrupt

    monkeypatch.setattr(files, "write_bytes", stopped)
    with pytest.raises(KeyboardInterrupt):
        kept(tmp_path)
    assert [path.suffix for path in tmp_path.iterdir()] == [ARRAYS]
