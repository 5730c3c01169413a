"""How fast are itemsets and rules? ``python -m benchmarks.baskets --data FOLDER --peers PYTHON``.

FOLDER holds the classic data as the Frequent Itemset Mining repository and the UCI repository give them:
groceries.csv.gz (basket_id, item), retail, chess, mushroom and T10I4D100K (.dat.gz), online_retail.csv.gz. PYTHON is an
interpreter of an environment with numpy, pandas, scipy, pyarrow, pyfim, rusket and prefixspan; mlxtend is in our own. All
begin with the same frame of lines. Without FOLDER the drawn baskets alone are timed, without PYTHON our side and mlxtend.
Each run is a process of its own, so that its peak memory is its own; what was found is compared by a hash of all sets and
counts.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

COMMON = """
import gzip, hashlib, json, resource, sys, time, warnings
warnings.simplefilter("ignore")
import numpy as np, pandas as pd
what, file, count, times = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
def lines():
    if file.endswith(".npz"):
        with np.load(file) as arrays:
            return pd.DataFrame({"basket_id": arrays["basket"], "item": arrays["item"].astype(str)})
    if file.endswith(".dat.gz"):
        with gzip.open(file, "rt") as text:
            rows = [(n, one) for n, line in enumerate(text) for one in line.split()]
        return pd.DataFrame(rows, columns=["basket_id", "item"])
    frame = pd.read_csv(file, dtype=str)
    if "InvoiceNo" in frame:
        sold = ~frame.InvoiceNo.str.startswith("C") & (frame.Quantity.astype(float) > 0) & (frame.UnitPrice.astype(float) > 0)
        return pd.DataFrame({"basket_id": frame.InvoiceNo[sold].to_numpy(), "item": frame.StockCode[sold].to_numpy()})
    return frame
def peak():
    if sys.platform == "linux":
        return int(open("/proc/self/status").read().split("VmHWM:")[1].split()[0]) / 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
def timed(do):
    best = float("inf")
    for _ in range(times):
        begin = time.perf_counter(); found = do(); best = min(best, time.perf_counter() - begin)
    return best, found
def told(spent, pairs, more=0):
    # A hash that does not depend on the order: the sum of hashes of (sorted items, count).
    total = 0
    n = 0
    for items, number in pairs:
        total += int.from_bytes(hashlib.blake2b(repr((sorted(items), int(number))).encode(), digest_size=8).digest(), "big")
        n += 1
    print(json.dumps([spent, peak_, n, total % 2**64, more]))
rows = lines()
"""
OURS = (
    COMMON
    + """
from crmkit import baskets
n = rows["basket_id"].nunique()
what, kind = what.split()
baskets.itemsets(rows.head(2_000), min_support=0.5, max_length=2, engine=what, kind=kind)
spent, found = timed(lambda: baskets.itemsets(rows, min_support=count / n, engine=what, kind=kind, limit=20_000_000))
peak_ = peak()
told(spent, zip(found["itemset"], found["count"]))
"""
)
MLXTEND = (
    COMMON
    + """
from mlxtend.frequent_patterns import fpgrowth
from scipy.sparse import csr_array
who, ids = pd.factorize(rows["basket_id"]); item, names = pd.factorize(rows["item"])
def do():
    seen = np.unique(who.astype(np.int64) * len(names) + item)
    table = np.zeros((len(ids), len(names)), dtype=bool)
    table.reshape(-1)[seen] = True
    return fpgrowth(pd.DataFrame(table, columns=names), min_support=(count - 1e-6) / len(ids), use_colnames=True)
spent, found = timed(do)
peak_ = peak()
told(spent, zip(found["itemsets"], (found["support"] * len(ids)).round()))
"""
)
PEERS = (
    COMMON
    + """
