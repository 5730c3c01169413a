"""What goes together? Itemsets, honest rules, sequences, next offers."""

from crmkit.baskets.confirm import confirm, halves
from crmkit.baskets.groups import by_group, differences
from crmkit.baskets.itemsets import itemsets
from crmkit.baskets.judge import judge
from crmkit.baskets.offers import offers
from crmkit.baskets.pairs import pairs
from crmkit.baskets.planted import against_truth, kinds
from crmkit.baskets.rules import rules
from crmkit.baskets.sequences import sequences
from crmkit.baskets.shelf import shelf_test
from crmkit.baskets.taxonomy import with_categories, without_own_category
from crmkit.baskets.transitions import transitions

__all__ = [
    "against_truth",
    "by_group",
    "confirm",
    "differences",
    "halves",
    "itemsets",
    "judge",
    "kinds",
    "offers",
    "pairs",
    "rules",
    "sequences",
    "shelf_test",
    "transitions",
    "with_categories",
    "without_own_category",
]
