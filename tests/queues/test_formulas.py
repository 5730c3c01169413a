"""Formulas of queues: published figures, sums over all states in exact fractions, limits, bad input."""

from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import accumulate

import numpy as np
import pytest
from scipy import stats

from crmkit import queues
from crmkit.queues import CallCentre

HOUR = 3600.0


def by_states(load, agents, theta, redo=4_000):
    """Erlang A with unit service from its birth and death chain, in exact fractions: wait, abandoned, all callers' wait."""
    load, theta = Fraction(load), Fraction(theta)
    weight, total, busy, queue = Fraction(1), Fraction(1), Fraction(0), Fraction(0)
    for k in range(1, agents):
        weight = weight * load / k
        total += weight
    for k in range(redo):
        weight = weight * load / (agents + k * theta)
        busy, queue, total = busy + weight, queue + k * weight, total + weight
        if k > 10 and weight * (k + 1) < total * Fraction(1, 10**25):
            break
        if weight.denominator > 10**60:  # keep the fractions short, far beyond the digits compared
            scale = 10**45
            weight, busy, queue, total = (Fraction(int(one * scale), scale) for one in (weight, busy, queue, total))
    return float(busy / total), float(theta * queue / (load * total)), float(queue / (load * total))


def unit(load, agents, theta=0.0, t=0.0):
    """A centre in units of the handling time."""
    patience = np.inf if theta == 0 else HOUR / theta
    return CallCentre(load, HOUR, agents, patience, t * HOUR)


@pytest.mark.parametrize(
    ("agents", "load", "lost"),
    [(1, 1, 0.5), (10, 5, 0.0183845703366481), (200, 100, 4.71697060279262e-19), (15, 8.108, 0.00999963194259877)],
)
def test_erlang_b_is_the_published_one(agents, load, lost):
    assert queues.erlang_b(load, agents=agents) == pytest.approx(lost, rel=1e-13)


@pytest.mark.parametrize(("agents", "load"), [(10, 4.46117685757769), (20, 12.0306145949009), (100, 84.0641588939478)])
def test_loads_at_one_percent_blocking(agents, load):
    assert queues.erlang_b(load, agents=agents) == pytest.approx(0.01, rel=1e-12)


def test_erlang_b_keeps_its_recursion_up_to_a_hundred_thousand_lines():
    """B(n) = a B(n - 1) / (n + a B(n - 1)), from far below the load to far above it."""
    for n, a in ((5, 3.0), (50, 900.0), (1_000, 990.0), (99_999, 1e5), (100_000, 2e5), (100_000, 99_000.0)):
        one, two = queues.erlang_b(a, agents=[n - 1, n])
        assert two == pytest.approx(a * one / (n + a * one), rel=1e-12)
    assert queues.erlang_b(0, agents=3) == 0 and queues.erlang_b(7.0, agents=0) == 1


@pytest.mark.parametrize(
    ("agents", "load", "t", "wait", "mean", "level"),
    [
        (1, 0.999, 0.1, 0.999, 999.0, 0.0010998950051665),
        (10, 8, 0.1, 0.409180150796444, 0.204590075398222, 0.664991626993866),
        (50, 48, 1 / 3, 0.694455611196834, 0.347227805598417, 0.643454600803303),
    ],
)
def test_erlang_c_is_the_published_one(agents, load, t, wait, mean, level):
    told = queues.erlang_c(unit(load, agents, t=t))
    assert told.p_wait == pytest.approx(wait, rel=1e-12) and told.wait_s / HOUR == pytest.approx(mean, rel=1e-11)
    assert told.service_level == pytest.approx(level, rel=1e-11) and told.asa_s == told.wait_s
    assert told.occupancy == pytest.approx(load / agents)


def test_erlang_a_is_the_published_one():
    told = queues.erlang_a(unit(48, 50, 0.5, 1 / 3))
    assert told.p_wait == pytest.approx(0.46777406855379, rel=1e-13)
    assert told.p_abandon == pytest.approx(0.0309122491621932, rel=1e-13)
    assert told.wait_s / HOUR == pytest.approx(0.0618244983243864, rel=1e-13)
    assert told.service_level == pytest.approx(0.943018954746981, rel=1e-13)
    assert told.occupancy == pytest.approx(0.930324240804295, rel=1e-13)
    assert told.asa_s / HOUR == pytest.approx(0.0602650039926, rel=1e-11)
    told = queues.erlang_a(unit(100, 100, 1, 0.1))
    assert told.p_wait == pytest.approx(0.513298798279149, rel=1e-13)
    assert told.service_level == pytest.approx(0.813654534930008, rel=1e-13)
    assert queues.erlang_a(unit(5, 1, 1)).asa_s / HOUR == pytest.approx(1.20264, abs=5e-6)
    assert queues.erlang_a(unit(1500, 1500, 1, 0.6)).service_level == pytest.approx(0.9897, abs=5e-5)
    waits = [queues.erlang_a(CallCentre(210, 180, n, p)).wait_s for n, p in ((13, np.inf), (13, 300), (9, 300))]
    np.testing.assert_allclose(waits, [26.55688580344, 9.91280260915, 56.61843549562], rtol=1e-12)


