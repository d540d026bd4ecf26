"""The nets in PyTorch, by the names of Claimbook's: each takes bytes and gives logits."""

from __future__ import annotations

import sys
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from torch import nn

sys.path.append(str(Path(__file__).resolve().parents[1] / "vgg"))

import network
from reference import OURS

MEAN, SD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
GROUPS = {11: (1, 1, 2, 2, 2), 13: (2, 2, 2, 2, 2), 16: (2, 2, 3, 3, 3), 19: (2, 2, 4, 4, 4)}
NAMES = {**OURS, "activation.weight": "activation.slope"}
"""Ends of PyTorch's names → of Claimbook's, where they differ."""


class IdentityNet(nn.Module):
    """784-784-10 with ReLU or PReLU of one learned slope, and x added to the hidden layer's sum or not."""

    def __init__(self, activation: str, identity: bool):
        super().__init__()
        self.dense1, self.dense2 = nn.Linear(784, 784), nn.Linear(784, 10)
        self.activation = nn.PReLU() if activation == "prelu" else nn.ReLU()
        self.identity = identity

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Logits (batch, 10) of pixels (batch, 784)."""
        x = x.float().div_(255)
        z = self.dense1(x)
        return self.dense2(self.activation(z + x if self.identity else z))


class CifarVGG(nn.Module):
    """VGG 11, 13, 16 or 19 as pytorch-vgg-cifar10 has it: five groups of convolutions, a head of three layers."""

    def __init__(self, depth: int, width: int = 64, dropout: float = 0.5):
        super().__init__()
        groups, inputs, units = OrderedDict(), 3, 8 * width
        for number, (layers, times) in enumerate(zip(GROUPS[depth], (1, 2, 4, 8, 8), strict=True)):
            group = OrderedDict()
            for layer in range(layers):
                group[f"conv{layer}"] = nn.Conv2d(inputs, times * width, 3, padding=1)
                group[f"relu{layer}"] = nn.ReLU(inplace=True)
                inputs = times * width
            groups[f"group{number}"] = nn.Sequential(OrderedDict(**group, pool=nn.MaxPool2d(2, 2)))
        self.trunk = nn.Sequential(groups)
        head = OrderedDict()
        for number, outputs in enumerate((units, units, 10), 1):
            if number < 3:
                head[f"dropout{number}"] = nn.Dropout(dropout)
            head[f"linear{number}"] = nn.Linear(units, outputs)
            if number < 3:
                head[f"relu{number}"] = nn.ReLU(inplace=True)
        self.head = nn.Sequential(head)
        for name, values in (("mean", MEAN), ("sd", SD)):
            self.register_buffer(name, torch.tensor(values).reshape(1, 3, 1, 1), persistent=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Logits (batch, 10) of pixels (batch, 3, 32, 32)."""
        return self.head(self.trunk((x.float() / 255 - self.mean) / self.sd).flatten(1))


class SymbolCNN(nn.Module):
    """The symbols' net by its paper's table 1: pairs of convolutions, max pooling and dropout; two dense layers."""

    def __init__(self, classes: int, side: int, filters: Sequence[int], hidden: int, dropout: float):
        super().__init__()
        inputs = 3
        for group, own in enumerate(filters, 1):
            for number in (2 * group - 1, 2 * group):
                self.add_module(f"conv{number}", nn.Conv2d(inputs, own, 3, padding=1))
                self.add_module(f"relu{number}", nn.ReLU(inplace=True))
                inputs = own
            self.add_module(f"pool{group}", nn.MaxPool2d(2, 2))
            self.add_module(f"dropout{group}", nn.Dropout(dropout))
        self.flatten = nn.Flatten()
        self.dense, self.relu7 = nn.Linear(inputs * (side // 8) ** 2, hidden), nn.ReLU(inplace=True)
        self.output = nn.Linear(hidden, classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Logits (batch, classes) of pixels (batch, 3, side, side)."""
        x = x.float().div_(255)
        for module in self.children():
            x = module(x)
        return x


NETS = {
    "IdentityNet": IdentityNet,
    "VGG": lambda blocks_per_stage, batch_norm: network.Network(blocks_per_stage, batch_norm),
    "CifarVGG": CifarVGG,
    "SymbolCNN": SymbolCNN,
}


def load(net: nn.Module, start: Mapping) -> None:
    """Give a net the weights that stand under Claimbook's names."""
    counts = {name: count for name, count in net.state_dict().items() if "num_batches" in name}
    net.load_state_dict({_theirs(name): torch.tensor(array) for name, array in start.items()} | counts)


def _theirs(name: str) -> str:
    for theirs, ours in NAMES.items():
        name = name.replace(ours, theirs)
    return name
