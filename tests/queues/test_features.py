"""What a centre does beside answering in turn: callbacks, chats, work put aside, opening hours, messages, sites, values."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from crmkit import queues, tables
from crmkit.queues import CallCentre, Line, Team, blend, desk
from crmkit.queues.desk import Load, Rota

SERVED = ("wait", "group", "arrived", "kind", "origin", "handle", "unsettled")


def random_centre(seed, *, pace=False):
    """Skills, priorities, changing staff, ties in time, callers without end of patience, who come again or are called back."""
    rng = np.random.default_rng(seed)
    n, lines, groups = 2_000, int(rng.integers(1, 4)), int(rng.integers(1, 4))
    classes = 2 * lines  # the second half: called back
    arrived = np.sort(np.round(rng.uniform(0, 3_000, n), int(rng.integers(0, 4))))
    patience = np.where(rng.random(n) < 0.2, np.inf, np.round(rng.exponential(20, n)))
    route, serves = np.full((classes, groups), -1), np.full((groups, classes), -1)
    rank = rng.integers(0, 3, (groups, classes))
    for g in range(groups):
        own = rng.permutation(lines)[: rng.integers(1, lines + 1)]
        own = np.concatenate([own, own + lines])
        serves[g, : len(own)] = own
    for k in range(classes):
        own = [g for g in rng.permutation(groups) if k in serves[g]]
        route[k, : len(own)] = own
    codes = rng.choice([0, desk.REDIALS, desk.CALLED_BACK, desk.KEEPS_PLACE], size=n)
    spare = 1_500
    more = [np.round(rng.exponential(40, (spare, classes))) for _ in range(3)]
    more[1][:, lines:] = np.inf
    redials = rng.choice([0, desk.REDIALS, desk.CALLED_BACK], p=[0.6, 0.3, 0.1], size=(spare, classes))
    redials[:, lines:] = 0
    home, back = np.tile(np.arange(lines), 2), np.tile(np.arange(lines, classes), 2)
    opens = np.where(rng.random((13, classes)) < 0.2, 250.0 * np.arange(1, 14)[:, None], 0.0)
    again = desk.Again(
        codes, rng.random(n) < 0.3, np.round(rng.exponential(60, n)), *more[:2], redials,
        rng.random((spare, classes)) < 0.2, more[2], 3_000.0, home, back,
        opens if seed % 2 else np.empty((0, classes)),
    )  # fmt: skip
    load = Load(
        arrived, rng.integers(0, lines, n), np.round(rng.exponential(30, n), 1), patience, again if seed % 3 else None
    )
    one = ((1.0,),) * groups if pace else ()
    return load, Rota(rng.integers(0, 15, (12, groups)), 250.0, route, serves, rank, one)


def equal(one, two):
    for name in SERVED:
        np.testing.assert_array_equal(getattr(one, name), getattr(two, name), err_msg=name)
    assert one.lacking == two.lacking


@pytest.mark.parametrize("seed", range(18))
def test_three_sets_of_rules_agree_call_by_call(seed):
    """Plain, compiled and with more in them; a team with one chat at a time is a team of the telephone."""
    load, rota = random_centre(seed)
    plain = desk.serve(load, rota)
    equal(plain, pytest.importorskip("crmkit.queues.fast").serve(load, rota))
    for told in (blend.serve(load, rota), blend.serve(load, random_centre(seed, pace=True)[1])):
        np.testing.assert_allclose(told.handle, plain.handle, rtol=0, atol=1e-9)  # clocks of agents add and take away
        equal(replace(told, handle=plain.handle), plain)
        done = told.group >= 0
        np.testing.assert_allclose(told.ended[done], (told.arrived + told.wait + told.handle)[done], atol=1e-9)


def by_hand(arrived, handle, *, kind=None, staff=((1,),), step=1e12, pace=(), aside=(False,), keeps=(0,)):
    """Lines of rank 0, 1, … and one group that answers all of them."""
    n, classes = len(arrived), len(aside)
    given = Load(np.array(arrived, float), np.array(kind or [0] * n), np.array(handle, float), np.full(n, np.inf))
    order = np.arange(classes)
    rota = Rota(np.array(staff), step, np.zeros((classes, 1), int), order[None], order[None], (pace,), aside, keeps)
    return blend.serve(given, rota)


def close(values, known, sigmas=4.0):
    """The mean of runs lies within some standard errors of a known figure."""
    values = np.asarray(values, dtype=float)
    return abs(values.mean() - known) < sigmas * values.std(ddof=1) / len(values) ** 0.5 + 1e-12


def close_to(table, known, runs):
    for name, row in table.iterrows():
        if name in known:
            assert abs(row["mean"] - known[name]) < 4 * row["sd"] / runs**0.5 + 1e-12, (name, row["mean"], known[name])
    assert set(known) <= set(table.index)


# --- the public engines -----------------------------------------------------------------------------------------------

SHUT = [i >= 16 for i in range(48)]
FULL = [
    Line("a", 200, 200, 90, redial_share=0.4, unsettled_share=0.1, open=SHUT, returns_share=0.6, menu_s=20, contained_share=0.1,
         callback_after_s=30, callback_share=0.5, callback_priority=5, message_after_s=15, message_stretch=1.5),
    Line("b", 60, 300, 60, callback_after_s=20, callback_share=0.7, redial_share=0.3, callers=np.arange(100, 160)),
    Line("c", 20, 400, priority=3),
]  # fmt: skip
CREW = [Team("x", [0] * 16 + [11] * 32, ("a",)), Team("y", [3] * 16 + [9] * 32)]


def test_all_features_together_give_equal_logs_from_both_engines():
    pytest.importorskip("numba")
    logs = [queues.simulate(FULL, CREW, seed=3, engine=one) for one in ("python", "numba")]
    pd.testing.assert_frame_equal(*logs)
    log = logs[0]
    assert list(log.columns) == tables.QUEUE_LOG.names[:-1]  # nothing here is broken off: no "ended"
    assert log["arrived"].is_monotonic_increasing and log["call_id"].tolist() == list(range(1, len(log) + 1))
    for name in ("turned_away", "left_number", "contained", "abandoned"):
        assert log[name].sum() > 20, name
    assert (log["turned_away"] + log["contained"] + log["abandoned"] + log["handle_s"].notna() == 1).all()
    assert (log["held_s"] <= log["wait_s"]).all() and (log["left_number"] == (log["held_s"] < log["wait_s"])).all()
    # Whoever left a number is answered, and was on the telephone as long as it takes to be asked.
    left = log[log["left_number"]]
    assert not left["abandoned"].any()
    np.testing.assert_allclose(left["held_s"], left["reason"].map({"a": 30.0, "b": 20.0}).astype(float), atol=1e-9)


def test_what_is_not_asked_changes_nothing():
    plain = [Line("a", 300, 200, 100, redial_share=0.3), Line("b", 50, 300)]
    silent = [
        replace(one, callback_after_s=30, message_after_s=10, returns_share=0.5, open=[True] * 48) for one in plain
    ]
    teams = [Team("x", 16), Team("y", 6)]
    told = queues.simulate(plain, teams, seed=1)
    pd.testing.assert_frame_equal(told, queues.simulate(silent, teams, seed=1))
    pd.testing.assert_frame_equal(told, queues.simulate(plain, [replace(one, at_once=(1,)) for one in teams], seed=1))


# --- callbacks --------------------------------------------------------------------------------------------------------


def test_who_keeps_the_place_waits_as_if_nobody_hung_up():
    """All leave their number at once: nobody is lost, and waits are those of Erlang C, whatever the patience."""
    line = Line("all", 600, 300, 30, callback_after_s=0, callback_share=1.0)
    table = queues.replicate([line], [Team("all", 56)], runs=30, hours=20, warm_up_h=3, seed=1)
    known = queues.erlang_c(CallCentre(600, 300, 56))
    close_to(table, {name: getattr(known, name) for name in ("p_abandon", "p_wait", "asa_s", "service_level")}, 30)


def test_who_is_called_back_in_idle_time_waits_as_a_class_of_low_priority():
    """Without end of patience the two kinds of callers are two classes of Cobham's."""
    line = Line("all", 240, 120, callback_after_s=0, callback_share=0.4, callback_priority=9)

    def waits(log):
        # Who was answered at once could have been of either kind; waits are told over all that would have left a number.
        return pd.Series({"left": log["wait_s"][log["left_number"]].sum() / (0.4 * len(log)),
                          "stayed": log["wait_s"][~log["left_number"]].sum() / (0.6 * len(log))})  # fmt: skip

    table = queues.replicate([line], [Team("all", 9)], runs=30, hours=60, warm_up_h=5, by=waits, seed=2)
    stayed, left = queues.priority_waits([144, 96], handle_s=120, agents=9)
    close_to(table, {"left": left, "stayed": stayed}, 30)
    assert left > 3 * stayed  # else the test could not tell them apart