if what.startswith("pyfim"):
    import fim
    _, name, kind = what.split()
    search, target = getattr(fim, name), {"all": "s", "closed": "c", "maximal": "m"}[kind]
    def lists():
        # The quickest way from lines to lists of whole numbers.
        who, ids = pd.factorize(rows["basket_id"]); item, names = pd.factorize(rows["item"])
        seen = np.unique(who.astype(np.int64) * len(names) + item)
        who, item = np.divmod(seen, len(names))
        edge = np.searchsorted(who, np.arange(len(ids) + 1)).tolist()
        item = item.tolist()
        return [item[a:b] for a, b in zip(edge, edge[1:])], names
    def whole():
        made, names = lists()
        return search(made, target=target, supp=-count, zmin=1, report="a"), names
    spent, (found, names) = timed(whole)
    grouped, names = lists()
    alone, _ = timed(lambda: search(grouped, target=target, supp=-count, zmin=1, report="a"))
    peak_ = peak()
    told(spent, [([names[one] for one in items], number) for items, number in found], alone)
else:
    import rusket
    who, ids = pd.factorize(rows["basket_id"]); item, names = pd.factorize(rows["item"])
    def do():
        from scipy.sparse import csr_matrix
        table = csr_matrix((np.ones(len(rows), dtype=np.int8), (who, item)), shape=(len(ids), len(names)))
        table.data[:] = 1
        frame = pd.DataFrame.sparse.from_spmatrix(table.astype(bool), columns=list(names))
        return rusket.fpgrowth(frame, min_support=(count - 1e-6) / len(ids), use_colnames=True)
    spent, found = timed(do)
    peak_ = peak()
    told(spent, zip(found["itemsets"], (found["support"] * len(ids)).round()))
"""
)
PATHS = """
import json, sys, time
import numpy as np
from prefixspan import PrefixSpan
with np.load(sys.argv[2]) as arrays:
    who, item = arrays["who"], arrays["item"].astype(str)
edge = np.searchsorted(who, np.arange(who.max() + 2))
paths = [item[a:b].tolist() for a, b in zip(edge, edge[1:])]
search = PrefixSpan(paths)
search.maxlen = 4
begin = time.perf_counter()
found = search.frequent(int(sys.argv[3]))
print(json.dumps([time.perf_counter() - begin, sorted([list(one), count] for count, one in found)]))
"""
RULES = (
    COMMON
    + """
from crmkit import baskets
from mlxtend.frequent_patterns import association_rules
n = rows["basket_id"].nunique()
sets = baskets.itemsets(rows, min_support=count / n, limit=20_000_000)
frozen = sets.assign(itemsets=sets["itemset"].map(frozenset))[["support", "itemsets"]]
# A threshold that no fraction meets, since theirs loses rules at it to rounding.
theirs, one = timed(lambda: association_rules(frozen, metric="confidence", min_threshold=0.500001))
ours, two = timed(lambda: baskets.rules(sets, min_confidence=0.500001, consequents=None, min_improvement=None))
room = sys.modules["crmkit.baskets.rules"]
room.fisher, room.with_misses = (lambda n, a, c, both: np.zeros(len(a))), (lambda p, tests: p)
alike, _ = timed(lambda: baskets.rules(sets, min_confidence=0.500001, consequents=None, min_improvement=None))
print(json.dumps([theirs, ours, alike, len(sets), len(one), len(two), float(one["lift"].sum()), float(two["lift"].sum())]))
"""
)
# Counts to be met: published, or agreed upon by several programs.
CLASSIC = {
    "groceries.csv.gz": {99: 333, 10: 13_492},
    "retail.dat.gz": {882: 159, 441: 580},
    "chess.dat.gz": {2_557: 8_227, 2_400: 20_582},
    "mushroom.dat.gz": {2_437: 2_735, 1_625: 53_583},  # PyFIM leaves out the item that lies in every basket
    "T10I4D100K.dat.gz": {1_000: 385, 500: 1_073},
    "online_retail.csv.gz": {100: 18_930},
}
# Closed and maximal sets, as many as PyFIM finds (of groceries as mlxtend's fpmax).
FEWER = {
    "groceries.csv.gz": {10: {"closed": 13_464, "maximal": 7_794}},
    "mushroom.dat.gz": {82: {"closed": 51_640, "maximal": 6_768}},
    "chess.dat.gz": {2_000: {"closed": 68_967, "maximal": 2_419}},
}


def run(python: str, code: str, what: str, file: Path, count: int, times: int) -> list:
    """What a child printed."""
    words = [python, "-c", code, what, str(file), str(count), str(times)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{what} on {file.name} failed:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def draw(baskets: int, folder: Path, *, products: int = 5_000, mean: float = 6.0) -> Path:
    """Baskets of products whose popularity follows Zipf's law, with pulls between some neighbours."""
    import numpy as np

    rng = np.random.default_rng(11)
    size = 1 + rng.poisson(mean - 1, baskets)
    who = np.repeat(np.arange(baskets, dtype=np.int32), size)
    chance = 1 / (np.arange(products) + 10.0)
    what = np.searchsorted(np.cumsum(chance / chance.sum()), rng.random(len(who))).astype(np.int32)
    again = (rng.random(len(who)) < 0.1) & (np.append(-1, who[:-1]) == who)
    what[again] = (what[np.flatnonzero(again) - 1] + 1) % products
    file = folder / f"drawn_{baskets}.npz"
    np.savez(file, basket=who, item=np.minimum(what, products - 1))
    return file


