"""Profit of each customer, added up by the engine that holds the logs."""

from __future__ import annotations

from typing import Any

from crmkit import frames
from crmkit.profit.channels import places, unit_costs


def by_customer(
    transactions: Any, contacts: Any, costs: Any, left: float, *, names: dict[str, str], channel: str
) -> Any:
    """`profit.by_customer` on an engine, as a narwhals frame: two passes of sums, joined by customer."""
    import narwhals.stable.v2 as nw

    if not (frames.on_engine(transactions) and frames.on_engine(contacts)):
        kinds = [f"{type(one).__module__}.{type(one).__name__}" for one in (transactions, contacts)]
        raise TypeError(f"transactions is a {kinds[0]} and contacts a {kinds[1]}; expected frames of one engine")
    log = frames.engine_log(transactions, **names)
    unit = unit_costs(costs)
    acts = frames.opened(contacts, name="contacts")
    customer = names["customer"]
    kinds = frames.named(acts, [customer, channel], name="contacts")
    if acts.implementation != log.rows.implementation:
        raise TypeError("transactions and contacts are frames of two engines; expected frames of one")
    # One pass tells how often each channel occurs, and what is missing.
    who, where = (frames.present(nw.col(one), kinds[one]) for one in (customer, channel))
    seen = acts.select(who=who, channel=where)
    by_name = frames.fetched(seen.group_by("channel").agg(rows=nw.len(), known=nw.col("who").count()))
    done, missing = int(by_name["rows"].sum()), by_name["channel"].isna()
    frames.refuse_gaps("contacts", customer, "missing", done - int(by_name["known"].sum()), done)
    frames.refuse_gaps("contacts", channel, "missing", int(by_name["rows"][missing].sum()), done)
    if not log.count + done:
        raise ValueError("transactions and contacts have 0 rows; expected what was bought, or what was done")
    mine = log.rows.collect_schema()["customer_id"]
    if log.count and done and mine.is_numeric() != kinds[customer].is_numeric():
        raise TypeError(
            f"{customer!r} is of type {mine} in transactions and {kinds[customer]} in contacts, so nobody "
            "could be in both. Mend: one type for both"
        )
    if len(by_name):  # the same check, and the same message, as on the rows themselves
        places(by_name["channel"].repeat(by_name["rows"].clip(upper=1)), unit.index, name="contacts")

    bought = log.rows.group_by("customer_id").agg(revenue=nw.col("amount").sum())
    acts = acts.select(
        nw.col(customer).alias("customer_id"),
        *((nw.col(channel) == nw.lit(name)).cast(nw.Int64).alias(f"n{at}") for at, name in enumerate(unit.index)),
    )
    counts = [f"n{at}" for at in range(len(unit))]
    acted = acts.group_by("customer_id").agg(*(nw.col(one).sum() for one in counts))
    both = bought.join(acted, on="customer_id", how="full", suffix="_2")
    who = nw.coalesce(nw.col("customer_id"), nw.col("customer_id_2")).alias("customer_id")
    none = {one: nw.col(one).fill_null(0) for one in counts}
    both = both.with_columns(who, revenue=nw.col("revenue").fill_null(0.0), **none)
    spent = [
        (nw.col(one) * float(price)).alias(f"cost {name}")
        for one, (name, price) in zip(counts, unit.items(), strict=True)
    ]
    to_serve = nw.sum_horizontal(*(nw.col(f"cost {name}") for name in unit.index))
    both = both.with_columns(
        *spent, contribution=nw.col("revenue") * left, activities=nw.sum_horizontal(*(nw.col(one) for one in counts))
    ).with_columns(cost_to_serve=to_serve)
    return both.with_columns(profit=nw.col("contribution") - nw.col("cost_to_serve")).select(
        "customer_id",
        "revenue",
        "contribution",
        "activities",
        *(f"cost {name}" for name in unit.index),
        "cost_to_serve",
        "profit",
    )