def test_callbacks_carry_a_peak_into_the_quiet_time_after_it():
    """Two hours of overload: most leave their number after 15 s. The same calls, the same agents, fewer lost.

    In steady overload they would save next to nobody: who is not lost keeps an agent from another.
    """
    line = Line("all", [450] * 18 + [750] * 4 + [450] * 26, 300, 120)
    offered = replace(line, callback_after_s=15, callback_share=0.7)
    lost = [queues.simulate([one], [Team("all", 48)], seed=5)["abandoned"].mean() for one in (
        line, offered, replace(offered, callback_priority=1))]  # fmt: skip
    assert lost[1] < 0.95 * lost[0] and lost[2] < 0.6 * lost[0]


def test_who_follows_a_call_back_follows_the_call_that_asked_for_it():
    line = Line("all", 300, 300, 60, callback_after_s=10, callback_share=0.8, callback_priority=4, unsettled_share=0.3)
    log = queues.simulate([line], [Team("all", 37)], seed=6).set_index("call_id")
    again = log["repeat_of"].dropna()
    before = log.loc[again.astype(int)]
    assert before["left_number"].sum() > 20 and not before["resolved"].any() and not before["abandoned"].any()
    ended = before["arrived"] + pd.to_timedelta(before["wait_s"] + before["handle_s"], unit="s")
    assert (log.loc[again.index, "arrived"].to_numpy() > ended.to_numpy()).all()
    assert log.index.is_unique and not log.reset_index().duplicated(["arrived"]).any()


