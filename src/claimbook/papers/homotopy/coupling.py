"""The six tensors that exist twice in the released code, and where SGD on the norm of their difference takes them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from claimbook.errors import UsageError
from claimbook.experiment.base import Arm, Metric, Preset
from claimbook.experiment.net_study import NetStudy
from claimbook.experiment.parameters import parameter
from claimbook.papers.homotopy.limit_cycle import MOMENTUM, RATE
from claimbook.train.stages import stages

CONSTANT = ("heads", "close")
LEVELS = (0.01, 0.006, 0.005)
TITLES = {"heads": "six tensors", "close": "six tensors that start close"}


@dataclasses.dataclass(frozen=True)
class Parameters:
    """What a re-executor can change; the defaults of rate, momentum and width are the released code's."""

    rate: float = parameter(RATE, help="Learning rate, until it is halved.", low=1e-9, high=10.0)
    momentum: float = parameter(MOMENTUM, help="Momentum of SGD.", low=0.0, high=0.999)
    weight_decay: float = parameter(0.0, help="L2 of both copies; the code has 5e-4.", low=0.0, high=1.0)
    steps: int = parameter(400, help="Steps at one value of L.", unit="steps", low=20, high=1_000_000)
    burn_in: float = parameter(0.4, help="Share of the steps at one L and rate that is not counted.", low=0.0, high=0.9)
    width: int = parameter(512, help="Units of the hidden layers of the heads, and their inputs.", low=1, high=4_096)
    closeness: float = parameter(
        0.1, help="How far apart the copies of the arms close-… start, as a share of the others.", low=1e-9, high=1.0
    )
    ladder: str = parameter(
        "0.01..0.006 by 0.001, 120it each; 0.005, 120it", help="The stages of L of the arm schedule, in steps (it)."
    )
    push: float = parameter(
        0.3, help="Norm of the random gradient on each copy of a tensor in the arms pushed-….", low=1e-9, high=1e6
    )
    halvings: int = parameter(20, help="How often the rate is halved after its last stage.", low=0, high=60)
    distances: int = parameter(480, help="Tensors of one number in the arm distances.", low=1, high=100_000)
    farthest: float = parameter(40.0, help="How far apart its copies start at most.", low=1e-6, high=1e6)

    def check(self) -> None:
        """Raises UsageError for a schedule that is none, or in epochs, of which there are none here."""
        for stage in stages(self.ladder):
            if stage.length.endswith("ep") or stage.steps(1) < 20:
                raise UsageError(
                    f"A stage of the ladder is {stage.length!r} long.",
                    "There are no epochs here, and a cycle of less than twenty steps is not seen.",
                    'Give steps, 20 at least: "0.01..0.006 by 0.001, 120it each; 0.005, 120it".',
                )


