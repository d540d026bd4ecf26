"""Found or made: a study of an experiment from records, with what is missing run or named.

study = reproduce("overparameterization/depth-lp", preset="quick", seeds=3)
study.metric("n3-l4", "loss-100")
"""

from claimbook.engine.events import print_event
from claimbook.study.found_or_made import reproduce
from claimbook.study.publishing import Published, publish
from claimbook.study.shelves import committed, stores, users
from claimbook.study.studied import Gap, Study

__all__ = ["Gap", "Published", "Study", "committed", "print_event", "publish", "reproduce", "stores", "users"]