# --- chats ------------------------------------------------------------------------------------------------------------


def test_two_chats_slow_each_other_by_hand():
    """One agent, two at once 1.5 times as long: the first has 30 s left when the second comes and takes 45 for them."""
    served = by_hand([0, 30], [60, 60], pace=(1.0, 1.5))
    assert served.wait.tolist() == [0, 0] and served.ended.tolist() == [75, 105]
    assert served.handle.tolist() == [30 + 45 / 2, 45 / 2 + 30]  # together the 105 s of the agent


def test_a_chat_goes_to_the_agent_with_fewest():
    served = by_hand([0, 1, 2], [60, 60, 60], staff=((2,),), pace=(1.0, 2.0))
    assert served.ended[0] > 60 or served.ended[1] > 61  # the third joined one of them
    assert by_hand([0, 1], [60, 60], staff=((2,),), pace=(1.0, 2.0)).ended.tolist() == [60, 61]


def test_agents_who_leave_finish_their_chats_and_take_no_more():
    """Two agents, one from 100 s on: whoever has fewer chats (the first) goes after his."""
    served = by_hand([0, 10, 20, 110, 120], [300, 200, 300, 40, 40], staff=((2,), (1,)), step=100.0, pace=(1.0, 1.0))
    assert served.wait[:3].tolist() == [0, 0, 0]
    # Until 210 s the second has two; the first, with one until 300 s, takes no more. Then one at a time beside the third.
    assert served.wait[3:].tolist() == [100, 130]


