"""Pictures and explorers of baskets."""

import pandas as pd
import pytest
from pictures import explorer_keeps_the_laws, keeps_the_laws

from crmkit import baskets, explore, plots, worlds


@pytest.fixture(scope="module")
def case():
    return worlds.Retail(customers=600).draw(seed=7)


@pytest.fixture(scope="module")
def results(case):
    style = case.products.set_index("item")["style"]
    sets = baskets.itemsets(case.lines, min_support=0.003)
    rules = baskets.rules(sets, min_confidence=0.0, min_improvement=None)
    log = case.lines.merge(case.transactions, left_on="basket_id", right_on="transaction_id")
    city = case.transactions.set_index("transaction_id")["customer_id"]
    city = city.map(case.customers.set_index("customer_id")["city"])
    return {
        "basket_rules": (rules, {}),
        "basket_rules by kind": (rules, {"kind": baskets.kinds(rules, case.truth.rules, style)}),
        "basket_network": (rules, {"most": 15}),
        "pair_map": (baskets.pairs(case.lines, min_support=0.01), {}),
        "next_steps": (baskets.transitions(log), {}),
        "rule_by_group": (baskets.by_group(rules.head(2), case.lines, city), {"rule": 0}),
        "offer_gain": (baskets.judge(log, "2025-06-30"), {"unit": "yuan"}),
        "rules_found": (baskets.against_truth(rules, case.truth.rules, max_q=(1.0, 0.05, 0.001), style=style), {}),
    }


NAMES = ("basket_rules", "basket_rules by kind", "basket_network", "pair_map", "next_steps", "rule_by_group",
         "offer_gain", "rules_found")  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_pictures_keep_the_laws(results, name):
    result, options = results[name]
    keeps_the_laws(getattr(plots, name.split()[0]), result, **options)


@pytest.mark.parametrize("name", ["basket_rules", "basket_network", "pair_map"])
def test_nothing_found_is_a_picture_too(results, name):
    keeps_the_laws(getattr(plots, name), results[name][0].head(0))


def test_what_is_said_is_in_the_table(results):
    rules, options = results["basket_rules by kind"]
    said = plots.alt(plots.basket_rules(rules, **options))
    counts = options["kind"].value_counts()
    assert all(f"{counts[kind]:,} {kind}" in said for kind in counts.index)
    assert said.startswith(f"{len(rules) - counts['planted']:,} of {len(rules):,} rules were not planted.")
    steps = results["next_steps"][0]
    chance = plots.next_steps(steps.assign(q=0.5))  # none that chance could not bring
    assert plots.alt(chance).startswith("No step is more frequent than by chance")
    long = steps.assign(q=0.5, **{"from": "loans and insurance of others"})
    keeps_the_laws(plots.next_steps, long)
    keeps_the_laws(plots.next_steps, long.assign(q=0.0))
    judged = results["offer_gain"][0]
    assert judged["hit_rate"].idxmax().capitalize() in plots.alt(plots.offer_gain(judged))


@pytest.mark.parametrize(
    ("rates", "lifts", "said"),
    [
        ({"popularity": 0.05, "lift": 0.02}, (0.3, 0.6), "Popularity hits most, 5.0 %: clearly more than lift, 2.0 %."),
        (
            {"popularity": 0.05, "lift": 0.04},
            (0.7, 1.1),
            "Popularity hits most, 5.0 %: not told apart from lift, 4.0 %.",
        ),
        (
            {"popularity": 0.02, "rules": 0.05},
            (1.5, 4.0),
            "Rules hit most, 5.0 %: clearly more than popularity, 2.0 %.",
        ),
        ({"cosine": 0.05}, (0.9, 4.0), "Cosine hits most, 5.0 % of the customers."),
        ({"cosine": 0.05, "lift": 0.04}, (0.9, 4.0), "Cosine hits most, 5.0 % of the customers."),
    ],
)
def test_the_title_of_offers_says_whether_the_best_can_be_told_from_the_next(rates, lifts, said):
    table = pd.DataFrame({"hit_rate": rates})
    table = table.assign(
        low=table["hit_rate"] / 2, high=2 * table["hit_rate"], profit=1.0, profit_low=-0.5, profit_high=2.5
    )
    table["lift_low"], table["lift_high"] = lifts
    told = plots.alt(plots.offer_gain(table))
    assert told.startswith(said) and "+1.00 money a customer, (-0.50 to +2.50)" in told


def test_explorers_keep_the_laws(case):
    log = case.lines.merge(case.transactions, left_on="basket_id", right_on="transaction_id")
    style = case.products.set_index("item")["style"]
    explorer_keeps_the_laws(explore.thresholds(case.lines, case.truth.rules, style=style))
    explorer_keeps_the_laws(explore.lottery(case.lines, case.truth.rules))
    explorer_keeps_the_laws(explore.next_offer(pd.DataFrame(log), "2025-06-30"))
    as_in_the_case = explore.next_offer(pd.DataFrame(log), "2025-06-30", offers=3, margin=12, cost=8, unit="yuan").said
    assert as_in_the_case.startswith("3 offers a customer, 12 yuan a hit, 8.00 a customer")
