"""What one would write by hand for each verb on logs, in SQL (DuckDB, Spark), in Polars and in pandas."""

from __future__ import annotations

from typing import Any

import numpy as np

from crmkit.intervals import normal_quantile
from crmkit.segments.migration import NOT_YET

BEFORE, AFTER = "2023-12-31", "2024-12-30"  # of the migration
COSTS = {"phone": 5.0, "web": 0.1, "branch": 12.5, "post": 1.0}
MARGIN, VALUE, COST, SUPPORT = 0.3, 20.0, 1.0, 0.01
Z = normal_quantile(0.95)
DAYS = {"duckdb": "date_diff('day', {first}, {last})", "pyspark": "datediff({last}, {first})"}
FIRST = {"duckdb": "arg_min", "pyspark": "min_by"}
TOTALS = """
    t AS (SELECT customer_id, max(CASE WHEN amount > 0 THEN CAST(day AS date) END) AS last,
                 count(CASE WHEN amount > 0 THEN 1 END) AS frequency, sum(amount) AS monetary,
                 sum(CASE WHEN amount > 0 THEN amount END) AS spent
          FROM log GROUP BY customer_id)"""


def query(verb: str, engine: str) -> str:
    """What one would write by hand, in the words of the engine."""

    def days(first: str, last: str) -> str:
        return DAYS[engine].format(first=first, last=last)

    if verb == "history":
        begun = "min(day)"
        return f"""
            WITH d AS (SELECT customer_id, CAST(day AS date) AS day, sum(amount) AS a
                       FROM log WHERE amount > 0 GROUP BY customer_id, CAST(day AS date)),
                 e AS (SELECT max(CAST(day AS date)) AS until FROM log)
            SELECT customer_id, count(*) - 1 AS x, {days(begun, "max(day)")} / 7.0 AS t_x,
                   {days(begun, "max(until)")} / 7.0 AS T,
                   CASE WHEN count(*) > 1 THEN (sum(a) - {FIRST[engine]}(a, day)) / (count(*) - 1) ELSE 0 END AS m_x
            FROM d CROSS JOIN e GROUP BY customer_id"""
    if verb == "value_matrix":
        return f"""
            WITH {TOTALS},
                 m AS (SELECT *, spent / frequency AS mean_spend FROM t),
                 o AS (SELECT *, avg(CASE WHEN frequency > 0 THEN frequency END) OVER () AS often,
                              avg(mean_spend) OVER () AS much FROM m)
            SELECT customer_id, frequency, mean_spend, often AS mean_frequency, much AS base_mean_spend,
                   CASE WHEN frequency >= often AND mean_spend >= much THEN 'best' WHEN frequency >= often THEN 'frequent'
                        WHEN mean_spend >= much THEN 'spender' ELSE 'uncertain' END AS quadrant FROM o"""
    if verb == "migration":
        early, late = (
            query("rfm", engine).replace(
                "FROM log", f"FROM (SELECT * FROM log WHERE day < DATE '{day}' + INTERVAL 1 DAY)"
            )
            for day in (BEFORE, AFTER)
        )
        return f"""SELECT coalesce(a.segment, '{NOT_YET}') AS before, b.segment AS after, count(*) AS customers
            FROM ({late}) AS b LEFT JOIN ({early}) AS a ON a.customer_id = b.customer_id
            GROUP BY coalesce(a.segment, '{NOT_YET}'), b.segment"""
    if verb == "pairs":
        return f"""
            WITH held AS (SELECT DISTINCT basket_id, item FROM lines),
                 n AS (SELECT count(DISTINCT basket_id) AS n FROM held),
                 often AS (SELECT item, count(*) AS c FROM held GROUP BY item
                           HAVING count(*) >= {SUPPORT} * (SELECT n FROM n)),
                 few AS (SELECT held.* FROM held JOIN often ON often.item = held.item),
                 two AS (SELECT a.item AS one, b.item AS other, count(*) AS common FROM few AS a JOIN few AS b
                         ON a.basket_id = b.basket_id AND a.item < b.item GROUP BY a.item, b.item)
            SELECT one AS first, other AS second, common AS count, common * n / CAST(x.c * y.c AS double) AS lift
            FROM two JOIN often AS x ON x.item = one JOIN often AS y ON y.item = other CROSS JOIN n
            WHERE common * n > x.c * y.c"""
    if verb == "by_customer":
        counts = ", ".join(f"count(CASE WHEN channel = '{name}' THEN 1 END) AS n_{name}" for name in COSTS)
        each = ", ".join(f"coalesce(n_{name}, 0) * {cost} AS cost_{name}" for name, cost in COSTS.items())
        whole = " + ".join(f"coalesce(n_{name}, 0) * {cost}" for name, cost in COSTS.items())
        return f"""
            WITH r AS (SELECT customer_id, sum(amount) AS money FROM log GROUP BY customer_id),
                 c AS (SELECT customer_id, count(*) AS activities, {counts} FROM contacts GROUP BY customer_id)
            SELECT coalesce(r.customer_id, c.customer_id) AS customer_id, coalesce(money, 0) AS revenue,
                   coalesce(money, 0) * {MARGIN} AS contribution, coalesce(activities, 0) AS activities, {each},
                   {whole} AS cost_to_serve, coalesce(money, 0) * {MARGIN} - ({whole}) AS profit
            FROM r FULL JOIN c ON r.customer_id = c.customer_id"""
    if verb == "gains":
        middle = f"(p + {Z**2} / (2 * hits)) / (1 + {Z**2} / hits)"
        half = f"sqrt(greatest(p * (1 - p) / hits + {Z**2} / (4 * hits * hits), 0)) * {Z} / (1 + {Z**2} / hits)"
        spread = f"{Z} * sqrt(greatest(won_squared - won * won / n, 0))"
        return f"""
            WITH g AS (SELECT score, count(*) AS n, sum(bought) AS hit, sum(bought * {VALUE} - {COST}) AS won,
                              sum((bought * {VALUE} - {COST}) * (bought * {VALUE} - {COST})) AS won_squared
                       FROM scored GROUP BY score),
                 s AS (SELECT score, sum(n) OVER (ORDER BY score DESC) AS n, sum(hit) OVER (ORDER BY score DESC) AS hit,
                              sum(won) OVER (ORDER BY score DESC) AS won,
                              sum(won_squared) OVER (ORDER BY score DESC) AS won_squared FROM g),
                 t AS (SELECT CAST(count(*) AS double) AS rows, CAST(sum(bought) AS double) AS hits FROM scored),
                 p AS (SELECT *, n / rows AS share, hit / hits AS p FROM s CROSS JOIN t)
            SELECT share, p AS captured, CASE WHEN p = 0 THEN 0 ELSE {middle} - {half} END AS low,
                   CASE WHEN p = 1 THEN 1 ELSE {middle} + {half} END AS high, p / share AS lift, won AS profit,
                   won - {spread} AS profit_low, won + {spread} AS profit_high FROM p ORDER BY score DESC"""
    from crmkit.segments.rfm import GRID, NO_PURCHASE

    cells = ", ".join(f"({5 * row + at}, '{name}')" for row, names in enumerate(GRID) for at, name in enumerate(names))
    score = "1 + floor((rank() OVER (ORDER BY {0} NULLS LAST) + (count(*) OVER (PARTITION BY {0}) - 1) / 2.0 - 0.5) * 5 / n)"
    scores = ", ".join(
        f"CASE WHEN n IS NULL OR {key} IS NULL THEN 1 ELSE CAST({score.format(key)} AS int) END AS {name}"
        for key, name in (("last", "r"), ("fk", "f"), ("mk", "m"))
    )
    return f"""
        WITH {TOTALS},
             k AS (SELECT *, CASE WHEN frequency > 0 THEN frequency END AS fk, max(last) OVER () AS until,
                          CASE WHEN frequency > 0 THEN round(monetary, 2) END AS mk, count(last) OVER () AS n FROM t),
             s AS (SELECT *, {scores} FROM k),
             grid AS (SELECT * FROM (VALUES {cells}) AS cells(cell, name))
        SELECT customer_id, {days("last", "until")} AS recency, frequency, monetary, r, f, m,
               CASE WHEN frequency > 0 THEN name ELSE '{NO_PURCHASE}' END AS segment
        FROM s JOIN grid ON cell = CAST((5 - r) * 5 + floor((f + m) / 2.0 + 0.5) - 1 AS int)"""