def test_chats_without_slowing_are_a_larger_team():
    """n agents with 3 chats each at full speed serve as 3 n agents of the telephone, call by call."""
    line = Line("chat", 500, 300, 90)
    one = queues.simulate([line], [Team("all", 14, at_once=(1, 1, 1))], seed=7)
    two = queues.simulate([line], [Team("all", 42)], seed=7)
    np.testing.assert_allclose(one["wait_s"], two["wait_s"], atol=1e-6)
    assert (one["abandoned"] == two["abandoned"]).all() and one["abandoned"].sum() > 100
    done = one["handle_s"].notna()
    length = (one["ended"] - one["arrived"]).dt.total_seconds() - one["wait_s"]
    np.testing.assert_allclose(length[done], two["handle_s"][done], atol=1e-4)
    assert one["handle_s"].sum() < two["handle_s"].sum()


def test_one_agent_with_chats_is_a_birth_and_death_chain():
    """Three at once that slow each other: rate j / (h s_j) with j chats; who waits hangs up at a rate of his own."""
    pace, rate, handle, patience = (1.0, 1.4, 2.1), 30 / 3600, 150.0, 200.0
    weight = [1.0]
    for j in range(1, 400):
        busy = min(j, 3)
        weight.append(weight[-1] * rate / (busy / (handle * pace[busy - 1]) + max(j - 3, 0) / patience))
    p = np.array(weight) / sum(weight)
    waiting = p @ np.maximum(np.arange(400) - 3, 0)
    known = {
        "occupancy": 1 - p[0],
        "p_wait": p[3:].sum(),
        "wait_s": waiting / rate,
        "p_abandon": waiting / patience / rate,
    }
    line = Line("chat", 30, handle, patience)
    table = queues.replicate([line], [Team("all", 1, at_once=pace)], runs=30, hours=60, warm_up_h=5, seed=8)
    close_to(table, known, 30)


# --- work that may wait -----------------------------------------------------------------------------------------------

MAIL = Line("e-mail", 10, 600, priority=9)
CALLS = Line("call", 120, 240, 120)


def test_work_put_aside_by_hand():
    """E-mail of 100 s is broken off twice by calls and ends 30 s later than alone."""
    served = by_hand([0, 20, 60], [100, 10, 20], kind=[1, 0, 0], aside=(False, True), keeps=(0, 0))
    assert served.wait.tolist() == [0, 0, 0] and served.ended.tolist() == [130, 30, 80] and served.handle[0] == 100


def test_work_leaves_agents_free_by_hand():
    """Three agents, one kept free: the third e-mail waits though an agent is idle; a call does not."""
    served = by_hand(
        [0, 1, 2, 3], [50, 60, 10, 10], kind=[1, 1, 1, 0], staff=((3,),), aside=(False, False), keeps=(0, 1)
    )
    assert served.wait.tolist() == [0, 0, 48, 0]


def test_interruptible_work_does_not_touch_the_calls():
    """The log of calls is the same, call by call, with a mountain of e-mails and without."""
    alone = queues.simulate([CALLS], [Team("all", 9)], seed=9)
    mixed = queues.simulate([CALLS, replace(MAIL, interruptible=True)], [Team("all", 9)], seed=9)
    calls = mixed[mixed["reason"] == "call"]
    for name in ("arrived", "wait_s", "abandoned", "handle_s"):
        np.testing.assert_array_equal(calls[name], alone[name])
    mails = mixed[mixed["reason"] == "e-mail"]
    broken = (mails["ended"] - mails["arrived"]).dt.total_seconds() > mails["wait_s"] + mails["handle_s"] + 1
    assert broken.sum() > 50


