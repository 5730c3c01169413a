"""An agent's day on the telephone: by formula, by simulation, and at its ends."""

from itertools import pairwise

import numpy as np
import pytest
from pictures import explorer_keeps_the_laws

from crmkit import explore
from crmkit.targeting.contacts import dialling

DAY = {"reach": 0.4, "tries": 3, "dial_minutes": 2.0, "talk_minutes": 6.0, "hours": 5.0}


def test_a_simulated_list_takes_as_long():
    rng = np.random.default_rng(4)
    answered = rng.random((200_000, 3)) < 0.4
    reached = answered.any(axis=1)
    tries = np.where(reached, answered.argmax(axis=1) + 1, 3)
    minutes = 2.0 * tries + 6.0 * reached
    day = dialling(**DAY)
    assert day.minutes == pytest.approx(minutes.mean(), abs=4 * minutes.std() / np.sqrt(len(minutes)))
    assert day.reached == pytest.approx(reached.mean(), abs=4 * np.sqrt(0.25 / len(reached)))


def test_one_try_and_sure_answer_are_plain():
    once = dialling(**{**DAY, "tries": 1})
    assert once.minutes == pytest.approx(2 + 0.4 * 6)
    sure = dialling(**{**DAY, "reach": 1.0})
    assert (sure.minutes, sure.reached) == pytest.approx((8.0, 1.0))
    assert sure.talks == pytest.approx(sure.targets) == pytest.approx(5 * 60 / 8)


def test_endless_tries_reach_everybody_at_one_over_reach():
    assert dialling(**{**DAY, "tries": 200}).minutes == pytest.approx(2 / 0.4 + 6)


def test_more_tries_reach_more_of_fewer_and_the_talks_stay_as_many():
    days = [dialling(**{**DAY, "tries": n}) for n in range(1, 6)]
    assert all(a.targets > b.targets and a.reached < b.reached for a, b in pairwise(days))
    # Each talk takes 1 / reach tries, however these are spread over customers.
    assert [one.talks for one in days] == pytest.approx([days[0].talks] * 5)


def test_no_hours_no_customers():
    assert dialling(**{**DAY, "hours": 0.0}).targets == 0


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"reach": 0.0}, "reach=0"),
        ({"reach": 40}, "reach"),
        ({"tries": 0}, "tries"),
        ({"tries": 1.5}, "tries"),
        ({"dial_minutes": -1.0}, "dial_minutes"),
        ({"talk_minutes": float("nan")}, "talk_minutes"),
        ({"dial_minutes": 0.0, "talk_minutes": 0.0}, "both 0"),
        ({"hours": 25.0}, "hours"),
    ],
)
def test_unsound_arguments_are_named(wrong, says):
    with pytest.raises((TypeError, ValueError), match=says):
        dialling(**{**DAY, **wrong})


def test_the_explorer_keeps_the_laws():
    explorer_keeps_the_laws(explore.targets_a_day(reach=0.4, dial_minutes=2.0, talk_minutes=6, hours=5.0))
