"""What was written down after the outcome is suspected; what was known before is not."""

import numpy as np
import pandas as pd
import pytest
from responders import drawn

from crmkit.targeting import response


@pytest.fixture(scope="module")
def world():
    return drawn(1)


def bad(**columns):
    return pd.DataFrame({"age": [20.0, 30.0] * 10, **columns})


def test_what_was_written_down_afterwards_is_suspected(world):
    people, _, outcome = world
    rng = np.random.default_rng(1)
    late = people.assign(
        refund=np.where(outcome, rng.gamma(2.0, 5.0, 2_000), np.nan),  # missing tells
        note=np.where(outcome, rng.choice(["thanks", "bye"], 2_000), "open"),
        middle=np.where(outcome, 0.5, rng.choice([0.0, 1.0], 2_000)),  # in between: no straight order
    )
    found = response.leaks(late, outcome, seed=1)
    assert set(found.index[found["suspected"]]) == {"refund", "note", "middle"}
    assert found["auc"].is_monotonic_decreasing
    assert ((found["low"] <= found["auc"]) & (found["auc"] <= found["high"])).all()
    assert found.at["shoe", "low"] < 0.5 < found.at["shoe", "high"]
    assert not response.leaks(people, outcome, seed=1)["suspected"].any()
    assert response.leaks(people, outcome, seed=1, at=0.55)["suspected"].any()
    compared = response.compare(late, outcome, value=10, cost=2, seed=1, kinds=("logistic",), folds=2)
    assert set(compared.suspected_leaks) == {"refund", "note", "middle"} and "refund" in repr(compared)


@pytest.mark.parametrize(
    ("outcome", "options", "match"),
    [
        ([1, 0] * 10, {"at": 98}, "at=98 must be an area under the ROC curve"),
        ([1] + [0] * 19, {}, "only 1 customer of one kind"),
        ([1, 0] * 10, {"level": 95}, "write 95 % as 0.95"),
    ],
)
def test_bad_input_of_leaks_is_named(outcome, options, match):
    with pytest.raises(ValueError, match=match):
        response.leaks(bad(), outcome, seed=1, **options)