def test_uninterrupted_work_delays_a_call_by_at_most_one_piece():
    """One agent; e-mails take 300 to 500 s: no call waits longer by more than the longest of them, and some do wait longer."""
    calls, mails = Line("call", 15, 120), Line("e-mail", 4, 400, priority=1, handle=stats.uniform(0.75, 0.5))
    alone = queues.simulate([calls], [Team("all", 1)], hours=100, seed=10)
    mixed = queues.simulate([calls, mails], [Team("all", 1)], hours=100, seed=10)
    longest = mixed.loc[mixed["reason"] == "e-mail", "handle_s"].max()
    delay = mixed.loc[mixed["reason"] == "call", "wait_s"].to_numpy() - alone["wait_s"].to_numpy()
    assert delay.min() >= -1e-6 and 0.5 * longest < delay.max() <= longest + 1e-6


def test_sojourn_of_interruptible_work_is_that_of_the_preemptive_queue():
    """M/M/1, preemptive resume: T2 = (h2 (1 - r1 - r2) + R) / ((1 - r1)(1 - r1 - r2)), R = (r1 h1 + r2 h2)."""
    h1, h2, r1, r2 = 120.0, 300.0, 0.4, 0.35
    lines = [Line("call", r1 * 3600 / h1, h1), Line("e-mail", r2 * 3600 / h2, h2, priority=1, interruptible=True)]

    def spent(log):
        mails = log[log["reason"] == "e-mail"]
        return pd.Series({"sojourn": (mails["ended"] - mails["arrived"]).dt.total_seconds().mean()})

    table = queues.replicate(lines, [Team("all", 1)], runs=30, hours=200, warm_up_h=20, by=spent, seed=11)
    known = (h2 * (1 - r1 - r2) + r1 * h1 + r2 * h2) / ((1 - r1) * (1 - r1 - r2))
    close_to(table, {"sojourn": known}, 30)


@pytest.mark.parametrize("more", [{}, {"interruptible": True}, {"keeps_free": 2}])
def test_what_came_in_is_done_or_left(more):
    """Agents by day only: the night's e-mails wait; the backlog told hour by hour is that counted from the log."""
    day = [0] * 16 + [12] * 24 + [0] * 8
    log = queues.simulate(
        [replace(CALLS, open=[n > 0 for n in day]), replace(MAIL, **more)], [Team("all", day)], seed=12
    )
    mails = log[log["reason"] == "e-mail"]
    table = queues.backlog(log, reason="e-mail", every_h=0.5)
    assert table["came"].sum() == len(mails)
    assert (table["came"].cumsum() == table["done"].cumsum() + table["left"]).all()
    assert table.loc["2025-01-01 08:00", "left"] > 50 and table["left"].min() >= 0
    # After 20:00 nobody works: what came then is left for good, and is neither answered nor given up.
    never = mails[mails["handle_s"].isna()]
    assert len(never) == table["left"].iloc[-1] > 0
    assert not never[["abandoned", "resolved"]].any().any() and np.isinf(never["wait_s"]).any()
    assert np.isinf(never["wait_s"]).all() or "interruptible" in more  # begun and put aside for good
    told = queues.done_within(log, hours=4).loc["e-mail"]
    ended = mails["ended"] if "ended" in mails else mails["arrived"] + pd.to_timedelta(
        (mails["wait_s"] + mails["handle_s"]).where(mails["handle_s"].notna()), unit="s")  # fmt: skip
    assert told["share"] == pytest.approx((ended - mails["arrived"] <= pd.Timedelta(hours=4)).mean())
    assert told["low"] < told["share"] < told["high"] and told["came"] == len(mails)


def test_waits_without_end_are_told_as_such():
    """Nobody on duty in the second half: who cannot hang up waits for good, and is not answered."""
    line, team = Line("all", 60, 120), Team("all", [5] * 4 + [0] * 4)
    told = queues.measure(queues.simulate([line], [team], hours=4, seed=1))
    table = queues.replicate([line], [team], runs=3, hours=4, seed=1)
    assert told.wait_s == np.inf == table.at["wait_s", "mean"] and 0 < told.asa_s < 60
    assert 0.4 < told.p_abandon < 0.6 and 0.4 < table.at["p_abandon", "mean"] < 0.6


