"""The steps of case 51 that the notebook and its questions share: the firm, and what is known on its day."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd

from crmkit import segments, targeting
from crmkit.checks.once import once
from crmkit.targeting import pipeline, response
from crmkit.targeting.pipeline import Forecast
from crmkit.worlds import Audience, Campaign, Case, Category, Portal, Retail, Truth
from crmkit.worlds import Pipeline as PipelineWorld

TODAY = pd.Timestamp(2025, 12, 31)  # last day that is known
AHEAD = 90  # days of the quarter that the envelope holds
START = dt.date(2023, 1, 1)
MARGIN = 0.35  # of an instrument sold
ORDER = 0.40  # of an order of service and spares
REMINDER = 60.0  # euros: the cost of one
WAVE = pd.Timestamp(2025, 7, 1)
LATE, LAPSED = 180, 360  # days since the last order
HALF_YEARS = ("2024-06-30", "2024-12-31", "2025-06-30", "2025-12-31")
BELIEVED, SURE = 0.10, 0.10  # orders more by a reminder, as the service manager guessed
MONTHS = pd.period_range("2024-01", "2025-12", freq="M").to_timestamp()
TRAINED = pd.Timestamp(2025, 4, 1)  # first month after the training
BONUS, SCALE = 80.0, (0.0, 100.0)  # points: the mean from which the bonus is paid
CALLS, HANDLE, PATIENCE = 460, 240, 180  # an hour; seconds
STAFF, WEEK, AWAY, OPEN = 80, 38.0, 0.28, 60.0  # people, hours a week, share away, hours a week the desk is open
MEMBER, EDITOR = 40.0, 2_400.0  # euros: worth of a registration, cost of a topic a month
TOPICS = ("weighing", "titration", "pH", "calibration", "standards", "jobs")
PORTAL = Portal(
    visitors=4_000,
    topics=TOPICS,
    audiences=(
        Audience("analyst", 0.20, (0.10, 0.42, 0.34, 0.06, 0.05, 0.03), 4.0, 5.0, 0.22),
        Audience("quality officer", 0.14, (0.14, 0.03, 0.03, 0.42, 0.36, 0.02), 5.0, 5.0, 0.30),
        Audience("student", 0.26, (0.12, 0.14, 0.14, 0.06, 0.06, 0.48), 3.0, 4.0, 0.03),
        Audience("browser", 0.40, (0.22, 0.16, 0.16, 0.16, 0.14, 0.16), 1.3, 2.0, 0.01),
    ),
)
FIRM = Retail.preset("industrial")
FIRM = replace(
    FIRM,
    start=START,
    days=(TODAY.date() - START).days + 1 + AHEAD,
    customers=1_500,
    kinds=tuple(
        replace(kind, purchases_per_year=rate, lapses_per_year=lapse, uplift=uplift)
        for kind, rate, lapse, uplift in zip(
            FIRM.kinds, (6.0, 2.4, 1.2), (0.08, 0.2, 0.45), (0.1, 0.4, 0.9), strict=True
        )
    ),
    categories=tuple(Category(one.name, one.articles, one.price / 8, one.elasticity) for one in FIRM.categories),
    campaign=Campaign("service reminder", (WAVE.date() - START).days, 0.5, AHEAD, REMINDER),
    pipeline=PipelineWorld(per_year=1.2, amount=40_000.0),
    portal=PORTAL,
)


def case(seed: int) -> Case:
    """The firm as it stands on the last day of 2025; the quarter that follows is sealed."""
    rng = np.random.default_rng(seed)
    drawn = FIRM.draw(seed)
    moves = drawn.pipeline_moves[drawn.pipeline_moves["entered"] <= TODAY].reset_index(drop=True)
    deals = drawn.pipeline[drawn.pipeline["opened"] <= TODAY].reset_index(drop=True)
    later = deals["closed"] > TODAY
    came = deals.loc[later, ["opportunity_id", "closed", "stage", "amount"]].reset_index(drop=True)
    stood = moves.sort_values("stage").groupby("opportunity_id")["stage"].last()
    still = deals["closed"].isna() | later
    stage = deals["stage"].astype(str).where(~still, deals["opportunity_id"].map(stood.astype(str)))
    deals = deals.assign(
        stage=pd.Categorical(stage, categories=deals["stage"].cat.categories), closed=deals["closed"].where(~later)
    )
    orders = drawn.transactions[(drawn.transactions["day"] <= TODAY) & (drawn.transactions["amount"] > 0)]
    monthly, wave, satisfaction = _answers(rng)
    frames = {
        "customers": drawn.customers.loc[drawn.customers["joined"] <= TODAY, ["customer_id", "city", "joined"]],
        "transactions": orders,
        "contacts": drawn.contacts,
        "owners": drawn.owners,
        "pipeline": deals,
        "pipeline_moves": moves,
        "monthly_answers": monthly,
        "wave": wave,
        "visitors": drawn.visitors,
        "visitor_topics": drawn.visitor_topics,
    }
    sealed = {name: drawn.truth.frames[name] for name in ("owners", "stages", "sources", "visitors", "audiences")}
    sealed |= {"came": came, "satisfaction": satisfaction, "reminders": _reminders(drawn)}
    truth = Truth(sealed, world=drawn.truth.world)
    frames = {name: frame.reset_index(drop=True) for name, frame in frames.items()}
    return Case(frames, name="industry", seed=seed, truth=truth)


def _answers(rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Five answers a month, one wave of many in December 2025, and the true means: four points more since the training."""
    mean = np.where(MONTHS >= TRAINED, 75.0, 71.0)

    def drawn(centre: np.ndarray | float, size: tuple[int, ...] | int) -> np.ndarray:
        share = np.asarray(centre) / 100
        return np.round(100 * rng.beta(8 * share, 8 * (1 - share), size=size))

    five = drawn(mean[:, None], (len(MONTHS), 5))
    monthly = pd.DataFrame({"month": np.repeat(MONTHS, 5), "score": five.ravel()})
    wave = pd.DataFrame({"score": drawn(mean[-1], 400)})
    return monthly, wave, pd.DataFrame({"month": MONTHS, "mean": mean})


