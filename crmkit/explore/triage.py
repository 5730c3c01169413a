"""Explorer of mail triage: from which confidence the machine may answer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmkit.explore.explorer import Explorer, number, share
from crmkit.plots import percent
from crmkit.plots import triage as pictures
from crmkit.targeting import triage

if TYPE_CHECKING:
    from matplotlib.axes import Axes

RESAMPLES = 300  # as the table's, so that picture and table say the same
MOST_POINTS = 400  # of a curve: more are not seen
SEED = 1  # the same values say the same again


def answered_by_machine(
    confidence: pd.Series,
    correct: pd.Series,
    *,
    group: pd.Series | None = None,
    cost_error: int = 20,
    cost_human: int = 3,
    least: float = 0.7,
    unit: str = "money",
) -> Explorer:
    """How sure must a machine be to answer by itself?

    `confidence`, `correct` of mails that the machine was not learned from; `group` what stands or falls together, such as
    the wording; the costs and the `least` confidence as they are shown first.
    """
    alike = None if group is None else np.asarray(group)
    sure, right = np.asarray(confidence, dtype=float), np.asarray(correct, dtype=float)

    def at(error: int, human: int, least: float) -> tuple[Axes, str]:
        found = triage.automation(
            sure, right, cost_error=error, cost_human=human, group=alike, seed=SEED, resamples=RESAMPLES
        )
        machine = sure >= least
        cost = float(np.where(machine, error * (1 - right), human).mean())
        wrong = int((machine & (right == 0)).sum())
        said = (
            f"An error costs {error} {unit}, people {human}: from confidence {least:.2f} the machine answers "
            f"{percent(machine.mean())}, {wrong:,} of them wrongly, {cost:.2f} a mail; cheapest is from "
            f"{min(found.threshold, 1):.2f} ({percent(found.share)} by machine), to expect {found.expected:.2f} "
            f"({found.expected_low:.2f} to {found.expected_high:.2f})."
        )
        curve = found.curve
        keep = np.unique(
            np.append(np.linspace(0, len(curve) - 1, MOST_POINTS).astype(int), (curve["threshold"] >= least).sum() - 1)
        )
        return pictures.automation_cost(replace(found, curve=curve.iloc[keep[keep >= 0]]), at=least, unit=unit), said

    slider = share("least confidence of the machine", least, 0.0, 1.0, step=0.01)
    slider.readout_format = ".2f"
    return Explorer(
        at,
        question="At which cost of an error should people answer half of the mails? And what does a people's raise do?",
        error=number(f"an error costs, {unit}", cost_error, 1, 10 * cost_error),
        human=number(f"an answer by people costs, {unit}", cost_human, 1, 5 * cost_human),
        least=slider,
    )
