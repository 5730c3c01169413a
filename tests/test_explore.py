"""Explorers: the sentence follows the controls, and the picture reads without a kernel."""

import pytest
from pictures import explorer_keeps_the_laws

from crmkit import checks, explore, plots, segments, targeting, worlds


@pytest.fixture(scope="module")
def case():
    return worlds.Retail(customers=600).draw(seed=5)


@pytest.fixture(scope="module")
def made(case):
    rfm = segments.rfm(case.transactions)
    people = case.contacts.assign(
        purchases=case.contacts["treated"] * 1.0 + (case.contacts.index % 3)
    ).join(rfm["segment"], on="customer_id")  # fmt: skip
    trial = targeting.trial(people, outcome="purchases", group="segment")
    lines = case.lines.merge(case.products[["item", "style"]], on="item")
    towns = case.transactions.merge(case.customers[["customer_id", "city"]], on="customer_id")
    lines = lines.merge(towns[["transaction_id", "day", "city"]], left_on="basket_id", right_on="transaction_id")
    worth = rfm.groupby("segment", observed=False)["monetary"].size() * 0 + 50.0
    columns = {"region": "city", "choice": "style", "weight": "quantity", "when": "day"}
    return {
        "dirt": explore.dirt(case.transactions, known=case.customers["customer_id"], most=20_000, seed=1),
        "scores": explore.scores(case.transactions),
        "moves": explore.moves(case.transactions),
        "market": explore.market(),
        "form": explore.form(),
        "loyalty": explore.loyalty(segments.value_matrix(case.transactions), years=2, margin=0.45),
        "clustering": explore.clustering(rfm, rfm["segment"], seed=1),
        "taste": explore.taste(lines, **columns, truth=case.truth.preferences),
        "budget": explore.budget(trial, worth=worth, sizes=rfm["segment"].value_counts()),
        "assortment": explore.assortment(),
    }


NAMES = ("dirt", "scores", "moves", "loyalty", "clustering", "taste", "budget", "assortment", "market", "form")


@pytest.mark.parametrize("name", NAMES)
def test_an_explorer_keeps_the_laws(made, name):
    explorer_keeps_the_laws(made[name])


def test_what_the_sentence_says_is_what_the_function_finds(made, case):
    explorer = made["scores"]
    explorer.controls["bins"].value, explorer.controls["months_back"].value = 4, 6
    found = segments.rfm(case.transactions, "2025-06-30", 4)
    champions = (found["segment"] == "champions").sum()
    assert f" {champions:,} champions are {plots.percent(champions / len(found))}" in explorer.said


def test_text_from_outside_is_escaped():
    def draw(size):
        return plots.amounts(segments_of_one(), title="<b>bold</b>"), "<script>alert(1)</script>"

    explorer = explore.Explorer(draw, question="<i>why?</i>", size=explore.number("size", 1, 0, 2))
    html = explorer._repr_mimebundle_()["text/html"]
    assert "<script>" not in html and "<i>why" not in html


def segments_of_one():
    import pandas as pd

    return pd.Series({"one": 1.0})


def test_a_field_judges_wrong_open_and_right_answers(case):
    sheet = checks.Sheet("10", case)
    field = explore.ask(sheet, "half_of_money")
    field.button.click()
    assert "answer first" in field.view.value
    field.field.value = "99"
    field.button.click()
    assert "✗" in field.view.value
    field.field.value = str(sheet.question("half_of_money").solve(case)[0])
    field.button.click()
    assert "✓" in field.view.value
    assert sheet.standing().loc["half_of_money", "state"] == "right"


def test_a_choice_is_offered_as_one(case):
    field = explore.ask(checks.Sheet("10", case), "rand_says")
    assert len(field.field.options) == 4 and field.field.value is None
    field.field.value = field.field.options[0]
    field.button.click()
    assert "✗" in field.view.value
    assert field.field.options[1] in field._repr_mimebundle_()["text/html"]