def by_polars(verb: str, log: Any, contacts: Any = None) -> Any:
    """The same in Polars; log is the first table of the verb."""
    import polars as pl

    from crmkit.segments.rfm import GRID, NO_PURCHASE

    if verb == "migration":
        until = (pl.lit(one).str.to_date() for one in (BEFORE, AFTER))
        early, late = (by_polars("rfm", log.filter(pl.col("day").cast(pl.Date) <= one)) for one in until)
        both = late.join(early.select("customer_id", before="segment"), on="customer_id", how="left")
        return both.group_by(pl.col("before").fill_null(NOT_YET), after="segment").agg(customers=pl.len())
    if verb == "pairs":
        held = log.unique()
        n = held.select(n=pl.col("basket_id").n_unique().cast(pl.Int64))
        often = held.group_by("item").agg(c=pl.len().cast(pl.Int64)).join(n, how="cross")
        often = often.filter(pl.col("c") >= SUPPORT * pl.col("n"))
        few = held.join(often.select("item"), on="item")
        two = few.join(few, on="basket_id", suffix="_2").filter(pl.col("item") < pl.col("item_2"))
        two = two.group_by(first="item", second="item_2").agg(count=pl.len().cast(pl.Int64))
        two = two.join(often, left_on="first", right_on="item").join(
            often, left_on="second", right_on="item", suffix="_2"
        )
        both, chance = pl.col("count") * pl.col("n"), pl.col("c") * pl.col("c_2")
        return two.filter(both > chance).select("first", "second", "count", lift=both / chance)
    if verb == "by_customer":
        counts = {name: (pl.col("channel") == name).sum().cast(pl.Int64) for name in COSTS}
        acts = contacts.group_by("customer_id").agg(activities=pl.len().cast(pl.Int64), **counts)
        money = log.group_by("customer_id").agg(revenue=pl.col("amount").sum())
        both = money.join(acts, on="customer_id", how="full", coalesce=True).with_columns(pl.all().fill_null(0))
        serve = pl.sum_horizontal(pl.col(name) * cost for name, cost in COSTS.items())
        left = pl.col("revenue") * MARGIN
        return both.with_columns(contribution=left, cost_to_serve=serve, profit=left - serve)
    if verb == "gains":
        hit = pl.col("bought").cast(pl.Float64)
        rows = log.with_columns(hit=hit, won=hit * VALUE - COST).with_columns(won_squared=pl.col("won") ** 2)
        sums = rows.group_by("score").agg(
            *(pl.col(one).sum() for one in ("hit", "won", "won_squared")), n=pl.len().cast(pl.Int64)
        )
        s = sums.sort("score", descending=True).with_columns(pl.col("n", "hit", "won", "won_squared").cum_sum())
        n, hits, p = pl.col("n"), pl.col("hit").last(), pl.col("hit") / pl.col("hit").last()
        middle, wide = (p + Z**2 / (2 * hits)) / (1 + Z**2 / hits), Z / (1 + Z**2 / hits)
        half = (p * (1 - p) / hits + Z**2 / (4 * hits**2)).clip(0).sqrt() * wide
        spread = Z * (pl.col("won_squared") - pl.col("won") ** 2 / n).clip(0).sqrt()
        return s.select(
            share=n / n.last(),
            captured=p,
            low=pl.when(p == 0).then(0.0).otherwise(middle - half),
            high=pl.when(p == 1).then(1.0).otherwise(middle + half),
            lift=p / (n / n.last()),
            profit="won",
            profit_low=pl.col("won") - spread,
            profit_high=pl.col("won") + spread,
        )
    if verb == "clean":
        number = pl.col("amount").str.strip_prefix("¥").cast(pl.Float64, strict=False)
        day = pl.col("day").str.to_date("%Y-%m-%d", strict=False)
        typed = log.select(pl.col("customer_id").cast(pl.Int64, strict=False), day=day, amount=number)
        return typed.drop_nulls()
    bought, amount, day = pl.col("amount") > 0, pl.col("amount"), pl.col("day").cast(pl.Date)
    if verb == "history":
        until = log.select(until=day.max())
        each = log.filter(bought).group_by("customer_id", day).agg(amount.sum())
        each = each.group_by("customer_id").agg(
            x=pl.len() - 1, first=pl.col("day").min(), last=pl.col("day").max(), a=amount.sum(), a0=amount.sort_by("day").first()
        )  # fmt: skip
        back = pl.col("x").cast(pl.Int64)
        return each.join(until, how="cross").select(
            "customer_id",
            x=back,
            t_x=(pl.col("last") - pl.col("first")).dt.total_days() / 7,
            T=(pl.col("until") - pl.col("first")).dt.total_days() / 7,
            m_x=pl.when(back > 0).then((pl.col("a") - pl.col("a0")) / back).otherwise(0.0),
        )
    each = log.group_by("customer_id").agg(
        last=day.filter(bought).max(), frequency=bought.sum(), monetary=amount.sum(), spent=amount.filter(bought).sum()
    )
    often = pl.col("frequency")
    if verb == "value_matrix":
        each = each.with_columns(mean_spend=pl.when(often > 0).then(pl.col("spent") / often))
        each = each.with_columns(
            mean_frequency=pl.when(often > 0).then(often).mean(), base_mean_spend=pl.col("mean_spend").mean()
        )
        many, much = often >= pl.col("mean_frequency"), pl.col("mean_spend") >= pl.col("base_mean_spend")
        names = pl.when(many & much).then(pl.lit("best")).when(many).then(pl.lit("frequent"))
        names = names.when(much).then(pl.lit("spender")).otherwise(pl.lit("uncertain"))
        return each.select(
            "customer_id", "frequency", "mean_spend", "mean_frequency", "base_mean_spend", quadrant=names
        )

    def score(value: pl.Expr) -> pl.Expr:
        value = pl.when(often > 0).then(value)
        return (1 + ((value.rank("average") - 0.5) * 5 / value.count()).floor()).fill_null(1).cast(pl.Int64)

    each = each.with_columns(r=score(pl.col("last")), f=score(often), m=score(pl.col("monetary").round(2)))
    cell = (5 - pl.col("r")) * 5 + ((pl.col("f") + pl.col("m")) / 2 + 0.5).floor().cast(pl.Int64) - 1
    names = cell.replace_strict(dict(enumerate(name for row in GRID for name in row)), return_dtype=pl.String)
    recency = (pl.col("last").max() - pl.col("last")).dt.total_days()
    segment = pl.when(often > 0).then(names).otherwise(pl.lit(NO_PURCHASE))
    return each.select("customer_id", "frequency", "monetary", "r", "f", "m", recency=recency, segment=segment)


