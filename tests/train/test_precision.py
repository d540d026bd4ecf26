"""bf16 in processes of its own: it is really used, it trains like fp32, and its traps are what we say they are."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import numpy as np
import pytest

from claimbook import machine
from claimbook.compat import mxnet
from claimbook.errors import RunError, UsageError
from claimbook.train import precision

TRAPS = """
import numpy as np
from claimbook.compat import mxnet
from claimbook.train.precision import prepare, served, to_numpy
prepare("bf16")
prepare("bf16")
mx = mxnet()
z = mx.nd.FullyConnected(mx.nd.array([[1.0, -3.0, 0.1]]), mx.nd.array(np.eye(3)), no_bias=True, num_hidden=3)
assert served() == "bf16"
assert z.asnumpy().dtype.kind == "V", "bit patterns, not numbers"
assert to_numpy(z).tolist() == [[1.0, -3.0, 0.10009765625]]
assert z.astype("float32").asnumpy().tolist() == to_numpy(mx.nd.identity(z)).tolist()
assert mx.nd.identity(z).dtype == np.float32, "amp makes of identity a cast"
assert to_numpy(mx.nd.relu(z)).tolist() == to_numpy(mx.nd.Activation(z, act_type="relu")).tolist()
assert mx.nd.softmax(z).dtype == np.float32
try:
    prepare("fp32")
except Exception as error:
    print(type(error).__name__, error.what)
"""


def said(*command) -> str:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "OMP_NUM_THREADS": "1"}
    done = subprocess.run([sys.executable, *command], capture_output=True, text=True, env=environment, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_bf16_is_used_and_trains_like_fp32():
    exact, rounded = (json.loads(said("-m", "train.rounded", name)) for name in precision.PRECISIONS)
    assert (exact["casts"], exact["rounded"]) == (0, False)
    assert rounded["casts"] >= 8 and rounded["rounded"]  # inputs and weights of four layers
    assert exact["weights"] == rounded["weights"] == ["float32"]
    a, b = np.array(exact["losses"]), np.array(rounded["losses"])
    assert 0 < abs(a[0] - b[0]) < 0.01 * a[0]  # 8 bits: 2^-9 a factor, and many factors
    first, last = slice(0, 20), slice(-20, None)
    assert a[last].mean() < 0.3 * a[first].mean() and b[last].mean() < 0.3 * b[first].mean()
    assert abs(a[first].mean() - b[first].mean()) < 0.05 * a[first].mean()
    noise = a[last].std() / np.sqrt(20)  # the standard error of the mean loss, from batch to batch
    assert abs(a[last].mean() - b[last].mean()) < 3 * noise


def test_the_traps_are_as_described_and_a_process_stays_what_it_is():
    assert said("-c", TRAPS) == "RunError This process computes in bf16 and cannot compute in fp32."


def test_a_process_of_fp32_refuses_bf16_and_an_unknown_precision_is_named(monkeypatch):
    monkeypatch.setattr(precision, "_prepared", None)
    precision.prepare("fp32")
    precision.prepare("fp32")
    with pytest.raises(RunError, match="cannot compute in bf16") as caught:
        precision.prepare("bf16")
    assert "one serves one precision" in caught.value.why
    with pytest.raises(UsageError, match="Did you mean 'bf16'"):
        precision.prepare("bfl16")


def test_amp_that_someone_else_has_switched_on_is_seen(monkeypatch):
    monkeypatch.setattr(precision, "_prepared", None)
    monkeypatch.setattr(precision, "_amp_is_on", lambda: True)
    precision.prepare("bf16")
    assert precision.served() == "bf16"
    with pytest.raises(RunError, match="computes in bf16"):
        precision.prepare("fp32")


def test_a_processor_without_bfloat16_is_named_before_mxnet_fails(monkeypatch):
    monkeypatch.setattr(precision, "_prepared", None)
    old = machine.Cpu("Old processor", "x86_64", ("sse4_2", "avx2"), 4, 4)
    monkeypatch.setattr(machine, "cpu", lambda: old)
    with pytest.raises(RunError, match="Old processor"):
        precision.prepare("bf16")
    assert precision.served() is None


@pytest.mark.parametrize("dtype", ["float32", "float64", "int32"])
def test_other_arrays_keep_their_type(dtype):
    array = precision.to_numpy(mxnet().nd.array([1, 2], dtype=dtype))
    assert array.dtype == dtype and array.tolist() == [1, 2]