def test_keeping_agents_free_helps_callers_and_costs_the_mails():
    waits = []
    for free in (0, 2):
        log = queues.simulate(
            [CALLS, replace(MAIL, keeps_free=free)], [Team("all", 12)], hours=48, interval_s=3600, seed=13
        )
        waits.append(log.groupby("reason", observed=True)["wait_s"].mean())
    assert waits[1]["call"] < 0.9 * waits[0]["call"] and waits[1]["e-mail"] > waits[0]["e-mail"]


# --- opening hours, menu and messages ---------------------------------------------------------------------------------


def test_calls_of_the_night_are_turned_away_and_some_come_back_in_the_morning():
    day = ([False] * 16 + [True] * 24 + [False] * 8) * 2
    line = Line("all", 100, 200, 60, open=day, returns_share=0.6, returns_s=1800, redial_share=0.5, again_s=3600)
    log = queues.simulate([line], [Team("all", [8 if one else 0 for one in day])], hours=48, seed=14).set_index(
        "call_id"
    )
    hour = log["arrived"].dt.hour
    turned = log["turned_away"]
    assert ((hour[turned] < 8) | (hour[turned] >= 20)).all() and hour[~turned].between(8, 19).all()
    assert not log.loc[turned, ["abandoned", "resolved", "queued", "contained"]].any().any()
    back = log["redial_of"].dropna()
    of_night = back[turned.loc[back.astype(int)].to_numpy()]
    assert (log.loc[of_night.index, "arrived"].to_numpy() > log.loc[of_night.astype(int), "arrived"].to_numpy()).all()
    assert of_night.is_unique
    # 60 % of those before the last opening (from 08:00 of the second day on nobody opens again after 20:00).
    before = log[turned & (log["arrived"] < "2025-01-02 08:00")]
    assert abs(len(of_night) - 0.6 * len(before)) < 4 * (0.24 * len(before)) ** 0.5
    # Half an hour after the opening on average.
    late = (
        log.loc[of_night.index, "arrived"] - log.loc[of_night.index, "arrived"].dt.normalize()
    ).dt.total_seconds() - 8 * 3600
    assert close(late, 1800)
    # Who gave up in the evening and would call again in the night does so in the morning.
    rest = back.drop(of_night.index)
    before = log.loc[rest.astype(int), "arrived"].dt.normalize().to_numpy()
    assert (before < log.loc[rest.index, "arrived"].dt.normalize().to_numpy()).sum() > 5
    assert queues.measure(log).calls_per_h == (~turned).sum() / 48


def test_the_menu_comes_before_the_queue():
    """A minute of menu: the callers come a minute earlier to the log and to the queue at the same time as without."""
    log = queues.simulate([Line("all", 300, 200, 60, menu_s=60)], [Team("all", 15)], seed=15)
    plain = queues.simulate([Line("all", 300, 200, 60)], [Team("all", 15)], seed=15)
    np.testing.assert_allclose(log["wait_s"], plain["wait_s"], atol=1e-6)
    assert (log["arrived"] == plain["arrived"]).all()


class Message:
    """Exponential patience whose rest is stretched by a message after some time."""

    def __init__(self, mean, after, stretch):
        self.mean_s, self.after, self.stretch = mean, after, stretch

    def sf(self, t):
        t = np.asarray(t, dtype=float)
        return np.exp(-(np.minimum(t, self.after) + np.maximum(t - self.after, 0) / self.stretch) / self.mean_s)

    def cdf(self, t):
        return np.where(np.asarray(t) < 0, 0.0, 1 - self.sf(np.maximum(t, 0)))

    def support(self):
        return 0.0, self.after


def test_a_message_lengthens_patience_as_its_formula_tells():
    known = queues.mmng(calls_per_h=600, handle_s=300, agents=46, patience=Message(60, 5, 3), threshold_s=20)
    line = Line("all", 600, 300, 60, message_after_s=5, message_stretch=3)
    table = queues.replicate([line], [Team("all", 46)], runs=30, hours=20, warm_up_h=3, seed=16)
    close_to(
        table, {name: getattr(known, name) for name in ("p_abandon", "asa_s", "wait_s", "p_wait", "service_level")}, 30
    )
    plain = queues.erlang_a(CallCentre(600, 300, 46, 60))
    assert table.at["p_abandon", "high"] < plain.p_abandon and table.at["asa_s", "low"] > plain.asa_s


