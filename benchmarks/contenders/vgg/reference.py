"""What small VGG nets in PyTorch compute, written down for tests that have no PyTorch.

    python reference.py FILE.npz

Starts are PyTorch's own, drawn in float32; γ, β and the running statistics are moved away from 1 and 0, so that they
matter. All that follows is float64, stored as float32. For each of the `cases` (JSON), under its name:

    start, after            all weights and running statistics, before and after one step of Adam
    gradient                of the mean cross-entropy by the weights, in training mode
    layers                  what each layer gives in training mode, its means over the places, (batch, filters)
    training, evaluation    the logits from `start`, by the batch's statistics and by the running ones
    loss                    in training mode

The first four are one flat array each, as hundreds of small ones would be headers for the most part. Their parts stand
in the order of `shapes` (JSON): CASE/KIND → Claimbook's name → shape. `images`, `labels`, `adam` (JSON) and the
versions `torch` and `numpy` are there too.
"""

from __future__ import annotations

import json
import sys

import numpy as np
import torch
from network import Layer, Network

CASES = {
    "none": {"blocks": 1, "norm": None, "filters": 4},
    "before": {"blocks": 1, "norm": "before", "filters": 6},
    "after": {"blocks": 2, "norm": "after", "filters": 4},
}
BATCH, CLASSES = 4, 7
ADAM = {"lr": 1e-3, "betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": 1e-3}
OURS = {"norm.weight": "norm.gamma", "norm.bias": "norm.beta"}


def main(file: str) -> None:
    """Write the file."""
    torch.manual_seed(0)
    noise = torch.randint(0, 256, (BATCH, 3, 32, 32))
    patches = torch.randint(0, 256, (BATCH, 3, 4, 4))  # without them the images would be all alike to a deep net
    images = ((noise + patches.repeat_interleave(8, dim=2).repeat_interleave(8, dim=3)) // 2).to(torch.uint8)
    labels = torch.randint(0, CLASSES, (BATCH,))
    arrays, shapes = {"images": images.numpy(), "labels": labels.numpy()}, {}
    for case, given in CASES.items():
        for kind, found in computed(Network(**given, classes=CLASSES), images, labels).items():
            if isinstance(found, dict):
                shapes[f"{case}/{kind}"] = {name: array.shape for name, array in sorted(found.items())}
                found = np.concatenate([array.ravel() for _, array in sorted(found.items())])
            arrays[f"{case}/{kind}"] = found.astype(np.float32)
    texts = {"cases": json.dumps(CASES), "adam": json.dumps(ADAM), "shapes": json.dumps(shapes)}
    texts |= {"torch": torch.__version__, "numpy": np.__version__}
    np.savez_compressed(file, **arrays, **{name: np.array(text) for name, text in texts.items()})


def computed(net: Network, images: torch.Tensor, labels: torch.Tensor) -> dict:
    """What is written down of a case: kind → array, or name → array."""
    scatter(net)
    net.double()
    found = {"start": weights(net)}
    with torch.no_grad():
        found["evaluation"] = net.eval()(images).numpy()
    found["layers"] = watched(net)
    optimizer = torch.optim.Adam(net.parameters(), **ADAM)
    logits = net.train()(images)
    loss = torch.nn.functional.cross_entropy(logits, labels)
    loss.backward()
    found |= {"training": logits.detach().numpy(), "loss": loss.detach().numpy()}
    found["gradient"] = {ours(name): parameter.grad.numpy().copy() for name, parameter in net.named_parameters()}
    optimizer.step()
    return found | {"after": weights(net)}


def scatter(net: Network) -> None:
    """Move what starts at 1 or 0 away from there."""
    for name, tensor in net.state_dict().items():
        if name.endswith(("norm.weight", "running_var")):
            tensor.uniform_(0.5, 1.5)
        elif name.endswith(("norm.bias", "running_mean")):
            tensor.uniform_(-0.5, 0.5)


def watched(net: Network) -> dict[str, np.ndarray]:
    """Filled by the next forward pass: the layers' outputs, by name, their means over the places."""
    seen: dict[str, np.ndarray] = {}
    for name, layer in net.named_modules():
        if isinstance(layer, Layer):
            layer.register_forward_hook(
                lambda _, __, output, name=name: seen.update({name: output.detach().mean(dim=(2, 3)).numpy()})
            )
    return seen


def weights(net: Network) -> dict[str, np.ndarray]:
    """Every weight and running statistic by Claimbook's name: a copy."""
    return {ours(name): t.numpy().copy() for name, t in net.state_dict().items() if "num_batches" not in name}


def ours(name: str) -> str:
    """Claimbook's name for PyTorch's."""
    for theirs, mine in OURS.items():
        name = name.replace(theirs, mine)
    return name


if __name__ == "__main__":
    main(sys.argv[1])