def _reminders(drawn: Case) -> pd.DataFrame:
    """What one more reminder on the day brings in truth: orders more in its 90 days, and euros net of its cost."""
    people = drawn.truth.customers
    there = people["lapsed"].isna() | (people["lapsed"] > TODAY)
    more = there * people["purchases_per_year"] * people["uplift"] * AHEAD / 365
    worth = people["amount_per_purchase"] * ORDER
    return pd.DataFrame({"customer_id": people["customer_id"], "orders_more": more, "gain": more * worth - REMINDER})


@once
def stages(case: Case) -> pd.DataFrame:
    """Shares that go on, and stays, by stage."""
    return pipeline.conversion(case.pipeline, case.pipeline_moves, as_of=TODAY)


@once
def quarter(case: Case) -> Forecast:
    """What the open opportunities bring within the next 90 days."""
    return pipeline.forecast(case.pipeline, stages(case), horizon_days=AHEAD, seed=1)


def open_deals(case: Case) -> pd.DataFrame:
    """Opportunities neither won nor lost."""
    return case.pipeline[case.pipeline["closed"].isna()]


def promised(case: Case) -> float:
    """The naive figure, euros: open deals that their sellers expect to close within the quarter."""
    deals = open_deals(case)
    return float(deals.loc[deals["expected_close"] <= TODAY + pd.Timedelta(days=AHEAD), "amount"].sum())


def old_leads(case: Case) -> pd.DataFrame:
    """Leads opened until the middle of 2025, of which nearly all are closed."""
    return case.pipeline[case.pipeline["opened"] < "2025-07-01"]


@once
def returns(case: Case) -> pd.DataFrame:
    """What comes back for the money, by source."""
    return pipeline.source_return(old_leads(case), margin=MARGIN, seed=1)


