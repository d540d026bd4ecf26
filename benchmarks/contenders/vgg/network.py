"""The VGG nets in PyTorch, written from the hand-out's description and not from Claimbook's blocks."""

from __future__ import annotations

from collections import OrderedDict

import torch
from torch import nn

MEAN, SD = (0.4914, 0.4822, 0.4465), (0.2023, 0.1994, 0.2010)


class Layer(nn.Sequential):
    """Convolution, and leaky ReLU with normalisation before it, after it, or not at all; then dropout."""

    def __init__(self, inputs: int, filters: int, norm: str | None, bias: bool = False, dropout: float = 0.0):
        parts = [("conv", nn.Conv2d(inputs, filters, 3, stride=1, padding=1, bias=bias))]
        if norm == "before":
            parts.append(("norm", nn.BatchNorm2d(filters)))
        parts.append(("activation", nn.LeakyReLU(0.01)))
        if norm == "after":
            parts.append(("norm", nn.BatchNorm2d(filters)))
        if dropout:
            parts.append(("dropout", nn.Dropout(dropout)))
        super().__init__(OrderedDict(parts))


class Processing(nn.Module):
    """Two layers without biases."""

    def __init__(self, filters: int, norm: str | None, dropout: float):
        super().__init__()
        self.first = Layer(filters, filters, norm, dropout=dropout)
        self.second = Layer(filters, filters, norm, dropout=dropout)

    def forward(self, x):
        return self.second(self.first(x))


class Reduction(nn.Module):
    """A layer, the mean of every 2×2 pixels, a layer; both have biases."""

    def __init__(self, filters: int, norm: str | None, dropout: float):
        super().__init__()
        self.first = Layer(filters, filters, norm, bias=True, dropout=dropout)
        self.second = Layer(filters, filters, norm, bias=True, dropout=dropout)

    def forward(self, x):
        return self.second(nn.functional.avg_pool2d(self.first(x), 2, stride=2))


class Network(nn.Module):
    """The whole net, from bytes (batch, 3, 32, 32) to logits. norm: "before" the activation, "after" it, or None."""

    def __init__(self, blocks: int, norm: str | None, filters: int = 32, classes: int = 100, dropout: float = 0.0):
        super().__init__()
        self.entry = Layer(3, filters, "before")
        for stage in range(3):
            parts = [(f"block{i}", Processing(filters, norm, dropout)) for i in range(blocks)]
            parts.append(("reduction", Reduction(filters, norm, dropout)))
            self.add_module(f"stage{stage}", nn.Sequential(OrderedDict(parts)))
        self.linear = nn.Linear(filters, classes)
        for name, values in (("mean", MEAN), ("sd", SD)):
            self.register_buffer(name, torch.tensor(values).reshape(1, 3, 1, 1), persistent=False)

    def forward(self, x):
        x = (x.to(self.mean.dtype) / 255 - self.mean) / self.sd
        x = self.stage2(self.stage1(self.stage0(self.entry(x))))
        return self.linear(x.mean(dim=(2, 3)))