FAULTS: list[str] = []  # what was not equal; the run ends with them


def compare(
    name: str,
    file: Path,
    count: int,
    peers: str | None,
    *,
    mlxtend: bool,
    times: int,
    fast: bool,
    known: int | None = None,
    kind: str = "all",
) -> None:
    """One table: each engine's seconds, memory and what it found."""
    found = {"ours, numpy": run(sys.executable, OURS, f"numpy {kind}", file, count, times)}
    if fast:
        found["ours, numba"] = run(sys.executable, OURS, f"numba {kind}", file, count, times)
    if mlxtend:
        found["mlxtend fpgrowth"] = run(sys.executable, MLXTEND, "mlxtend", file, count, 1)
    if peers:
        for what in ("pyfim eclat", "pyfim fpgrowth", "rusket fpgrowth")[: 3 if kind == "all" else 2]:
            found[what] = run(peers, PEERS, f"{what} {kind}", file, count, times)
    first = next(iter(found.values()))
    if known is not None and first[2] != known:
        FAULTS.append(f"{name}: {first[2]:,} sets, known {known:,}")
    met = "" if known is None else ", as known" if first[2] == known else f", NOT the known {known:,}"
    print(f"{name}, count >= {count:,}: {first[2]:,} {kind if kind != 'all' else ''} sets{met}".replace("  ", " "))
    for what, (spent, memory, sets, total, alone) in found.items():
        ratios = "".join(
            f"  {spent / found[one][0]:7.1f} x {one}" for one in ("ours, numpy", "ours, numba") if one in found
        )
        mining = f"  (from lists of numbers {alone:.3f} s)" if alone else ""
        # PyFIM leaves out the item that lies in every basket; of maximal sets it is none.
        whole = sets + ("mushroom" in name and what.startswith("pyfim") and kind != "maximal")
        if whole != first[2] or (sets == first[2] and total != first[3]):
            FAULTS.append(f"{name}: {what} found other sets")
        same = "the same sets" if (sets, total) == (first[2], first[3]) else f"OTHER SETS: {sets:,}"
        print(f"  {what:18} {spent:8.3f} s {memory:6.0f} MiB  {same}{ratios}{mining}", flush=True)


def sequences(peers: str, folder: Path) -> None:
    """Chains of pages against PrefixSpan, chain for chain."""
    import time

    import numpy as np
    import pandas as pd

    from crmkit import baskets

    rng = np.random.default_rng(3)
    who = np.repeat(np.arange(20_000), rng.integers(1, 12, 20_000))
    item = np.array([f"p{one:02d}" for one in np.minimum(rng.geometric(0.15, len(who)), 25)])
    file = folder / "paths.npz"
    np.savez(file, who=who, item=item)
    log = pd.DataFrame({"customer_id": who, "day": np.arange(len(who)), "item": item})
    begin = time.perf_counter()
    ours = baskets.sequences(log, min_support=0.01, max_length=4)
    spent = time.perf_counter() - begin
    theirs, found = run(peers, PATHS, "paths", file, 200, 1)
    same = sorted([list(one), int(n)] for one, n in zip(ours["sequence"], ours["count"], strict=True)) == found
    alike = "equal" if same else "NOT EQUAL"
    if not same:
        FAULTS.append("sequences: not those of prefixspan")
    ratio = f"prefixspan {theirs:.2f} s, ours {spent:.2f} s: {theirs / spent:.1f} x"
    print(f"sequences, 20,000 visitors: {len(ours):,} chains ({alike}), {ratio}")