@pytest.mark.parametrize(
    ("load", "agents", "theta"),
    [(3, 2, 1), (3, 5, "1/10"), (20, 15, "1/2"), (20, 30, 3), (1, 1, 50), ("1/1000", 2, "1/5"), (60, 64, "1/20")],
)
def test_erlang_a_is_the_sum_over_its_states(load, agents, theta):
    wait, lost, mean = by_states(load, agents, theta)
    told = queues.erlang_a(unit(float(Fraction(load)), agents, float(Fraction(theta))))
    assert told.p_wait == pytest.approx(wait, rel=1e-12)
    assert told.p_abandon == pytest.approx(lost, rel=1e-12)
    assert told.wait_s / HOUR == pytest.approx(mean, rel=1e-12)
    assert told.queue == pytest.approx(mean * float(Fraction(load)), rel=1e-12)  # Little's law


def weights(load, agents, theta):
    """Weight of the states with a free agent, relative to all busy and no queue; and of k = 0, 1, … waiting callers."""
    free, weight, tail = Decimal(0), Decimal(1), Decimal(10) ** -30
    for busy in range(agents, 0, -1):
        weight = weight * busy / load
        free += weight
        if busy < load and weight < tail * free:
            break
    waiting, weight, total = [], Decimal(1), Decimal(0)
    while len(waiting) < 10 or weight * len(waiting) > tail * total or load > agents + len(waiting) * theta:
        waiting.append(weight)
        total += weight
        weight = weight * load / (agents + len(waiting) * theta)
    return free, waiting


@pytest.mark.parametrize(
    ("load", "agents", "theta", "t"),
    [
        *((48, 50, "0.5", "0.3"), (5, 1, "1", "0.1"), (300, 120, "0.3", "0.02"), (60, 64, "0.05", "1")),
        *((3, 2, "1e3", "1"), (8, 1, "28", "0.01"), ("0.5", 1, "1e5", "0"), (1000, 1000, "1e8", "1e-7")),  # hardly any
        *((2000, 2010, "0.02", "0.05"), (985, 1000, "1e-3", "0.1"), (19_900, 20_000, "0.01", "0.02")),  # a lot
        *((99_500, 100_000, "0.02", "0.01"), (24, 20, "1e-4", "2000"), (1_005, 1_000, "3e-4", "20")),
    ],
)
def test_every_measure_is_the_sum_over_the_states_for_any_patience(load, agents, theta, t):
    """From a hundred-millionth part of a handling time to ten thousand of them; 40 digits, no function of a library.

    Behind k others a caller waits for k + 1 exits, the rates of which are agents + theta, …, agents + (k + 1) theta, and is
    answered with the chance agents / (agents + (k + 1) theta). Who would be answered later than t: as after t a share
    exp(-theta t) of the callers' stream is left (Palm).
    """
    with localcontext(prec=45):
        load, theta, t = (Decimal(one) for one in (load, theta, t))
        free, waiting = weights(load, agents, theta)
        rates = [agents + (k + 1) * theta for k in range(len(waiting))]
        passed = list(accumulate(1 / rate for rate in rates))
        all_busy = sum(waiting)
        total = free + all_busy
        answered = [weight * agents / rate for weight, rate in zip(waiting, rates, strict=True)]
        lost = sum(waiting) - sum(answered)
        asa = sum(one * wait for one, wait in zip(answered, passed, strict=True)) / (free + sum(answered))
        left = load * (-theta * t).exp()
        later = weights(left, agents, theta)[1]
        scale = (load / theta * (1 - (-theta * t).exp()) - agents * t).exp()
        over = scale * sum(later) / total
        late = agents / load * scale * (sum(later) - 1) / total
    told = queues.erlang_a(unit(float(load), agents, float(theta), float(t)))
    assert told.p_wait == pytest.approx(float(all_busy / total), rel=1e-12)
    assert told.p_abandon == pytest.approx(float(lost / total), rel=1e-11)
    assert told.asa_s / HOUR == pytest.approx(float(asa), rel=1e-11)
    assert told.level_virtual == pytest.approx(float(1 - over), abs=1e-12)
    assert told.service_level == pytest.approx(float(1 - lost / total - late), abs=1e-12)


