"""Parameters of a notebook are checked before anything runs, and once more in the notebook."""

from __future__ import annotations

import pytest

from claimbook.errors import UsageError
from claimbook.notebook import check, checked
from claimbook.notebook.parameters import declared, parameters_cell

NAME = "overparameterization/depth-lp"


def test_values_come_out_in_their_types_and_nones_not_at_all():
    given = {"preset": "quick", "seeds": "3", "rates_l2": "0.01,1e-3", "confirm": "true", "data": None, "jobs": 2.0}
    assert checked(NAME, given) == {
        "preset": "quick", "seeds": 3, "rates_l2": [0.01, 1e-3], "confirm": True, "jobs": 2,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"seed": 3}, "Did you mean 'seeds'"),
        ({"serch_iterations": 3}, "Did you mean 'search_iterations'"),
        ({"x = 1; import os; y": 3}, "There is no parameter named"),
        ({"seeds": "three"}, "right type"),
        ({"seeds": 0}, "out of range"),
        ({"seeds": True}, "right type"),
        ({"search_iterations": 1.5}, "right type"),
        ({"rates_l4": [0.1, float("nan")]}, "out of range"),
        ({"rates_l4": "inf"}, "out of range"),
        ({"rates_l4": "__import__('os')"}, "right type"),
        ({"preset": "papr"}, "Did you mean 'paper'"),
        ({"preset": 'quick"\nimport os'}, "There is no preset"),
        ({"data": "synthetic"}, "stand-in"),
        ({"device": "tpu"}, "device"),
        ({"device": "gpu"}, "computes on the CPU only"),
        ({"preset": "published", "device": "cpu"}, "takes what is there"),
        ({"preset": "smoke", "data": "real"}, "never uses the real data"),
        ({"preset": "published", "data": "stand-in"}, "takes what is there"),
        ({"search_iterations": 100, "final_iterations": 50}, "search"),
    ],
)
def test_what_is_wrong_is_said_before_anything_runs(given, words):
    with pytest.raises(UsageError) as caught:
        checked(NAME, given)
    assert words in str(caught.value)


def test_a_misspelt_parameter_that_papermill_injected_is_found_in_the_notebook():
    injected = "# Parameters\npreset = 'quick'\nlearning_rates = [0.1]\n"
    namespace = {
        "In": ["", "preset = 'smoke'", injected],
        "preset": "quick",
        "learning_rates": [0.1],
        "other": object(),
    }
    with pytest.raises(UsageError, match="learning_rates"):
        check(NAME, namespace)
    namespace["In"] = namespace["In"][:2]
    assert check(NAME, namespace) == {"preset": "quick"}


def test_no_parameter_of_an_experiment_has_the_name_of_one_of_the_study():
    from claimbook.experiment.registry import experiments

    for experiment in experiments().values():
        names = [info.name for info in declared(experiment)]
        assert len(set(names)) == len(names)


def test_the_parameters_cell_has_every_parameter_in_order_and_can_be_read_by_papermill():
    from papermill.translators import PythonTranslator

    from claimbook.experiment.registry import experiment_named

    experiment = experiment_named(NAME)
    read = PythonTranslator.inspect({"source": parameters_cell(experiment)})
    infos = declared(experiment)
    assert [parameter.name for parameter in read] == [info.name for info in infos]
    assert all(info.help in parameter.help for info, parameter in zip(infos, read, strict=True))
    assert [parameter.default for parameter in read][:6] == ['"smoke"', "None", "None", "1", '"auto"', "False"]
    assert {parameter.default for parameter in read[6:]} == {"None"}