def known_of(leads: pd.DataFrame) -> pd.DataFrame:
    """What is known of a lead on its first day: source, line, owner, amount."""
    rows = leads.set_index("opportunity_id")[["source", "category", "owner_id", "amount"]]
    return rows.assign(
        source=rows["source"].astype(str), category=rows["category"].astype(str), owner_id=rows["owner_id"].astype(str)
    )


@once
def lead_scores(case: Case) -> pd.DataFrame:
    """Leads of the first half of 2025, scored by a model of the years before: opportunity_id, chance, won, amount."""
    leads = old_leads(case)
    leads = leads[leads["closed"].notna()]
    new = leads["opened"] >= "2025-01-01"
    won = leads["stage"].astype(str) == "won"
    # Learned from what was closed by then: on the first day of 2025 nothing later was known.
    learn = ~new & (leads["closed"] < "2025-01-01")
    model = response.fit(known_of(leads[learn]), won[learn].to_numpy(), seed=1)
    later = leads[new]
    chance = model.score(known_of(later)).to_numpy()
    return pd.DataFrame(
        {
            "opportunity_id": later["opportunity_id"].to_numpy(),
            "chance": chance,
            "won": won[new].to_numpy(),
            "amount": later["amount"].to_numpy(),
        }
    )


def monthly_means(case: Case) -> pd.Series:
    """Mean of the five answers of each month."""
    return case.monthly_answers.groupby("month")["score"].mean()


def states(case: Case, day: str | pd.Timestamp = TODAY) -> pd.Series:
    """State of the life cycle of each customer on a day."""
    return segments.life_cycle(case.transactions, day, late_days=LATE, lapsed_days=LAPSED)


@once
def life_moves(case: Case) -> pd.DataFrame:
    """Moves between the states from half-year to half-year."""
    return segments.life_moves(case.transactions, HALF_YEARS, late_days=LATE, lapsed_days=LAPSED)


@once
def wave_one(case: Case) -> pd.DataFrame:
    """What the reminder of July 2025 changed: orders in its 90 days by state before it, against those held back by lot."""
    people = case.contacts.merge(states(case, "2025-06-30").reset_index(), on="customer_id")
    inside = case.transactions["day"].between(WAVE, WAVE + pd.Timedelta(days=AHEAD - 1))
    orders = case.transactions[inside].groupby("customer_id").size()
    people["orders"] = people["customer_id"].map(orders).fillna(0.0)
    return (
        targeting.trial(people, outcome="orders", group="state")
        .set_index("group")
        .reindex(segments.STATES)
        .reset_index()
    )


def worth(case: Case) -> pd.Series:
    """Margin of one order by state today, euros."""
    at = case.transactions["customer_id"].map(states(case))
    return case.transactions.groupby(at)["amount"].mean().mul(ORDER).rename_axis("group").reindex(segments.STATES)


@once
def learned(case: Case) -> pd.DataFrame:
    """What to believe of a reminder after the first wave, by state, with its gain in euros."""
    found = targeting.update(wave_one(case), believed=BELIEVED, sd=SURE)
    value = worth(case)
    return found.assign(gain=found["mean"] * value - REMINDER, gain_low=found["low"] * value - REMINDER)


def share_of_topics(case: Case) -> pd.DataFrame:
    """Share of each topic in the pages of visitors who read six or more."""
    wide = case.visitor_topics.pivot_table(index="visitor_id", columns="topic", values="pages", observed=True).fillna(
        0.0
    )
    wide = wide[wide.sum(axis=1) >= 6]
    wide.columns = [str(name) for name in wide.columns]
    return wide.div(wide.sum(axis=1), axis=0)[list(TOPICS)]


@once
def topics(case: Case) -> pd.DataFrame:
    """Visitors and registrations kept with so many topics."""
    return segments.focus(case.visitor_topics, case.visitors.set_index("visitor_id")["registered"])


def brings(case: Case, chosen: list[str]) -> float:
    """What reminders to all customers of these states bring in truth, euros; needs the opened envelope."""
    now = states(case)
    gain = case.truth.reminders.set_index("customer_id")["gain"]
    return float(gain.reindex(now.index[now.isin(chosen)]).sum())
