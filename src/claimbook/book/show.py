"""What a notebook shows of a study: `show.study`, `show.networks`, `show.curves`, `show.points`, `show.table`,
`show.ratios`, `show.rates`, `show.claims`, `show.seeds_needed`, `show.sensitivity`, `show.what_if`, `show.learning`,
`show.paper_table`, `show.differences`, `show.excluded`, `show.layers`, `show.starting_points`, `show.pins`,
`show.path`, `show.descent`, `show.confusion`, `show.mistakes`, `show.layer_table`; and `show.pictures` of any images.

Every function takes a `Study` and returns an object that a notebook displays, with a plain text beside it. The same
records give the same output on every machine. Numbers link to their records only at preset "published", which is what
the book shows: nowhere else is there a page to link to.
"""

from __future__ import annotations

from claimbook.book.library_faults import nesterov_decay, slope_gradients
from claimbook.book.pictures import pictures
from claimbook.book.shown import Shown, shown_table
from claimbook.book.study_by_seed import by_seed
from claimbook.book.study_claims import claims
from claimbook.book.study_confusion import confusion
from claimbook.book.study_curves import curves
from claimbook.book.study_descent import descent
from claimbook.book.study_excluded import excluded
from claimbook.book.study_layer_table import layer_table
from claimbook.book.study_layers import layers
from claimbook.book.study_learning import learning
from claimbook.book.study_map import share_map
from claimbook.book.study_mistakes import mistakes
from claimbook.book.study_noise import differences
from claimbook.book.study_numbers import points, ratios, table
from claimbook.book.study_other_way import other_way
from claimbook.book.study_paths import path
from claimbook.book.study_rates import rates
from claimbook.book.study_rows import rows
from claimbook.book.study_seeds import seeds_needed
from claimbook.book.study_sensitivity import sensitivity_of as sensitivity
from claimbook.book.study_starts import pins, starting_points
from claimbook.book.study_tables import paper_table
from claimbook.book.study_views import networks, study
from claimbook.book.study_what_if import what_if

__all__ = [
    "Shown",
    "by_seed",
    "claims",
    "confusion",
    "curves",
    "descent",
    "differences",
    "excluded",
    "layer_table",
    "layers",
    "learning",
    "mistakes",
    "nesterov_decay",
    "networks",
    "other_way",
    "paper_table",
    "path",
    "pictures",
    "pins",
    "points",
    "rates",
    "ratios",
    "rows",
    "seeds_needed",
    "sensitivity",
    "share_map",
    "shown_table",
    "slope_gradients",
    "starting_points",
    "study",
    "table",
    "what_if",
]