def by_pandas(verb: str, log: Any, contacts: Any = None) -> Any:
    """The same in pandas."""
    import pandas as pd

    if verb == "migration":
        early, late = (by_pandas("rfm", log[log["day"].dt.normalize() <= one])["segment"] for one in (BEFORE, AFTER))
        both = pd.DataFrame({"before": early.reindex(late.index, fill_value=NOT_YET), "after": late})
        return both.groupby(["before", "after"]).size().rename("customers").reset_index()
    if verb == "pairs":
        held = log.drop_duplicates()
        n, count = held["basket_id"].nunique(), held["item"].value_counts()
        few = held[held["item"].isin(count.index[count >= SUPPORT * n])]
        code, names = pd.factorize(few["item"], sort=True)
        few = pd.DataFrame({"basket_id": few["basket_id"].to_numpy(), "item": code.astype("int16")})
        two = few.merge(few, on="basket_id", suffixes=("", "_2"))
        two = two[two["item"] < two["item_2"]].groupby(["item", "item_2"]).size().rename("count").reset_index()
        two["first"], two["second"] = names[two["item"]], names[two["item_2"]]
        chance = two["first"].map(count).to_numpy() * two["second"].map(count).to_numpy()
        two["lift"] = two["count"] * n / chance
        return two[two["count"] * n > chance][["first", "second", "count", "lift"]]
    if verb == "by_customer":
        money = log.groupby("customer_id")["amount"].sum()
        acts = contacts.groupby(["customer_id", "channel"]).size().unstack(fill_value=0)
        both = acts.reindex(acts.index.union(money.index), fill_value=0)
        found = pd.DataFrame({"revenue": money.reindex(both.index, fill_value=0.0), "activities": both.sum(axis=1)})
        found["contribution"] = found["revenue"] * MARGIN
        for name, cost in COSTS.items():
            found[f"cost_{name}"] = both[name] * cost
        found["cost_to_serve"] = found[[f"cost_{name}" for name in COSTS]].sum(axis=1)
        return found.assign(profit=found["contribution"] - found["cost_to_serve"])
    if verb == "gains":
        won = log["bought"] * VALUE - COST
        rows = pd.DataFrame({"score": log["score"], "n": 1, "hit": log["bought"], "won": won, "won_squared": won**2})
        s = rows.groupby("score").sum().sort_index(ascending=False).cumsum()
        hits, p, share = s["hit"].iloc[-1], s["hit"] / s["hit"].iloc[-1], s["n"] / s["n"].iloc[-1]
        middle, wide = (p + Z**2 / (2 * hits)) / (1 + Z**2 / hits), Z / (1 + Z**2 / hits)
        half = np.sqrt(p * (1 - p) / hits + Z**2 / (4 * hits**2)) * wide
        spread = Z * np.sqrt((s["won_squared"] - s["won"] ** 2 / s["n"]).clip(lower=0))
        low, high = (middle - half).where(p > 0, 0.0), (middle + half).where(p < 1, 1.0)
        money = {"profit": s["won"], "profit_low": s["won"] - spread, "profit_high": s["won"] + spread}
        return pd.DataFrame({"share": share, "captured": p, "low": low, "high": high, "lift": p / share, **money})
    if verb == "clean":
        who = pd.to_numeric(log["customer_id"], errors="coerce")
        day = pd.to_datetime(log["day"], format="%Y-%m-%d", errors="coerce")
        amount = pd.to_numeric(log["amount"].str.removeprefix("¥"), errors="coerce")
        return pd.DataFrame({"customer_id": who, "day": day, "amount": amount}).dropna()
    if verb == "value_matrix":
        spent = log["amount"].where(log["amount"] > 0)
        each = (
            log[["customer_id"]]
            .assign(spent=spent)
            .groupby("customer_id")["spent"]
            .agg(frequency="count", mean_spend="mean")
        )
        many = each["frequency"] >= each["frequency"].where(each["frequency"] > 0).mean()
        much = each["mean_spend"] >= each["mean_spend"].mean()
        return each.assign(quadrant=np.select([many & much, many, much], ["best", "frequent", "spender"], "uncertain"))
    day = log["day"].dt.normalize()
    bought = log["amount"] > 0
    if verb == "history":
        each = log[bought].assign(day=day[bought]).groupby(["customer_id", "day"])["amount"].sum().reset_index("day")
        groups = each.groupby(level=0)
        first, last = groups["day"].min(), groups["day"].max()
        x = groups.size() - 1
        later = groups["amount"].sum() - groups["amount"].first()
        return pd.DataFrame(
            {"x": x, "t_x": (last - first).dt.days / 7, "T": (day.max() - first).dt.days / 7,
             "m_x": (later / x.where(x > 0)).fillna(0)}
        )  # fmt: skip
    groups = log[bought].assign(day=day[bought]).groupby("customer_id")
    each = log.groupby("customer_id")["amount"].sum().to_frame("monetary")
    each["frequency"] = groups.size().reindex(each.index, fill_value=0)
    from crmkit.segments.rfm import GRID, NO_PURCHASE

    last = groups["day"].max()
    each["recency"] = (day.max() - last).dt.days.reindex(each.index)
    known = each["frequency"] > 0
    for name, key in (("r", -each["recency"]), ("f", each["frequency"]), ("m", each["monetary"].round(2))):
        rank = key.where(known).rank()
        each[name] = (1 + ((rank - 0.5) * 5 / known.sum()) // 1).fillna(1).astype(int)
    cell = (5 - each["r"]) * 5 + ((each["f"] + each["m"]) / 2 + 0.5) // 1 - 1
    names = np.array([name for row in GRID for name in row], dtype=object)[cell.astype(int)]
    return each.assign(segment=np.where(known, names, NO_PURCHASE))
