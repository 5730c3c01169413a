"""Weight of evidence and information value: by hand, laws, known truths, and at the door."""

import numpy as np
import pandas as pd
import pytest
from responders import applicants
from scipy.special import expit

from crmkit.targeting import response


def test_evidence_by_hand():
    """100 with and 100 without: a holds 60 and 20, b 40 and 80; ln 3 and ln 1/2. With hardly any smoothing."""
    feature = pd.Series(["a"] * 80 + ["b"] * 120)
    outcome = [1] * 60 + [0] * 20 + [1] * 40 + [0] * 80
    found = response.woe(feature, outcome, smoothing=1e-9).set_index("bin")
    assert found["customers"].to_dict() == {"a": 80, "b": 120}
    assert found.at["a", "woe"] == pytest.approx(np.log(3)) and found.at["b", "woe"] == pytest.approx(np.log(0.5))
    iv = 0.4 * np.log(3) - 0.4 * np.log(0.5)
    assert found["iv"].sum() == pytest.approx(iv)
    table = response.information_value(feature.rename("plan").to_frame(), outcome, smoothing=1e-9)
    assert table.at["plan", "iv"] == pytest.approx(iv) and table.at["plan", "bins"] == 2


def test_an_empty_cell_stays_finite_and_few_say_little():
    feature = pd.Series(["a"] * 30 + ["b"] * 1_000)
    outcome = [1] * 30 + [1, 0] * 500
    found = response.woe(feature, outcome).set_index("bin")
    assert np.isfinite(found.to_numpy(dtype=float)).all()
    assert 0 < found.at["a", "woe"] < np.log(31 / 0.5)
    strong = response.woe(feature, outcome, smoothing=50).set_index("bin")
    assert 0 < strong.at["a", "woe"] < found.at["a", "woe"]


@pytest.mark.parametrize("falling", [False, True])
def test_bins_of_numbers_only_rise_or_only_fall(falling):
    rng = np.random.default_rng(1)
    x = rng.normal(size=2_000)
    outcome = rng.random(2_000) < expit((-1 if falling else 1) * x - 1 + 0.3 * np.sin(9 * x))
    found = response.woe(pd.Series(x, name="x"), outcome, bins=6)
    step = np.diff(found["rate"])
    assert 2 <= len(found) <= 6 and ((step < 0).all() if falling else (step > 0).all())
    assert (found["customers"] >= 0.02 * 2_000).all()
    free = response.woe(pd.Series(x, name="x"), outcome, bins=6, monotone=False)
    assert len(free) == 6 and np.ptp(free["customers"]) <= 1
    for table in (found, free):
        assert table["customers"].sum() == 2_000
        assert (table["rate"] * table["customers"]).sum() == pytest.approx(outcome.sum())
        assert ((table["low"] <= table["rate"]) & (table["rate"] <= table["high"])).all()
        assert ((table["woe_low"] < table["woe"]) & (table["woe"] < table["woe_high"])).all()


def test_a_bin_holds_its_upper_end():
    feature = pd.Series([1.0, 2.0, 3.0, 4.0] * 50, name="children")
    outcome = np.tile([0, 0, 1, 1], 50)
    outcome[:4] = [1, 1, 0, 0]
    assert response.woe(feature, outcome, bins=2)["bin"].tolist() == ["up to 2", "over 2"]
    assert response.woe(feature, outcome, bins=2)["customers"].tolist() == [100, 100]
    card = response.scorecard(feature.to_frame(), outcome, bins=2)
    counted = card.points(feature.to_frame())["children"].value_counts()
    assert counted[card.table["points"].to_numpy()].tolist() == card.table["customers"].tolist()


def test_bins_at_the_rate_of_all_say_nothing_whatever_the_smoothing():
    feature = pd.Series(["a"] * 100 + ["b"] * 40)
    outcome = [1, 0, 0, 0] * 35
    for smoothing in (0.1, 1, 30):
        np.testing.assert_allclose(response.woe(feature, outcome, smoothing=smoothing)["woe"], 0, atol=1e-12)


def test_rare_words_are_one_bin_and_missing_is_another():
    words = pd.Series(["a"] * 60 + ["b"] * 60 + [f"r{at}" for at in range(12)] + [None] * 20)
    outcome = np.tile([1, 0], 76)
    found = response.woe(words, outcome)
    assert found["bin"].tolist() == ["a", "b", "(other)", "(missing)"]
    assert found["customers"].tolist() == [60, 60, 12, 20]
    shuffled = response.woe(words.iloc[::-1], pd.Series(outcome).iloc[::-1])
    pd.testing.assert_frame_equal(shuffled, found)
    figures = response.woe(pd.Series([1.0, 2.0, 3.0, np.nan] * 38), outcome, monotone=False, bins=3)
    assert figures["bin"].iloc[-1] == "(missing)" and figures["customers"].iloc[-1] == 38
    owner = response.woe(pd.Series([True, False] * 76), outcome)
    assert owner["bin"].tolist() == ["no", "yes"]
    assert response.woe(pd.Series([5.0] * 152), outcome)[["bin", "woe"]].to_numpy().tolist() == [["all", 0.0]]


