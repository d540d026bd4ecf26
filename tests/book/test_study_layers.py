"""Tables by layers as figures: what is drawn along which axis, of which arm, column and size, and what is not."""

import dataclasses
import re
from types import SimpleNamespace

import pytest
from book.learned import learned

from claimbook.book import show
from claimbook.errors import UsageError

DEEP = ["entry.conv.weight", "stage0.a.weight", "stage0.b.weight", "stage1.a.weight", "linear.weight"]
SHALLOW = ["entry.conv.weight", "stage0.a.weight", "linear.weight"]


def flow(names, factor, **changed):
    return [{"layer": name, "first": factor * 10.0**-i, "last": 2.0 + i} | changed for i, name in enumerate(names)]


def study(tables, **more):
    """Of the experiment depth; tables: (arm, seed) → rows of gradient-flow."""
    made = learned("depth", {}, **more)
    records = {
        (arm, seed): SimpleNamespace(arm=arm, seed=seed, tables={"gradient-flow": rows}, diverged=not rows)
        for (arm, seed), rows in tables.items()
    }
    return dataclasses.replace(made, records=records)


TWO = {("vgg-08", 0): flow(SHALLOW, 1.0), ("vgg-38", 0): flow(DEEP, 1.0), ("vgg-38", 1): flow(DEEP, 100.0)}
CALLED = {"first": "after the first epoch", "last": "after the last epoch"}


def test_a_panel_for_each_column_has_a_line_for_each_arm_from_the_entry_to_the_end():
    shown = show.layers(study(TWO), "gradient-flow", CALLED, ylabel="gradient")
    first, last, note = shown.text.splitlines()
    assert first == (
        "after the first epoch: gradient over layer, from 1 (entry) to 5 (linear): "
        "VGG_08 from 1 to 0.01; VGG_38 from 10 to 0.001."
    )  # the mean of the logs of 1 and 100
    assert last.startswith("after the last epoch: gradient") and "VGG_38 from 2 to 6" in last
    assert "the mean of the logs over 2 seeds" in note and "Preset reduced, real data" in note
    assert shown.html.count("<svg") == 2 and f'aria-label="{first}"' in shown.html


def test_a_panel_for_each_arm_has_a_line_for_each_column():
    shown = show.layers(study(TWO), "gradient-flow", ["first", "last"], panel="arm", arms=["vgg-38"], ylabel="size")
    line, _ = shown.text.splitlines()
    assert line.startswith("VGG_38: size over layer") and "first from 10 to 0.001; last from 2 to 6" in line


def test_the_parts_of_the_net_are_named_where_all_lines_share_them():
    alone = show.layers(study(TWO), "gradient-flow", "first", arms=["vgg-38"]).html
    assert ">stage0<" in alone and ">stage1<" not in alone  # a part of one layer has no room for its name
    assert ">stage0<" not in show.layers(study(TWO), "gradient-flow", "first").html


def test_what_an_axis_cannot_show_is_left_out():
    rows = flow(DEEP, 1.0)
    rows[0]["first"], rows[1]["first"], rows[2]["first"] = 0.0, None, float("nan")
    odd = study({("vgg-38", 0): rows})
    assert "VGG_38 from 0.001 to 0.0001" in show.layers(odd, "gradient-flow", "first").text
    assert "VGG_38 from 0 to 0.0001" in show.layers(odd, "gradient-flow", "first", yscale="linear").text


def test_an_arm_may_lack_a_column_and_a_run_that_blew_up_the_table():
    more = study({**TWO, ("vgg-38", 2): [], ("vgg-38", 0): flow(DEEP, 1.0, expected=0.5)})
    text = show.layers(more, "gradient-flow", {"expected": "theory"}).text
    assert "theory: expected over layer" in text and "VGG_38 from 0.5 to 0.5." in text and "VGG_08" not in text
    assert "1 run of 4 diverged" in text


def test_each_size_has_a_figure_of_its_own():
    sizes = {"paper": study({("vgg-38", 0): flow(DEEP, 7.0)}, preset="published", shown="paper")}
    sizes["reduced"] = study(TWO, preset="published")
    shown = show.layers(dataclasses.replace(sizes["paper"], sizes=sizes), "gradient-flow", "first")
    paper, reduced = shown.text.split("Preset paper, committed records.")
    assert "VGG_38 from 7 to" in paper and "VGG_38 from 10 to" in reduced and shown.html.count("<figure") == 2
    assert len(set(re.findall(r"clip-path: url\(#(\w+)\)|id=\"(\w+)\"", shown.html)))


def test_the_same_records_give_the_same_bytes():
    one, other = (show.layers(study(TWO), "gradient-flow", CALLED) for _ in range(2))
    assert one == other


def test_nothing_says_so():
    assert "No record with a table of gradient-flow" in show.layers(study({}), "gradient-flow", "first").text
    assert "No record with a table of layers" in show.layers(study(TWO), "layers", "signal").text


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"columns": "frist"}, "first"),
        ({"yscale": "logs"}, "scale of an axis"),
        ({"panel": "seed"}, "kind of panel"),
        ({"arms": ["vgg-8"]}, "arm of"),
    ],
)
def test_what_cannot_be_drawn_is_named(given, told):
    with pytest.raises(UsageError, match=told):
        show.layers(study(TWO), "gradient-flow", **({"columns": "first"} | given))