# --- sites and values -------------------------------------------------------------------------------------------------


def test_sites_pooled_are_one_centre_and_apart_are_so_many():
    agents, line = {"north": 14, "south": 30}, Line("all", 480, 300, 90)
    pooled = queues.at_sites([line], agents)
    apart = queues.at_sites([line], agents, pooled=False)
    logs = [queues.simulate(*one, seed=17) for one in (pooled, apart)]
    for name in ("arrived", "reason"):
        assert (logs[0][name] == logs[1][name]).all()  # the same calls
    one = queues.erlang_a(CallCentre(480, 300, 44, 90))
    names = ("p_abandon", "wait_s", "service_level", "occupancy")
    table = queues.replicate(*pooled, runs=20, hours=20, warm_up_h=3, seed=18)
    close_to(table, {name: getattr(one, name) for name in names}, 20)
    each = queues.erlang_a(CallCentre(np.array([480 * 14 / 44, 480 * 30 / 44]), 300, np.array([14, 30]), 90))
    weight = np.array([14, 30]) / 44
    table = queues.replicate(*apart, runs=20, hours=20, warm_up_h=3, seed=18)
    close_to(table, {name: weight @ getattr(each, name) for name in names}, 20)
    gain = queues.replicate(*pooled, against=apart, runs=10, hours=20, warm_up_h=3, seed=18)
    assert gain.at["p_abandon", "high"] < 0 < gain.at["service_level", "low"]


def test_sites_apart_are_the_sum_of_centres_of_their_own():
    lines, teams = queues.at_sites([Line("all", 480, 300, 90)], {"north": 14, "south": 30}, pooled=False)
    log = queues.simulate(lines, teams, seed=19)
    for line, team in zip(lines, teams, strict=True):
        own = log[log["reason"] == line.name].sort_values("arrived")
        assert set(own["site"]) == {team.name, "none"}
    # A site at work alone: its queue does not know of the others.
    north = queues.simulate(lines[:1], teams[:1], seed=19)
    own = log[log["reason"] == "all north"].reset_index(drop=True)
    for name in ("arrived", "wait_s", "abandoned"):
        np.testing.assert_array_equal(own[name], north[name])


def test_priority_by_value_is_cobhams():
    value = pd.Series(np.random.default_rng(1).permutation(np.arange(1_000.0)), index=np.arange(5_000, 6_000))
    lines = queues.by_value(Line("all", 240, 120), value, shares=(0.1, 0.3))

    def waits(log):
        assert log["customer_id"].notna().all()
        worth = value.reindex(log["customer_id"].astype(int)).to_numpy()
        rank = np.digitize(-worth, [-899.5, -599.5])
        assert (log["reason"].cat.codes.to_numpy() == rank).all()  # the 100 best, the next 300, the rest
        return log.groupby("reason", observed=False)["wait_s"].mean()

    table = queues.replicate(lines, [Team("all", 9)], runs=30, hours=60, warm_up_h=5, by=waits, seed=20)
    known = queues.priority_waits([24, 72, 144], handle_s=120, agents=9)
    close_to(table, dict(zip(("all 1", "all 2", "all 3"), known, strict=True)), 30)


def test_who_calls_again_is_the_same_customer():
    lines = [replace(Line("all", 300, 200, 30, redial_share=0.6, unsettled_share=0.2, open=SHUT, returns_share=0.5),
                     callers=np.arange(10, 500), callback_after_s=20, callback_share=0.3, callback_priority=2)]  # fmt: skip
    log = queues.simulate(lines, [Team("all", 14)], seed=21).set_index("call_id")
    for name in ("redial_of", "repeat_of"):
        again = log[name].dropna()
        assert len(again) > 50
        assert (
            log.loc[again.index, "customer_id"].to_numpy() == log.loc[again.astype(int), "customer_id"].to_numpy()
        ).all()
    assert log["customer_id"].between(10, 499).all()