def test_intervals_of_the_evidence_cover():
    """Two bins with known chances; 250 samples of 400, a standard error of 1.4 %."""
    ones, zeros = np.array([0.7, 0.1]) / 0.8, np.array([0.3, 0.9]) / 1.2  # shares of the two bins, each half of all
    truth, iv = np.log(ones[0] / zeros[0]), (ones - zeros) @ np.log(ones / zeros)
    inside, of_iv, drawn_woe, drawn_iv = [], [], [], []
    rng = np.random.default_rng(3)
    for _ in range(250):
        feature = pd.Series(rng.choice(["a", "b"], 400), name="x")
        outcome = rng.random(400) < np.where(feature == "a", 0.7, 0.1)
        row = response.woe(feature, outcome, smoothing=1e-6).set_index("bin").loc["a"]
        inside.append(row["woe_low"] < truth < row["woe_high"])
        drawn_woe.append((row["woe"], row["woe_high"] - row["woe"]))
        row = response.information_value(feature.to_frame(), outcome, smoothing=1e-6).loc["x"]
        of_iv.append(row["low"] < iv < row["high"])
        drawn_iv.append((row["iv"], row["high"] - row["iv"]))
    assert abs(np.mean(inside) - 0.95) < 0.042
    assert abs(np.mean(of_iv) - 0.95) < 0.042
    # Half-widths beside the spread there is; of 250 draws it is known to 4.5 %.
    for drawn in (drawn_woe, drawn_iv):
        value, half = np.array(drawn).T
        assert half.mean() / 1.96 == pytest.approx(value.std(), rel=0.135)


def test_the_interval_of_the_information_value_is_that_of_two_multinomials():
    """Slopes by finite differences, covariance of the shares of a multinomial: the delta method without its algebra."""
    feature = pd.Series(np.repeat(["a", "b", "c"], [300, 200, 100]), name="x")
    outcome = np.concatenate([np.repeat([1, 0], pair) for pair in ([60, 240], [90, 110], [80, 20])])
    shares = [np.array([60, 90, 80]) / 230, np.array([240, 110, 20]) / 370]

    def value(ones, zeros):
        return (ones - zeros) @ np.log(ones / zeros)

    variance = 0.0
    for which, n in ((0, 230), (1, 370)):
        share, slope = shares[which], np.empty(3)
        for at in range(3):
            moved = [[one.copy() for one in shares] for _ in range(2)]
            moved[0][which][at] -= 1e-6
            moved[1][which][at] += 1e-6
            slope[at] = (value(*moved[1]) - value(*moved[0])) / 2e-6
        variance += slope @ (np.diag(share) - np.outer(share, share)) @ slope / n
    row = response.information_value(feature.to_frame(), outcome, smoothing=1e-9).loc["x"]
    assert row["iv"] == pytest.approx(value(*shares))
    assert row["high"] - row["iv"] == pytest.approx(1.959964 * np.sqrt(variance), rel=1e-4)


def test_what_says_nothing_has_the_value_of_chance():
    """Mean over 300 features by lot, cut blindly: within three standard errors of what is told to be expected."""
    rng = np.random.default_rng(4)
    outcome = rng.random(1_000) < 0.2
    people = pd.DataFrame(rng.random((1_000, 300))).rename(columns=str)
    found = response.information_value(people, outcome, monotone=False, bins=5, smoothing=1e-6)
    error = found["iv"].std() / np.sqrt(300)
    assert found["iv"].mean() == pytest.approx(found["by_chance"].mean(), abs=3 * error + 0.02 * found["iv"].mean())
    assert found["iv"].is_monotonic_decreasing
    known, good = applicants(1)
    assert response.information_value(known, good).index.tolist()[-1] == "branch"


def test_bad_features_are_named():
    with pytest.raises(TypeError, match="feature is a list; expected a pandas Series"):
        response.woe([1, 2], [1, 0])
    with pytest.raises(ValueError, match="holds days or times"):
        response.woe(pd.Series(pd.date_range("2026-01-01", periods=4), name="day"), [1, 0, 1, 0])
    with pytest.raises(ValueError, match="outcome is 1 for all 2"):
        response.information_value(pd.DataFrame({"a": [1.0, 2.0]}), [1, 1])
