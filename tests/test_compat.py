"""MXNet loads with the names, the threads and the silence that `compat` promises; each case in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import numpy as np
import pytest

from claimbook import compat
from claimbook.errors import UsageError

# Processor seconds for each second of the clock, while MXNet multiplies: the number of threads that really work.
BUSY = """
import time
a = mx.nd.ones((1200, 1200)); mx.nd.dot(a, a).wait_to_read()
wall, cpu = time.perf_counter(), time.process_time()
for _ in range(6): b = mx.nd.FullyConnected(a, a, no_bias=True, num_hidden=1200)
mx.nd.waitall()
print("busy", (time.process_time() - cpu) / (time.perf_counter() - wall))
"""


def python(code: str, *flags: str, **environment: str) -> subprocess.CompletedProcess:
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MXNET_OMP_MAX_THREADS", "CLAIMBOOK_THREADS")
    clean = {key: value for key, value in os.environ.items() if key not in names}
    command = [sys.executable, *flags, "-c", code]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, env=clean | environment)


def test_one_thread_unless_told(monkeypatch):
    monkeypatch.delenv("CLAIMBOOK_THREADS", raising=False)
    assert compat.threads() == 1
    monkeypatch.setenv("CLAIMBOOK_THREADS", " 3 ")
    assert compat.threads() == 3


@pytest.mark.parametrize("text", ["0", "-1", "two", "1.5", "1e3", "²", "+2"])
def test_a_wrong_number_of_threads_is_named(monkeypatch, text):
    monkeypatch.setenv("CLAIMBOOK_THREADS", text)
    with pytest.raises(UsageError, match="CLAIMBOOK_THREADS") as caught:
        compat.threads()
    assert text in caught.value.what and caught.value.do


FACTS = """
import ctypes, json, os
import numpy
from claimbook import compat, native
mx = compat.mxnet()
blas = ctypes.CDLL(str(next(path for path in native.loaded_blas() if "numpy" in str(path))))
names = [prefix + "openblas_get_num_threads" + suffix for prefix in ("", "scipy_") for suffix in ("64_", "", "_64")]
facts = {"blas": [getattr(blas, name)() for name in names if hasattr(blas, name)]}
facts["openmp"] = ctypes.CDLL("libgomp.so.1").omp_get_max_threads()
facts["child"] = os.environ["OMP_NUM_THREADS"]
os.environ["CLAIMBOOK_THREADS"] = "5"
try:
    compat.mxnet()
except compat.ClaimbookError as error:
    facts["later"] = str(error)
print(json.dumps(facts))
"""


@pytest.mark.parametrize(("asked", "gets"), [({}, 1), ({"OMP_NUM_THREADS": "7"}, 1), ({"CLAIMBOOK_THREADS": "2"}, 2)])
def test_mxnet_numpy_and_children_compute_with_the_threads_asked_for(asked, gets):
    done = python(FACTS, "-W", "always", **asked)
    assert done.returncode == 0, done.stderr
    facts = json.loads(done.stdout)
    assert (facts["openmp"], facts["blas"][0], facts["child"]) == (gets, gets, str(gets))
    assert "is loaded already" in facts["later"]  # a number that comes too late is refused, not ignored
    # and no warning of MXNet's reaches the reader, even where Python warns of everything
    assert not [row for row in done.stderr.splitlines() if "mxnet" in row or "claimbook" in row]


def test_openmp_started_by_another_library_is_held_to_one_thread():
    start = "import ctypes; ctypes.CDLL('libgomp.so.1').omp_set_num_threads(2)\n"
    done = python(start + "from claimbook import compat; mx = compat.mxnet()\n" + BUSY)
    assert done.returncode == 0, done.stderr
    assert float(done.stdout.split()[1]) < 1.3


def test_openmp_started_with_fewer_threads_is_an_error():
    code = "import ctypes; ctypes.CDLL('libgomp.so.1'); from claimbook import compat; compat.mxnet()"
    done = python(code, OMP_NUM_THREADS="1", CLAIMBOOK_THREADS="2")
    assert done.returncode != 0 and "2 are asked for" in done.stderr and "before Python starts" in done.stderr


def test_mxnet_imported_before_is_taken_or_refused_by_its_threads():
    shim = "from claimbook import compat; compat.restore_numpy_names(); import mxnet; compat.mxnet(); print('taken')"
    assert python(shim, OMP_NUM_THREADS="1").stdout.strip() == "taken"
    done = python(shim, OMP_NUM_THREADS="2")
    assert "taken" not in done.stdout
    assert "MXNet computes with 2 threads here, and 1 are asked for" in done.stderr
    assert "import claimbook before mxnet" in done.stderr


def test_asking_for_threads_loads_no_mxnet():
    done = python("import sys; from claimbook import compat; compat.threads(); print('mxnet' in sys.modules)")
    assert done.stdout.strip() == "False"


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_names_that_numpy_dropped_mean_what_they_meant():
    compat.restore_numpy_names()
    x = np.array([[3.0, 1.0], [2.0, 5.0]])
    assert np.PZERO == 0 and np.signbit(np.NZERO) and np.PINF == np.inf == -np.NINF and np.isnan(np.NAN)
    assert np.issubdtype(np.dtype(np.bool), np.bool_)
    assert np.sometrue(x > 4) and not np.alltrue(x > 4) and np.product(x) == 30
    assert np.msort(x).tolist() == [[2.0, 1.0], [3.0, 5.0]]
    assert np.trapz([1.0, 3.0]) == 2.0 and np.in1d([1, 9], [9]).tolist() == [False, True]
    assert np.round_(2.6) == 3 and np.row_stack([[1], [2]]).shape == (2, 1)


def test_names_that_numpy_still_has_are_left_alone():
    before = np.array
    assert "array" not in compat.restore_numpy_names() and np.array is before
    assert compat.restore_numpy_names() == []  # the second time nothing lacks


def test_a_small_convolutional_net_trains():
    mx = compat.mxnet()
    net = mx.gluon.nn.HybridSequential()
    net.add(mx.gluon.nn.Conv2D(4, 3, activation="relu"), mx.gluon.nn.BatchNorm(), mx.gluon.nn.Dense(2))
    net.initialize(mx.init.One())
    net.hybridize()
    trainer = mx.gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.05})
    grid = np.arange(2 * 1 * 6 * 6, dtype="float32").reshape(2, 1, 6, 6) / 72
    x, y, losses = mx.nd.array(grid), mx.nd.array([0, 1]), []
    for _ in range(10):
        with mx.autograd.record():
            loss = mx.gluon.loss.SoftmaxCrossEntropyLoss()(net(x), y)
        loss.backward()
        trainer.step(2)
        losses.append(loss.mean().asscalar())
    assert losses[0] == pytest.approx(np.log(2), rel=1e-5)  # equal weights: both classes alike
    assert losses[-1] < 0.5 * losses[0]
