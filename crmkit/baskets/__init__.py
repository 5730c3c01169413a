"""What goes together? Itemsets, honest rules, sequences, next offers."""

from crmkit.baskets.again import again
from crmkit.baskets.confirm import confirm, halves
from crmkit.baskets.groups import by_group, differences
from crmkit.baskets.itemsets import itemsets
from crmkit.baskets.judge import judge
from crmkit.baskets.moved import Moved, moved
from crmkit.baskets.offers import offers
from crmkit.baskets.pairs import pairs
from crmkit.baskets.planted import against_truth, kinds
from crmkit.baskets.reported import reported
from crmkit.baskets.rules import rules
from crmkit.baskets.sequences import sequences
from crmkit.baskets.shelf import shelf_test
from crmkit.baskets.taxonomy import with_categories, without_own_category
from crmkit.baskets.transitions import transitions
from crmkit.baskets.within import Within, within

__all__ = [
    "Moved",
    "Within",
    "again",
    "against_truth",
    "by_group",
    "confirm",
    "differences",
    "halves",
    "itemsets",
    "judge",
    "kinds",
    "moved",
    "offers",
    "pairs",
    "reported",
    "rules",
    "sequences",
    "shelf_test",
    "transitions",
    "with_categories",
    "within",
    "without_own_category",
]
