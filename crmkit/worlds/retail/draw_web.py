"""Visits to the site and visitors of the portal.

A visit is a walk over pages whose state is (page, content seen?). Each purchase of the log
is the end of a walk that is drawn on condition that it ends in an order (a Doob transform
of the chain); before it come visits drawn on condition that they do not, their number
geometric. Together they follow the declared chain exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from crmkit.worlds.retail.draw_frames import FIRST_CUSTOMER
from crmkit.worlds.retail.purchases import on_calendar
from crmkit.worlds.retail.truth import Receipts
from crmkit.worlds.retail.web import Portal, Web

if TYPE_CHECKING:
    import pandas as pd

    from crmkit.worlds.retail.world import Retail

FIRST_SESSION, FIRST_VISITOR = 1, 1
LONGEST = 500  # pages of a visit; a longer walk is cut (by then less than 1e-9 of them go on)
LOOKING = 13  # days before a purchase on which a visit may come
OPEN, CLOSE = 8 * 3600, 23 * 3600  # seconds after midnight between which visits begin


@dataclass(frozen=True)
class Chain:
    """How one group walks: states are page + pages x (content seen?)."""

    move: np.ndarray  # states x states
    order: np.ndarray  # chance to order next, by state
    start: int

    @classmethod
    def of(cls, web: Web, *, fan: bool, lift: float | None = None) -> Chain:
        """The chain of fans or of the others."""
        n = len(web.pages)
        at = [page.name for page in web.pages].index(web.content)
        to = np.array([page.to for page in web.pages])
        to[:, at] *= web.fan_pull if fan else 1.0
        order = np.array([page.order for page in web.pages]) * (web.fan_order if fan else 1.0)
        lift = web.lift if lift is None else lift
        move = np.zeros((2 * n, 2 * n))
        move[n:, n:] = to
        move[:n, :n] = to
        move[:n, at] = 0.0
        move[:n, n + at] = to[:, at]
        return cls(move, np.concatenate([order, order * (1 + lift)]), n if at == 0 else 0)

    @property
    def ends_in_order(self) -> np.ndarray:
        """Chance that a walk ends in an order, by state: solves h = order + move h."""
        return np.linalg.solve(np.eye(len(self.order)) - self.move, self.order)

    def given(self, *, ordered: bool) -> np.ndarray:
        """States x (states + 1 for the end): the moves of walks that end so."""
        h = self.ends_in_order if ordered else 1 - self.ends_in_order
        end = self.order if ordered else 1 - self.order - self.move.sum(axis=1)
        return np.column_stack([self.move * h, end]) / h[:, None]


def draw_visits(
    world: Retail, web: Web, receipts: Receipts, rng: np.random.Generator
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Sessions (arrays: purchase, who, day, ordered) behind the purchases of the last days, and who is a fan."""
    fan = rng.random(world.customers) < web.fan_share
    first = max(0, world.days - web.days)
    bought = np.flatnonzero(receipts.day >= first)
    who = receipts.who[bought]
    chance = np.array([Chain.of(web, fan=bool(group)).ends_in_order[_start(web)] for group in (0, 1)])
    without = rng.geometric(chance[fan[who].astype(int)]) - 1
    source = np.concatenate([bought, np.repeat(bought, without)])
    ordered = np.arange(len(source)) < len(bought)
    # A visit without an order comes some days before the purchase. Where that would be before the log,
    # it stands for one before a purchase after the log: counted on from its end, visits are even in time.
    lag = np.where(ordered, 0, rng.integers(0, LOOKING + 1, size=len(source)))
    day = first + (receipts.day[source] - lag - first) % (world.days - first)
    sort = np.lexsort((ordered, source, day))  # on one day, looking comes before ordering
    sessions = {"purchase": source[sort], "day": day[sort], "ordered": ordered[sort]}
    return sessions | {"who": receipts.who[sessions["purchase"]]}, fan


def _start(web: Web) -> int:
    return Chain.of(web, fan=False).start