def test_no_patience_is_erlang_b_and_much_is_erlang_c():
    none, much = queues.erlang_a(CallCentre(600, 300, 50, 0)), queues.erlang_a(unit(48, 50, 1e-9, 1 / 3))
    assert none.p_abandon == pytest.approx(queues.erlang_b(50, agents=50), rel=1e-13) and none.wait_s == 0
    assert queues.erlang_a(unit(50, 50, 1e9)).p_abandon == pytest.approx(0.104787454954532, rel=1e-12)
    assert much.p_wait == pytest.approx(0.69445560865059, rel=1e-12)
    assert much.wait_s / HOUR == pytest.approx(0.347227795818214, rel=1e-11)
    endless = queues.erlang_a(CallCentre(480, 360, [50, 60], np.inf))
    calm = queues.erlang_c(CallCentre(480, 360, [50, 60]))
    np.testing.assert_allclose(endless.service_level, calm.service_level)


def test_nothing_overflows_hangs_or_warns_from_one_agent_to_a_hundred_thousand():
    load = np.array([1e-9, 0.3, 10, 990, 1_500, 1e5, 2e5])[:, None, None]
    agents = np.array([1, 30, 1_000, 100_000])[None, :, None]
    patience = np.array([0.0, 1e-6, 30, 3_600, 1e12])[None, None, :]
    told = queues.erlang_a(CallCentre(load * 12, 300, agents, patience))
    for name in ("occupancy", "p_wait", "p_abandon", "service_level", "level_answered", "level_virtual"):
        values = getattr(told, name)
        assert values.shape == (7, 4, 5) and np.isfinite(values).all(), name
        assert (values >= -1e-15).all() and (values <= 1 + 1e-12).all(), name
    assert np.isfinite(told.asa_s).all() and (told.asa_s >= 0).all()
    # More agents: fewer lost; more patience: fewer lost.
    assert (np.diff(told.p_abandon, axis=1) <= 1e-12).all() and (np.diff(told.p_abandon, axis=2) <= 1e-12).all()
    flow = told.occupancy * agents - (1 - told.p_abandon) * load
    assert (np.abs(flow) <= 1e-9 * load).all()
    assert queues.erlang_a(unit(90_000, 100_000, 0.5)).p_wait == pytest.approx(1.98e-235, rel=1e-2)


def test_the_three_levels_stand_apart():
    told = queues.erlang_a(CallCentre(1400 * 12, 300, 1302, 180, 20))
    assert told.service_level == pytest.approx(0.803, abs=5e-4) and told.p_abandon == pytest.approx(0.070, abs=5e-4)
    assert told.level_answered == pytest.approx(told.service_level / (1 - told.p_abandon))
    assert told.service_level < told.level_virtual < told.level_answered
    assert told.asa_s < told.wait_s * 1.1 and told.asa_s != told.wait_s


def test_erlang_x_is_the_published_one_and_its_own_fixed_point():
    told = queues.erlang_x(unit(48, 50, 0.5, 1 / 3), redial=0.5)
    assert told.calls_per_h == pytest.approx(48.9213536434541, rel=1e-13)
    assert told.p_abandon == pytest.approx(0.0376667273015, rel=1e-11)
    assert told.service_level == pytest.approx(0.925654972145, rel=1e-11)
    many = queues.erlang_x(unit(48, [40, 50], 0.5), redial=[[0.0], [0.9]])
    np.testing.assert_allclose(
        many.calls_per_h, 48 + np.array([[0.0], [0.9]]) * many.p_abandon * many.calls_per_h, rtol=1e-12
    )
    np.testing.assert_allclose(many.p_abandon[0], queues.erlang_a(unit(48, [40, 50], 0.5)).p_abandon, rtol=1e-12)


# --- any patience -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rate", "handle", "agents", "mean"),
    [(2880, 60, 50, 120), (600, 300, 40, 60), (60, 60, 1, 600), (18_000, 300, 1_500, 180)],
)
def test_exponential_patience_of_the_general_queue_is_erlang_a(rate, handle, agents, mean):
    told = queues.mmng(calls_per_h=rate, handle_s=handle, agents=agents, patience=stats.expon(scale=mean))
    known = queues.erlang_a(CallCentre(rate, handle, agents, mean))
    for name in told.__dataclass_fields__:
        assert getattr(told, name) == pytest.approx(getattr(known, name), rel=1e-9), name


