"""How fast and how right are the call queues? ``python -m benchmarks.queues --peers PYTHON``.

PYTHON is an interpreter of an environment with simpy, ciw and pyworkforce (0.5.1). All times of one run, ours and the peers'
in turn, the best of some runs; ratios are of processor time, so that other work on the machine counts on neither side, and
travel between machines better than seconds do. Without peers our side is timed alone.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec

SIMPY = """
import json, random, sys, time
import simpy
c, calls = int(sys.argv[1]), int(sys.argv[2])
def caller(env, desk, rng, lost):
    with desk.request() as turn:
        out = yield turn | env.timeout(rng.expovariate(2.0))
        if turn in out:
            yield env.timeout(rng.expovariate(1.0))
        else:
            lost.append(1)
def source(env, desk, rng, lost):
    for _ in range(calls):
        yield env.timeout(rng.expovariate(c))
        env.process(caller(env, desk, rng, lost))
env, rng, lost = simpy.Environment(), random.Random(1), []
desk = simpy.Resource(env, capacity=c)
begin = time.process_time()
env.process(source(env, desk, rng, lost)); env.run()
print(json.dumps([calls / (time.process_time() - begin), len(lost) / calls]))
"""
CIW = """
import json, sys, time
import ciw
c, calls = int(sys.argv[1]), int(sys.argv[2])
network = ciw.create_network(
    arrival_distributions=[ciw.dists.Exponential(c)], service_distributions=[ciw.dists.Exponential(1.0)],
    number_of_servers=[c], reneging_time_distributions=[ciw.dists.Exponential(2.0)])
ciw.seed(1)
simulation = ciw.Simulation(network)
begin = time.process_time()
simulation.simulate_until_max_time(calls / c)
spent = time.process_time() - begin
records = simulation.get_all_records()
lost = sum(one.record_type == "renege" for one in records)
print(json.dumps([len(records) / spent, lost / len(records)]))
"""
WORKFORCE = """
import json, time
from pyworkforce.queuing import ErlangC
begin = time.process_time()
done = 0
for agents in range(1301, 1701, 40):
    for load in range(1300, 1700, 40):
        if load < agents:
            ErlangC(transactions=load, aht=1.0, interval=1, asa=20 / 300, shrinkage=0.0).service_level(agents)
            done += 1
print(json.dumps([(time.process_time() - begin) / done, done]))
"""

SHIFTS = """
import json, sys, time
from pyworkforce.scheduling import MinRequiredResources
needed, cover, cost = json.load(sys.stdin)
most = max(needed)
begin = time.perf_counter()
found = MinRequiredResources(num_days=1, periods=len(needed), shifts_coverage=cover, required_resources=[needed],
    max_period_concurrency=2 * most, max_shift_concurrency=most, cost_dict=cost, max_search_time=60.0).solve()
