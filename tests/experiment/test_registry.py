from __future__ import annotations

import re
import subprocess
import sys

import pytest

from claimbook.errors import UsageError
from claimbook.experiment import registry
from claimbook.experiment.parameters import describe


def test_papers_and_experiments_are_found_in_the_folder():
    assert "overparameterization" in registry.papers()
    assert registry.experiment_named("overparameterization/depth-lp").name == "depth-lp"
    assert registry.paper_named("overparameterization") == "overparameterization"


@pytest.mark.parametrize("experiment", registry.experiments().values(), ids=lambda experiment: experiment.id)
def test_every_experiment_declares_itself_whole(experiment):
    slug = re.compile(r"[a-z0-9][a-z0-9.-]*$")
    assert slug.match(experiment.paper) and slug.match(experiment.name) and experiment.paper in registry.papers()
    assert len({arm.id for arm in experiment.arms}) == len(experiment.arms) and experiment.question.endswith("?")
    assert all(slug.match(arm.id) and arm.title for arm in experiment.arms)
    assert all(metric.help and metric.better in ("lower", "higher", "") for metric in experiment.metrics)
    assert all(info.help.endswith(".") for info in describe(experiment.Parameters))
    names = [preset.name for preset in experiment.presets]
    assert {"smoke", "quick", "paper"} <= set(names) <= {"smoke", "quick", "reduced", "paper"}
    assert experiment.preset("smoke").stand_in and not experiment.preset("paper").stand_in
    assert experiment.preset("paper").overrides == {} and experiment.varies and isinstance(experiment.data_sets, tuple)
    for preset in names:
        for arm in experiment.arms:
            settings = experiment.settings(experiment.parameters(preset), arm)
            assert experiment.cost(settings, 1) > 0
            assert experiment.data_identity(settings, True) != experiment.data_identity(settings, False)


def test_unknown_names_are_answered_with_the_nearest():
    with pytest.raises(UsageError, match="Did you mean 'overparameterization/depth-lp'"):
        registry.experiment_named("overparameterization/depth-pl")
    with pytest.raises(UsageError, match="is a paper, not an experiment"):
        registry.experiment_named("overparameterization")
    with pytest.raises(UsageError, match="Did you mean 'overparameterization'"):
        registry.paper_named("overparametrization")


def test_looking_at_experiments_imports_no_mxnet():
    code = (
        "import sys; from claimbook.experiment import registry; registry.experiments(); "
        "sys.exit('mxnet' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