class Coupling(NetStudy):
    """SGD with momentum on Σ ‖θ − η‖ / L over six pairs of tensors, norms not squared, and nothing else.

    The pairs are the weights and biases of the three linear layers of VGG11's head: all that exists twice in the
    released code (HTA-ERR.10). The copies start from two draws of PyTorch's linear layers. Arms l-…: at one L and the
    code's first rate. close-…: the same from copies that start nearer to each other. pushed-…: as l-…, and through all
    stages of L, with a random gradient on each copy besides, which takes their difference out of the line on which it
    starts, as that of a cross-entropy would. schedule: all stages of L one after the other, then the rate halved time
    and again. distances: many tensors of one number, which start from no distance to a large one.

    Source: phymucs/homotopy, commit bccbc48; the paper has squared norms (equation (3)).
    """

    paper = "homotopy"
    name = "coupling"
    title = "The limit cycle of the released code's coupling"
    question = "Do the two copies ever come together, and are the losses in the logs those of a cycle?"
    arms = (
        *(
            Arm(f"{'l' if start == 'heads' else 'close'}-{level:g}", f"L = {level:g}, {TITLES[start]}",
                {"level": level, "start": start})
            for start in CONSTANT for level in LEVELS
        ),
        Arm("pushed-0.01", "L = 0.01, random gradients besides", {"level": 0.01, "start": "heads", "push": True}),
        Arm("pushed-stages", "all stages, random gradients besides", {"level": None, "start": "heads", "push": True}),
        Arm("schedule", "all stages of L, then the rate halved", {"level": None, "start": "heads"}),
        Arm("distances", "L = 0.01, tensors of one number", {"level": 0.01, "start": "distances"}),
    )  # fmt: skip
    metrics = (
        Metric("norm-per-tensor", "‖θ − η‖ / L, mean over steps and tensors, at the arm's L (schedule: its last)"),
        Metric("coupling", "the same summed over the tensors: what the coupling adds to the loss"),
        Metric("scaled", "norm-per-tensor times L², which one law for all L would leave equal"),
        Metric("in-cycle", "tensors whose mean is that of the cycle of four steps, within a hundredth", "tensors"),
        Metric("above", "norm-per-tensor over that of the cycle of four steps"),
        Metric("longest-period", "the longest cycle of a tensor, among those of 120 steps at most", "steps"),
        Metric("halvings", "halvings of the rate after which the coupling adds less than two guesses' cross-entropies",
               "halvings"),
    )  # fmt: skip
    Parameters = Parameters
    presets = (
        Preset(
            "smoke",
            2,
            {"width": 16, "steps": 200, "ladder": "0.01, 40it; 0.005, 40it", "halvings": 3, "distances": 12},
            stand_in=True,
            note="small tensors and few steps",
        ),
        Preset("quick", 1, {"ladder": "0.01..0.006 by 0.001, 60it each; 0.005, 60it"}, note="one start"),
        Preset("paper", 5, note="tensors, rate and momentum of the released code; 120 steps for each stage of L"),
    )
    varies = (
        "the start of both copies; the arms of one seed share it",
        "the random gradients",
        "how far apart the tensors of distances start",
    )
    data_sets = ()

    def settings(self, parameters: Parameters, arm: Arm) -> dict[str, Any]:
        """The tensors' start, the optimizer, and `plan`: (L, rate, steps) one after the other."""
        start, p = arm.settings["start"], parameters
        own = {"heads": {"width": p.width}, "close": {"width": p.width, "closeness": p.closeness}}
        own["distances"] = {"distances": p.distances, "farthest": p.farthest}
        pushed = {"push": p.push} if "push" in arm.settings else {}
        halvings = 0 if pushed else p.halvings
        plan = [[arm.settings["level"], p.rate, p.steps]] if arm.settings["level"] else _plan(p, halvings)
        same = {"momentum": p.momentum, "weight_decay": p.weight_decay, "burn_in": p.burn_in}
        return {"start": start, "plan": plan, **same, **own[start], **pushed}

    def data_identity(self, settings: Mapping[str, Any], stand_in: bool) -> dict[str, Any]:
        """Tensors of random numbers: there is nothing to fetch."""
        return {"name": "two-heads", "edition": "drawn", "stand_in": stand_in}

    def cost(self, settings: Mapping[str, Any], seeds: int) -> float:
        """Seconds of one core, from the measured time of a step."""
        steps = sum(length for _, _, length in settings["plan"])
        an_entry = 20e-3 if "push" in settings else 2e-3
        return 1.0 + seeds * steps * (0.6e-3 + an_entry * (settings.get("width", 0) / 512) ** 2)

    def begun(self, settings: Mapping[str, Any], seed: int, stand_in: bool) -> Any:
        """A `CouplingRun`."""
        from claimbook.papers.homotopy.runs.coupling import CouplingRun

        return CouplingRun(settings, seed)


def _plan(parameters: Parameters, halvings: int) -> list[list[float]]:
    """The stages of L at the first rate, and the last L again for each halving."""
    found = [[stage.level, parameters.rate, stage.steps(1)] for stage in stages(parameters.ladder)]
    level, rate, steps = found[-1]
    return found + [[level, rate / 2**k, steps] for k in range(1, halvings + 1)]