def test_fixed_patience_is_its_closed_form():
    """All hang up after exactly tau: waits are exponential up to it (Gnedenko & Kovalenko), here for one agent."""
    rate, serve, tau = 0.9, 1.0, 2.0
    told = queues.mmng(
        calls_per_h=rate * HOUR, handle_s=1.0, agents=1, patience=stats.uniform(tau - 1e-7, 2e-7), threshold_s=1.0
    )
    # Density of the would-be wait: rate p0 exp(-(serve - rate) v) up to tau, then rate p0 exp(rate tau - serve v).
    drift = serve - rate
    waits = rate * (1 - np.exp(-drift * tau)) / drift
    lost = rate / serve * np.exp(-drift * tau)
    p0 = 1 / (1 + waits + lost)
    assert told.p_abandon == pytest.approx(p0 * lost, rel=1e-6)
    assert told.p_wait == pytest.approx(1 - p0, rel=1e-6)
    assert told.service_level == pytest.approx(p0 * (1 + rate * (1 - np.exp(-drift)) / drift), rel=1e-6)


def test_the_same_mean_patience_with_another_spread_is_another_service():
    lost = [
        queues.mmng(calls_per_h=600, handle_s=300, agents=48, patience=law).p_abandon
        for law in (stats.gamma(4, scale=30), stats.expon(scale=120), stats.lognorm(1.5, scale=120 / np.exp(1.125)))
    ]
    assert lost[0] < lost[1] < lost[2]  # who gives up early, gives up: few are lost where nobody does


# --- short formulas ---------------------------------------------------------------------------------------------------


def test_priorities_are_the_published_ones():
    one = queues.priority_waits([0.2, 0.6, 1.2], handle_s=1200, agents=1) / HOUR
    two = queues.priority_waits([0.2, 0.6, 1.2], handle_s=1200, agents=2) / HOUR
    np.testing.assert_allclose(one, [0.238095238095238, 0.324675324675325, 0.909090909090909], rtol=1e-12)
    np.testing.assert_allclose(two, [0.028735632183908, 0.0331564986737401, 0.0480769230769231], rtol=1e-12)
    alone = queues.priority_waits([8.0], handle_s=HOUR, agents=10)  # one class is Erlang C
    assert alone[0] == pytest.approx(queues.erlang_c(CallCentre(8, HOUR, 10)).wait_s)


def test_spread_of_service_is_the_published_one():
    told = queues.pollaczek_khinchine(0.8, handle_s=1.0, scv=[1, 0, 0.5, 2.25])
    np.testing.assert_allclose(told, [4, 2, 3, 6.5])


def test_the_square_root_rule_comes_to_erlang_c():
    for load in (100.0, 10_000.0):
        agents = queues.square_root_agents(load, p_wait=0.3)
        near = queues.erlang_c(CallCentre(load, HOUR, int(np.ceil(agents)))).p_wait
        assert near == pytest.approx(0.3, abs=1 / np.sqrt(load))


# --- staffing ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("goal", ["service_level", "p_abandon", "asa_s"])
def test_the_answer_keeps_the_promise_and_one_agent_fewer_does_not(goal):
    """A thousand random centres at once, agents far below the load and single ones among them."""
    rng = np.random.default_rng(1)
    load, patience = 10 ** rng.uniform(-1, 3.3, 1_000), 10 ** rng.uniform(1, 4, 1_000)
    within = rng.uniform(0, 60, 1_000)
    goals = {
        "service_level": rng.uniform(0.1, 0.99, 1_000),
        "p_abandon": rng.uniform(0.005, 0.5, 1_000),
        "asa_s": 10 ** rng.uniform(-1, 2, 1_000),
    }
    centre = CallCentre(load * 12, 300, 1, patience, within)
    agents = queues.staff(centre, **{goal: goals[goal]})
    now, fewer = (
        queues.erlang_a(CallCentre(load * 12, 300, n, patience, within)) for n in (agents, np.maximum(agents - 1, 1))
    )
    meets = {
        "service_level": lambda told: told.service_level >= goals[goal],
        "p_abandon": lambda told: told.p_abandon <= goals[goal],
        "asa_s": lambda told: told.asa_s <= goals[goal],
    }[goal]
    assert meets(now).all() and (~meets(fewer) | (agents == 1)).all()
    assert (agents < load).any() and (agents == 1).any()


