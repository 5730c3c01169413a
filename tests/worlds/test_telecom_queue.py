"""The phone line: against birth-death chains at steady state, against a second simulation, and by hand."""

import numpy as np
import pytest

from crmkit.worlds.telecom.queue import NOBODY, Duty, Served, Waiting, serve, sizes


def birth_death(rate, handle_s, agents, patience_s, limit=2_000):
    """M/M/n(+M) by brute force: chances of 0, 1, 2, ... calls in the system from the balance of flows.

    Returns (chance to wait, mean wait of all who arrive, share who give up). The mean wait follows from Little's law.
    """
    weight = np.zeros(limit)
    weight[0] = 1.0
    for k in range(1, limit):
        out = min(k, agents) / handle_s + max(k - agents, 0) / patience_s
        weight[k] = weight[k - 1] * rate / out
    chance = weight / weight.sum()
    in_line = np.maximum(np.arange(limit) - agents, 0) @ chance
    return chance[agents:].sum(), in_line / rate, in_line / patience_s / rate


def poisson_calls(rate, handle_s, patience_s, hours, rng):
    n = rng.poisson(rate * hours * 3600)
    at = np.sort(rng.random(n)) * hours * 3600
    patience = rng.exponential(patience_s, n) if np.isfinite(patience_s) else np.full(n, np.inf)
    return [
        Waiting(*one) for one in zip(at.tolist(), rng.exponential(handle_s, n).tolist(), patience.tolist(), strict=True)
    ]


SYSTEMS = {
    "one agent": (1 / 300, 200.0, 1, np.inf),
    "Erlang C, busy": (0.05, 180.0, 10, np.inf),
    "Erlang A, light": (0.05, 180.0, 12, 120.0),
    "Erlang A, overloaded": (0.10, 180.0, 14, 60.0),
    "Erlang A, impatient": (0.05, 180.0, 8, 10.0),
}


@pytest.mark.parametrize("name", SYSTEMS)
def test_at_steady_state_it_is_the_birth_death_chain(name):
    """Waits of neighbours hang together, so the standard errors come from 24 independent runs, warmed up for 2 hours."""
    rate, handle_s, agents, patience_s = SYSTEMS[name]
    p_wait, mean_wait, p_abandon = birth_death(rate, handle_s, agents, patience_s)
    found = []
    for rng in np.random.default_rng(11).spawn(24):
        calls = poisson_calls(rate, handle_s, patience_s, 10, rng)
        served = serve(calls, Duty(1800.0, [[agents]], [0]))
        warm = np.array([call.at_s for call in calls]) > 7_200
        wait = np.array(served.wait_s)[warm]
        found.append((np.mean(wait > 0), wait.mean(), 1 - np.mean(np.array(served.answered)[warm])))
    mean, error = np.mean(found, axis=0), np.std(found, axis=0, ddof=1) / np.sqrt(len(found))
    for value, wanted, width in zip(mean, (p_wait, mean_wait, p_abandon), error, strict=True):
        assert abs(value - wanted) < 4 * width + 1e-12


def second_way(calls, agents):
    """The same by another algorithm: a call takes the agent who is free first, unless patience runs out before
    (Kiefer & Wolfowitz). Only for constant staff and calls in the order of time."""
    free, wait, answered = [0.0] * agents, [], []
    for call in calls:
        first = min(range(agents), key=free.__getitem__)
        begin = max(free[first], call.at_s)
        answered.append(begin - call.at_s <= call.patience_s)
        wait.append(begin - call.at_s if answered[-1] else call.patience_s)
        if answered[-1]:
            free[first] = begin + call.handle_s
    return wait, answered


@pytest.mark.parametrize("name", SYSTEMS)
def test_call_by_call_it_is_the_recursion_of_free_times(name):
    rate, handle_s, agents, patience_s = SYSTEMS[name]
    calls = poisson_calls(rate, handle_s, patience_s, 8, np.random.default_rng(3))
    served = serve(calls, Duty(1800.0, [[agents]], [0]))
    wait, answered = second_way(calls, agents)
    np.testing.assert_allclose(served.wait_s, wait, atol=1e-6)
    assert served.answered == answered


def in_service(calls, served, at):
    begin = np.array([call.at_s for call in calls]) + served.wait_s
    end = begin + np.array([call.handle_s for call in calls])
    good = np.array(served.answered)
    return ((begin[good] <= at) & (at < end[good])).sum()


def test_staff_changes_by_interval_and_those_in_a_call_finish_it():
    duty = Duty(100.0, [[2], [0], [1]], [0])
    calls = [Waiting(90, 50, 1e9), Waiting(95, 50, 1e9), Waiting(96, 10, 1e9), Waiting(110, 10, 30)]
    served = serve(calls, duty)
    assert served.wait_s == [0, 0, 104, 30]  # the third waits until somebody comes on duty at 200
    assert served.agent[3] == NOBODY and set(served.agent[:2]) == {0, 1} and served.agent[2] == 0
    assert in_service(calls, served, 120) == 2


def test_rows_of_duty_repeat_until_all_are_served():
    served = serve([Waiting(10, 5, 1e9)], Duty(100.0, [[0], [0], [1]], [0]))
    assert served.wait_s == [190]
    late = serve([Waiting(310, 5, 1e9)], Duty(100.0, [[0], [0], [1]], [0]))
    assert late.wait_s == [190]  # the first row again, then the second, then the third


def test_nobody_ever_on_duty_ends_all_the_same():
    served = serve([Waiting(10, 5, 60), Waiting(20, 5, float("inf"))], Duty(100.0, [[0]], [0]))
    assert served.wait_s[0] == 60 and served.answered == [False, False]


def test_each_queue_has_its_own_agents_and_a_common_one_shares_them():
    calls = [Waiting(0, 100, 1e9, 0), Waiting(1, 100, 1e9, 0), Waiting(2, 100, 1e9, 1)]
    assert serve(calls, Duty(1e6, [[1, 1]], [0, 1])).wait_s == [0, 99, 0]
    pooled = [Waiting(call.at_s, call.handle_s, call.patience_s) for call in calls]
    assert serve(pooled, Duty(1e6, [[1, 1]], [0, 0])).wait_s == [0, 0, 98]


def test_the_longest_idle_agent_answers():
    calls = [Waiting(0, 10, 1e9), Waiting(5, 10, 1e9), Waiting(20, 1, 1e9), Waiting(30, 1, 1e9)]
    assert serve(calls, Duty(1e6, [[2]], [0])).agent == [0, 1, 0, 1]


def test_calls_may_come_again_in_the_order_of_time():
    asked = []

    def again(number, now, answered):
        asked.append((number, now, answered))
        return Waiting(now + 50, 7, 9) if number == 1 and not answered else None

    served = serve([Waiting(0, 60, 99), Waiting(1, 60, 10)], Duty(1e6, [[1]], [0]), again)
    assert asked == [(1, 11, False), (0, 60, True), (2, 68, True)]
    assert served.wait_s == [0, 10, 0] and served.answered == [True, False, True]


def test_no_calls_and_sizes():
    assert serve([], Duty(60.0, [[3]], [0])) == Served()
    assert sizes(Duty(60.0, [[3, 0], [1, 2]], [0, 0])) == [3, 2]