print(json.dumps([time.perf_counter() - begin, found["status"], found["cost"]]))
"""


def child(python: str, code: str, *words: object, given: str | None = None) -> list:
    """What a child printed; given: what it reads."""
    done = subprocess.run(
        [python, "-c", code, *map(str, words)], capture_output=True, text=True, check=False, input=given
    )
    if done.returncode:
        raise SystemExit(f"a peer failed:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def best(do: Callable[[], object], times: int = 3, *, clock: Callable[[], float] = time.perf_counter) -> float:
    """Least seconds of some runs."""
    spent = []
    for _ in range(times):
        begin = clock()
        do()
        spent.append(clock() - begin)
    return min(spent)


def main() -> None:
    """Print the tables."""
    import numpy as np

    from crmkit import queues
    from crmkit.queues import CallCentre, Line, Team

    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--peers", help="interpreter of an environment with simpy, ciw and pyworkforce")
    asked = words.parse_args()

    agents, load = np.arange(1300, 1700, 4)[:, None], np.linspace(1300, 1700, 100)[None, :]
    cells = partial(queues.erlang_a, CallCentre(load * 12, 300, agents, 180))
    wall, grid, peer = best(cells, 9), best(cells, 9, clock=time.process_time), np.inf
    for _ in range(3 if asked.peers else 0):
        peer = min(peer, child(asked.peers, WORKFORCE)[0])
        grid = min(grid, best(cells, 9, clock=time.process_time))
    print(
        f"Erlang A, 10,000 cells (1,300 to 1,700 agents x load): {1000 * wall:.1f} ms, {1000 * grid:.1f} of the processor "
        "(asked 30)"
    )
    if asked.peers:
        print(f"  pyworkforce Erlang C: {1e6 * peer:.0f} us a cell, ours {peer / (grid / 10_000):.0f} x (asked 80 x)")
    day = partial(queues.staff, CallCentre(np.linspace(100, 1400, 96) * 12, 300, 1, 180), service_level=0.8)
    wall, own = best(day, 9), best(day, 9, clock=time.process_time)
    print(
        f"staff of 96 intervals up to 1,400 Erlang: {1000 * wall:.1f} ms, {1000 * own:.1f} of the processor (asked 10)"
    )
    for c in (50, 1_500):
        engines(c, 300_000, asked.peers)

    rng = np.random.default_rng(2)
    shape = 1 + 0.6 * np.sin(np.linspace(0, 2 * np.pi, 96))
    lines = [Line(name, 9_600 / 3 * shape, 300, 180, priority=place) for place, name in enumerate("abc")]
    crew = np.round(9_600 / 12 / 3 * shape * rng.uniform(0.98, 1.05)).astype(int)
    teams = [Team(f"{one}{two}", crew, (one, two)) for one, two in ("ab", "bc", "ca")]
    log = queues.simulate(lines, teams, interval_s=900, seed=1)
    runs = partial(queues.replicate, lines, teams, runs=20, interval_s=900, seed=1)
    wall, own = best(runs, 2), best(runs, 2, clock=time.process_time)
    print(
        f"day of {len(log):,} calls, 3 lines x 3 teams, 96 intervals: 20 replications with intervals {wall:.1f} s, "
        f"{own:.1f} of the processor (asked 2)"
    )
    sizes, spent = [30_000, 100_000, 300_000], []
    for calls in sizes:
        centre = CallCentre(calls / 24, 300, max(int(calls / 24 / 12), 1), 180)
        spent.append(best(partial(queues.simulate, centre, seed=1, engine="python"), 3, clock=time.process_time))
    print(f"time against calls, plain: slope {np.polyfit(np.log(sizes), np.log(spent), 1)[0]:.2f}")
    planning(asked.peers)


def engines(c: int, calls: int, peers: str | None) -> None:
    """Calls served in a second of the processor: one line, one team, callers who hang up."""
    import numpy as np

    from crmkit import queues
    from crmkit.queues import CallCentre, desk
    from crmkit.queues.desk import Load, Rota
    from crmkit.queues.simulate import serve

    rng = np.random.default_rng(1)
    arrived = np.cumsum(rng.exponential(1 / c, calls))
    given = Load(arrived, np.zeros(calls, np.int64), rng.exponential(1, calls), rng.exponential(0.5, calls))
    rota = Rota(np.array([[c]]), 1e18, *(np.array([[0]]) for _ in range(3)))
    centre = CallCentre(c, 3600, c, 1800)
    ways = {"plain": partial(serve, given, rota, "python"), "plain, by events": partial(desk.serve, given, rota)}
    if find_spec("numba") is not None:
        from crmkit.queues import fast

        ways |= {
            "compiled": partial(serve, given, rota, "numba"),
            "compiled, by events": partial(fast.serve, given, rota),
        }
    results = {name: way() for name, way in ways.items()}
    same = all((one.wait == results["plain"].wait).all() for one in results.values())
    print(
        f"M/M/{c}+M, load {c}, {calls:,} calls; lost {(results['plain'].group < 0).mean():.4f} (from empty; Erlang A "
        f"{queues.erlang_a(centre).p_abandon:.4f}); engines {'equal call by call' if same else 'DIFFER'}"
    )
    # The same from a seed to the log: draws, and a frame of 14 columns.
    whole = partial(queues.simulate, centre, hours=calls / c, seed=1)
    ways |= {
        f"{name}, to the log": partial(whole, engine=engine)
        for name, engine in (("plain", "python"), ("compiled", "numba"))
        if name in ways
    }
    others = {"SimPy": (SIMPY, 50_000), "Ciw": (CIW, 20_000 if c < 100 else 10_000)} if peers else {}
    rates, theirs = dict.fromkeys(ways, 0.0), dict.fromkeys(others, 0.0)
    for _ in range(3):
        for name, (code, some) in others.items():
            theirs[name] = max(theirs[name], child(peers, code, c, some)[0])
        for name, way in ways.items():
            rates[name] = max(rates[name], calls / best(way, 2, clock=time.process_time))
    goals = {("plain", "SimPy"): 10, ("plain", "Ciw"): 30, ("compiled", "SimPy"): 200}
    goals["compiled", "Ciw"] = 500 if c < 100 else 5_000
    for name, rate in rates.items():
        ratios = ""
        for peer, one in theirs.items():
            goal = f" (asked {goals[name, peer]:,} x)" if (name, peer) in goals else ""
            ratios += f"  {rate / one:,.0f} x {peer}{goal}"
        print(f"  {name:20} {rate / 1e6:6.2f} million calls/s{ratios}", flush=True)


def planning(peers: str | None) -> None:
    """Shift cover, and the forecast of a log."""
    import numpy as np
    import pandas as pd

    from crmkit import queues
    from crmkit.queues.patterns import presence

    t = np.arange(96)
    shape = 0.15 + np.exp(-(((t - 40) / 14) ** 2)) + 0.6 * np.exp(-(((t - 68) / 10) ** 2))
    full = [[(after, 0.5)] for after in (3, 3.5, 4, 4.5, 5)]
    part = [[(after, 0.25)] for after in (1.5, 1.75, 2, 2.25, 2.5)]
    patterns = pd.concat(
        [
            queues.shift_patterns(96, hours=8.5, breaks=full, wage_per_h=25, around=True),
            queues.shift_patterns(96, hours=4.25, breaks=part, wage_per_h=27, kind="part-time", around=True),
        ],
        ignore_index=True,
    )
    for seats in (1_500, 300, 50):
        calls = seats * 12 * shape / shape.max()
        need = queues.staff(queues.CallCentre(calls, 300, 1, 180), service_level=0.8)
        spent = best(lambda need=need: queues.cover_shifts(need, patterns, around=True))
        plan = queues.cover_shifts(need, patterns, around=True)
        asked = " (asked 0.5 s, 0.1 %)" if seats == 1_500 else ""
        print(
            f"shift cover, {need.max():,} seats, 96 x {len(patterns)}: {spent:.2f} s, {plan.gap:.3%} above the bound{asked}",
            flush=True,
        )
        if peers and seats == 1_500:
            there = presence(patterns, 96, around=True).astype(int).tolist()
            cover = dict(zip(patterns["shift"], there, strict=True))
            cost = {name: round(own) for name, own in zip(patterns["shift"], patterns["cost"], strict=True)}
            seconds, status, money = child(peers, SHIFTS, given=json.dumps([need.tolist(), cover, cost]))
            above, ratio = money / plan.bound - 1, seconds / spent
            print(f"  pyworkforce (CP-SAT) {seconds:.1f} s, {status}, {above:.3%} above the bound; ours {ratio:.0f} x")
    rng = np.random.default_rng(3)
    begins = pd.date_range("2025-01-06", periods=26 * 7 * 48, freq="30min")
    mean = (
        60 * (1 + 0.9 * np.sin(np.arange(len(begins)) * 2 * np.pi / 48)) * np.repeat(rng.gamma(50, 1 / 50, 26 * 7), 48)
    )
    log = pd.DataFrame({"arrived": np.repeat(begins.to_numpy(), rng.poisson(mean))})
    table = queues.arrivals(log)
    spent = best(lambda: queues.forecast(table))
    told = queues.backtest(table, origins=12)
    print(
        f"forecast of a week from {len(log):,} calls in 26 weeks: {spent:.2f} s; back-test of 12 weeks saves {told.skill:.0%} "
        f"of the naive error ({told.low:.0%} to {told.high:.0%}); intervals of 90 % hold {told.covered:.1%}"
    )


if __name__ == "__main__":
    sys.exit(main())