def test_staff_is_what_is_known_of_centres():
    centre = CallCentre(1400 * 12, 300, 1, 180)
    assert queues.staff(centre, service_level=0.8) == 1302
    assert queues.staff(CallCentre(1400 * 12, 300, 1), service_level=0.8) == 1416  # Erlang C
    assert queues.staff(unit(100, 1, 1), p_abandon=0.1) == 91
    assert queues.staff(unit([0.3, 0.6, 1.6, 10.6], 1, t=0.3), service_level=0.3).tolist() == [1, 1, 2, 12]
    sites = [queues.staff(CallCentre(1400 * 12 / n, 300, 1, 180), service_level=0.8) * n for n in (2, 5, 10, 30)]
    assert sites == [1320, 1350, 1380, 1470]


def test_money_buys_agents_as_long_as_they_earn_their_wage():
    centre = CallCentre(1400 * 12, 300, 1, 180)
    best = [queues.staff_by_money(centre, wage_per_h=25, loss_per_abandoned=loss)[0] for loss in (5, 10, 40)]
    assert best == [1410, 1435, 1466]
    small = CallCentre(200, 240, 1, 90)
    agents, cost = queues.staff_by_money(small, wage_per_h=20, loss_per_abandoned=6)
    n = np.arange(1, 60)
    costs = 20 * n + 200 * 6 * queues.erlang_a(CallCentre(200, 240, n, 90)).p_abandon
    assert agents == n[costs.argmin()] and cost == pytest.approx(costs.min())


# --- bad input --------------------------------------------------------------------------------------------------------

GOOD = CallCentre(100, 300, 12, 120)
MMNG = {"calls_per_h": 60, "handle_s": 60, "agents": 1}
BAD = {
    "no agents": (lambda: CallCentre(1, 1, 0), "agents=0 must be a number of 1 or more"),
    "half an agent": (lambda: CallCentre(1, 1, 1.5), "agents=1.5 must be whole"),
    "a text": (lambda: CallCentre("many", 1, 1), "calls_per_h='many'"),
    "missing": (lambda: CallCentre([1.0, np.nan], 1, 1), "calls_per_h=nan"),
    "no time": (lambda: CallCentre(1, 0, 1), "handle_s=0 must be a number above 0"),
    "endless time": (lambda: CallCentre(1, np.inf, 1), "handle_s=inf"),
    "shapes": (lambda: CallCentre([1, 2], [1, 2, 3], 1), "do not broadcast"),
    "unstable": (lambda: queues.erlang_c(unit(12, 10)), "10 agents for a load of 12 Erlang.*agents=13 or more"),
    "one unstable": (lambda: queues.erlang_c(unit([5, 10], 10)), r"load of 10 Erlang \(case 1\)"),
    "unstable without patience": (lambda: queues.erlang_a(unit(12, 10)), "without end"),
    "redial": (lambda: queues.erlang_x(GOOD, redial=1.0), "redial=1.0"),
    "load": (lambda: queues.erlang_b(-1, agents=1), "offered_load=-1"),
    "lines": (lambda: queues.erlang_b(1, agents=1.5), "agents=1.5"),
    "no law": (lambda: queues.mmng(**MMNG, patience=120), "patience is a int"),
    "negative law": (lambda: queues.mmng(**MMNG, patience=stats.norm(10, 5)), "below 0 seconds"),
    "arrays": (lambda: queues.mmng(**MMNG | {"agents": [1, 2]}, patience=stats.expon()), "one case at a time"),
    "classes": (lambda: queues.priority_waits([5, 5], handle_s=HOUR, agents=9), "9 agents for a load of 10"),
    "busy": (lambda: queues.pollaczek_khinchine(1.0, handle_s=1, scv=1), "occupancy=1"),
    "no promise": (lambda: queues.staff(GOOD), "no promise is given"),
    "percent": (lambda: queues.staff(GOOD, service_level=80), "service_level=80"),
    "all in time": (lambda: queues.staff(GOOD, service_level=1.0), "service_level=1.0"),
    "level": (lambda: queues.staff(GOOD, service_level=0.8, level="mine"), "level='mine'"),
    "wage": (lambda: queues.staff_by_money(GOOD, wage_per_h=0, loss_per_abandoned=1), "wage_per_h=0"),
    "loss": (lambda: queues.staff_by_money(GOOD, wage_per_h=1, loss_per_abandoned=-1), "loss_per_abandoned=-1"),
    "nobody lost": (lambda: queues.staff_by_money(unit(5, 9), wage_per_h=1, loss_per_abandoned=1), "nobody is lost"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_named_with_its_mending(name):
    call, message = BAD[name]
    with pytest.raises((ValueError, TypeError), match=message):
        call()