# --- what is asked for wrongly ----------------------------------------------------------------------------------------

ONE = [Team("x", 1)]
LOG = queues.simulate([CALLS, MAIL], [Team("all", 15)], hours=3, seed=1)
WORTH = pd.Series([1.0, 2.0, 3.0], index=[7, 8, 9])
BAD = {
    "asked by nobody": (lambda: queues.simulate([replace(CALLS, callback_share=0.5)], ONE, seed=1), "give callback_after_s"),
    "share": (lambda: queues.simulate([replace(CALLS, callback_share=1.5)], ONE, seed=1), "callback_share of 'call'"),
    "returns": (lambda: queues.simulate([replace(CALLS, returns_share=-1)], ONE, seed=1), "returns_share of 'call'"),
    "stretch": (lambda: queues.simulate([replace(CALLS, message_stretch=0)], ONE, seed=1), "message_stretch of 'call'"),
    "after": (lambda: queues.simulate([replace(CALLS, message_after_s=float("nan"))], ONE, seed=1), "message_after_s of 'call'"),
    "open": (lambda: queues.simulate([replace(CALLS, open=[8, 20])], ONE, seed=1), "True or False"),
    "open when": (lambda: queues.simulate([replace(CALLS, open=[True])], ONE, seed=1), "one for each of 48"),
    "callers": (lambda: queues.simulate([replace(CALLS, callers=[])], ONE, seed=1), "callers of 'call'"),
    "impatient": (lambda: queues.simulate([replace(CALLS, interruptible=True)], ONE, seed=1), "only work that waits"),
    "free": (lambda: queues.simulate([replace(CALLS, keeps_free=-1)], ONE, seed=1), "keeps_free of 'call'"),
    "chats": (lambda: queues.simulate([CALLS], [Team("x", 1, at_once=(2,))], seed=1), "expected 1 first"),
    "faster": (lambda: queues.simulate([CALLS], [Team("x", 1, at_once=(1, 0.9))], seed=1), "no number below the last"),
    "mixed": (
        lambda: queues.simulate([replace(MAIL, keeps_free=1)], [Team("x", 1, at_once=(1, 2))], seed=1),
        "a team of its own",
    ),
    "no site": (lambda: queues.at_sites([CALLS], {}), "names no site"),
    "empty sites": (lambda: queues.at_sites([CALLS], {"a": 0}), "no agents at all"),
    "shares of": (lambda: queues.at_sites([CALLS], {"a": 1}, shares={"b": 1.0}), r"one for each site: \['a'\]"),
    "sum": (lambda: queues.at_sites([CALLS], {"a": 1, "b": 1}, shares={"a": 0.5, "b": 0.4}), "add up to 0.9"),
    "value": (lambda: queues.by_value(CALLS, WORTH * np.nan), "value is nan"),
    "twice": (lambda: queues.by_value(CALLS, pd.Series([1.0, 2.0], index=[7, 7])), "customer 7 twice"),
    "nobody": (lambda: queues.by_value(CALLS, WORTH, shares=(0.01,)), "a class without any"),
    "all": (lambda: queues.by_value(CALLS, WORTH, shares=(0.6, 0.4)), "add up to 1"),
    "promise": (lambda: queues.done_within(LOG, hours=0), "hours=0"),
    "no such": (lambda: queues.backlog(LOG, reason="fax"), "it has .'call', 'e-mail'"),
    "lacking": (lambda: queues.done_within(LOG.drop(columns="wait_s")), "lacks .'wait_s'"),
    "other figures": (
        lambda: queues.replicate([CALLS], ONE, runs=2, by=lambda log: pd.Series({len(log): 1}), seed=1),
        "by told of",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_named_with_its_mending(name):
    call, message = BAD[name]
    with pytest.raises((ValueError, TypeError), match=message):
        call()