def main() -> None:
    """Print the tables."""
    from importlib.util import find_spec

    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--data", type=Path, help="folder with the classic data")
    words.add_argument("--peers", help="interpreter of an environment with pyfim and rusket")
    words.add_argument("--baskets", type=int, default=1_000_000, help="of the largest drawn data")
    asked = words.parse_args()
    fast = find_spec("numba") is not None
    print("seconds: encoding and mining, the best of three (mlxtend: one run); MiB: peak of the process")
    for name, counts in CLASSIC.items() if asked.data else []:
        for count, known in counts.items():
            file = asked.data / name
            compare(name, file, count, asked.peers, mlxtend=True, times=3, fast=fast, known=known)
    for name, counts in FEWER.items() if asked.data else []:
        for count, kinds in counts.items():
            for kind, known in kinds.items():
                file, peers = asked.data / name, asked.peers
                compare(name, file, count, peers, mlxtend=False, times=2, fast=fast, known=known, kind=kind)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        sizes = [asked.baskets // 10, asked.baskets // 3, asked.baskets]
        files = {size: draw(size, folder) for size in sizes}
        many = asked.baskets
        compare(f"{many:,} drawn baskets", files[many], many // 5_000, asked.peers, mlxtend=False, times=2, fast=fast)
        for engine in ["numpy"] + ["numba"] * fast:
            import numpy as np

            spent = [run(sys.executable, OURS, f"{engine} all", files[size], size // 5_000, 5)[0] for size in sizes]
            slope = np.polyfit(np.log(sizes), np.log(spent), 1)[0]
            print(
                f"time against lines, {engine}: {', '.join(f'{one:.2f} s' for one in spent)}; slope {slope:.2f} (asked 1.1)"
            )
        if asked.peers:
            sequences(asked.peers, folder)
        rules = [("drawn", files[sizes[1]], max(sizes[1] // 60_000, 1))]
        if asked.data:
            rules = [
                ("groceries", asked.data / "groceries.csv.gz", 4),
                ("T10I4D100K", asked.data / "T10I4D100K.dat.gz", 28),
            ]
        for name, file, count in rules:
            theirs, ours, alike, sets, one, two, lift, our_lift = run(sys.executable, RULES, "rules", file, count, 3)
            if one != two or abs(lift - our_lift) >= 1e-6 * max(lift, 1):
                FAULTS.append(f"rules of {name}: not those of mlxtend")
            same = "equal" if one == two and abs(lift - our_lift) < 1e-6 * max(lift, 1) else "NOT EQUAL"
            print(
                f"rules of {sets:,} sets of {name}: {two:,} rules ({same}), mlxtend {theirs:.2f} s, ours {ours:.3f} s with "
                f"p, q, interval and improvement besides: {theirs / ours:.1f} x (asked 20 x); "
                f"without p and q {alike:.3f} s: {theirs / alike:.1f} x"
            )
    if asked.data:
        import pandas as pd

        from crmkit import baskets

        lines = pd.read_csv(asked.data / "groceries.csv.gz", dtype=str)
        sets = baskets.itemsets(lines, min_support=10 / lines["basket_id"].nunique())
        found = len(baskets.rules(sets, min_confidence=0.8, min_improvement=None))
        print(f"rules of groceries at support 0.001 and confidence 0.8: {found} (published: 410)")
        if found != 410:
            FAULTS.append(f"groceries: {found} rules, published 410")
    if FAULTS:
        raise SystemExit("\n".join(["NOT EQUAL:", *FAULTS]))


if __name__ == "__main__":
    main()
