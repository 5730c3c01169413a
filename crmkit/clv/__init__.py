"""What are they worth? Histories, chances to be alive, purchases ahead, money."""

from crmkit.clv.alive import alive_path, recency_frequency
from crmkit.clv.back_test import BackTest, back_test
from crmkit.clv.bgbb import BGBB, fit_bgbb
from crmkit.clv.bgnbd import BGNBD, MBGNBD, fit_bgnbd, fit_mbgnbd
from crmkit.clv.compress import compress, spread
from crmkit.clv.contract import BetaDiscreteWeibull, ShiftedBetaGeometric, fit_bdw, fit_sbg
from crmkit.clv.contract_tables import contract_terms, project
from crmkit.clv.deciles import deciles
from crmkit.clv.effects import Effect
from crmkit.clv.equity import equity
from crmkit.clv.events import events
from crmkit.clv.fitting import Fit
from crmkit.clv.history import history
from crmkit.clv.holdout import by_frequency
from crmkit.clv.left_out import left_out
from crmkit.clv.margins import ArithmeticMargin, GeometricMargin, RevertingMargin
from crmkit.clv.option import OptionToStop, option_curve, option_to_stop, stop_or_serve
from crmkit.clv.pareto_nbd import ParetoNBD, fit_pareto_nbd
from crmkit.clv.perpetual import perpetual_option_to_stop
from crmkit.clv.reminders import reminders
from crmkit.clv.spend import GammaGamma, fit_gamma_gamma
from crmkit.clv.split import split
from crmkit.clv.to_win import equity_to_win
from crmkit.clv.tracking import tracking
from crmkit.clv.value import value

__all__ = [
    "BGBB",
    "BGNBD",
    "MBGNBD",
    "ArithmeticMargin",
    "BackTest",
    "BetaDiscreteWeibull",
    "Effect",
    "Fit",
    "GammaGamma",
    "GeometricMargin",
    "OptionToStop",
    "ParetoNBD",
    "RevertingMargin",
    "ShiftedBetaGeometric",
    "alive_path",
    "back_test",
    "by_frequency",
    "compress",
    "contract_terms",
    "deciles",
    "equity",
    "equity_to_win",
    "events",
    "fit_bdw",
    "fit_bgbb",
    "fit_bgnbd",
    "fit_gamma_gamma",
    "fit_mbgnbd",
    "fit_pareto_nbd",
    "fit_sbg",
    "history",
    "left_out",
    "option_curve",
    "option_to_stop",
    "perpetual_option_to_stop",
    "project",
    "recency_frequency",
    "reminders",
    "split",
    "spread",
    "stop_or_serve",
    "tracking",
    "value",
]