def visit_frames(
    world: Retail,
    web: Web,
    sessions: dict[str, np.ndarray],
    fan: np.ndarray,
    number: np.ndarray,
    rng: np.random.Generator,
) -> dict[str, pd.DataFrame]:
    """tables.VISITS and tables.WEB_ORDERS; `number` is the transaction number of each purchase."""
    import pandas as pd

    n, pages = len(sessions["day"]), len(web.pages)
    state = np.full(n, _start(web))
    alive = np.arange(n)
    group = 2 * fan[sessions["who"]].astype(int) + sessions["ordered"]
    ladders = [np.cumsum(Chain.of(web, fan=bool(code // 2)).given(ordered=bool(code % 2)), axis=1) for code in range(4)]
    walk = [(alive, state)]
    for _ in range(LONGEST):
        u, after = rng.random(len(alive)), np.empty(len(alive), dtype=int)
        for code, ladder in enumerate(ladders):
            here = np.flatnonzero(group[alive] == code)
            rows = ladder[state[here]]
            after[here] = (u[here, None] >= rows / rows[:, -1:]).sum(axis=1)
        on = after < 2 * pages
        alive, state = alive[on], after[on]
        if not len(alive):
            break
        walk.append((alive, state))
    session, states = (np.concatenate(part) for part in zip(*walk, strict=True))
    step = np.repeat(np.arange(len(walk)), [len(one) for one, _ in walk])
    sort = np.lexsort((step, session))
    session, states, step = session[sort], states[sort], step[sort]

    begin = rng.integers(OPEN, CLOSE, size=n)
    # Sessions are numbered in the order of days; on one day begins are sorted to match.
    begin = begin[np.lexsort((begin, sessions["day"]))]
    stay = rng.integers(8, 120, size=len(session)) * (step > 0)
    clock = np.cumsum(stay)
    first = np.flatnonzero(step == 0)
    at_s = begin[session] + clock - clock[first][session]
    names = pd.Index([page.name for page in web.pages], dtype="str")
    days = on_calendar(world.start, sessions["day"].astype(float), world.days)
    customer = FIRST_CUSTOMER + sessions["who"].astype(np.int64)
    visits = pd.DataFrame(
        {
            "session_id": FIRST_SESSION + session,
            "customer_id": customer[session],
            "day": days[session],
            "at_s": at_s,
            "step": 1 + step,
            "page": pd.Categorical.from_codes(states % pages, categories=names),
        }
    )
    done = np.flatnonzero(sessions["ordered"])
    orders = pd.DataFrame({"session_id": FIRST_SESSION + done, "transaction_id": number[sessions["purchase"][done]]})
    return {"visits": visits, "web_orders": orders}


def truth_web(web: Web) -> pd.DataFrame:
    """tables.TRUTH_WEB: exact chances of ordering, by linear equations over the chain."""
    import pandas as pd

    rows = []
    for fan in (False, True):
        chain = Chain.of(web, fan=fan)
        n, start = len(web.pages), chain.start
        solve = np.linalg.inv(np.eye(2 * n) - chain.move)
        ordered = solve[start] * chain.order  # by the state from which the order came
        unseen = np.linalg.inv(np.eye(n) - chain.move[:n, :n])
        seen = 1.0 if start else float((unseen @ chain.move[:n, n:].sum(axis=1))[start])
        with_, without = float(ordered[n:].sum()), float(ordered[:n].sum())
        plain = Chain.of(web, fan=fan, lift=0.0).ends_in_order[start]
        rows.append(
            (
                "fan" if fan else "other",
                web.fan_share if fan else 1 - web.fan_share,
                seen,
                with_ / seen if seen else 0.0,
                without / (1 - seen) if seen < 1 else 0.0,
                float(plain),
                web.lift,
            )
        )
    names = ["fans", "share", "sees_content", "order_with", "order_without", "order_if_no_lift", "lift"]
    return pd.DataFrame(rows, columns=names)


def truth_fans(fan: np.ndarray, ids: np.ndarray) -> pd.DataFrame:
    """tables.TRUTH_FANS."""
    import pandas as pd

    return pd.DataFrame({"customer_id": ids, "fan": fan})


def portal_frames(portal: Portal, rng: np.random.Generator) -> tuple[dict[str, pd.DataFrame], dict[str, pd.DataFrame]]:
    """tables.VISITORS, tables.VISITOR_TOPICS and their truth."""
    import pandas as pd

    some = portal.audiences
    share = np.array([one.share for one in some])
    kind = rng.choice(len(some), size=portal.visitors, p=share / share.sum())
    mean_visits, mean_pages, registers = (
        np.array([getattr(one, name) for one in some])[kind] for name in ("visits", "pages", "registers")
    )
    visits = 1 + rng.poisson(mean_visits - 1)
    leans = np.array([one.leans for one in some])
    pages = rng.poisson((visits * mean_pages)[:, None] * leans[kind])
    registered = rng.random(portal.visitors) < registers
    ids = FIRST_VISITOR + np.arange(portal.visitors)
    visitor, topic = np.nonzero(pages)
    topics = pd.Index(portal.topics, dtype="str")
    names = pd.Index([one.name for one in some], dtype="str")
    open_ = {
        "visitors": pd.DataFrame({"visitor_id": ids, "visits": visits, "registered": registered}),
        "visitor_topics": pd.DataFrame(
            {
                "visitor_id": ids[visitor],
                "topic": pd.Categorical.from_codes(topic, categories=topics),
                "pages": pages[visitor, topic],
            }
        ),
    }
    sealed = {
        "visitors": pd.DataFrame({"visitor_id": ids, "audience": pd.Categorical.from_codes(kind, categories=names)}),
        "audiences": pd.DataFrame(
            [(one.name, name, lean) for one in some for name, lean in zip(portal.topics, one.leans, strict=True)],
            columns=["audience", "topic", "share"],
        ),
    }
    return open_, sealed
