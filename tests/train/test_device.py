"""The context of a task's device, with an MXNet that plays along."""

from __future__ import annotations

import os
import types

import pytest

from claimbook import compat, gpu
from claimbook.errors import UsageError
from claimbook.train import device


def test_on_the_cpu_arrays_lie_there():
    mx = compat.mxnet()
    with device.context("cpu"):
        assert mx.nd.ones((1,)).context == mx.cpu()


def test_on_the_gpu_it_is_the_card_that_serves_and_runs_can_be_repeated(monkeypatch):
    monkeypatch.setattr(device, "mxnet", lambda: types.SimpleNamespace(gpu=lambda i: ("gpu", i)))
    monkeypatch.setattr(gpu, "number", lambda: 1)
    monkeypatch.setenv("MXNET_ENFORCE_DETERMINISM", "")
    monkeypatch.delenv("MXNET_ENFORCE_DETERMINISM")
    monkeypatch.setenv("MXNET_CUDNN_AUTOTUNE_DEFAULT", "1")  # the reader's own choice stays
    assert device.context("gpu") == ("gpu", 1)
    assert os.environ["MXNET_ENFORCE_DETERMINISM"] == "1" and os.environ["MXNET_CUDNN_AUTOTUNE_DEFAULT"] == "1"


def test_auto_is_settled_before():
    with pytest.raises(UsageError, match="'auto'"):
        device.context("auto")
