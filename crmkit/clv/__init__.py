"""What are they worth? Histories, chances to be alive, purchases ahead, money."""

from crmkit.clv.bgbb import BGBB, fit_bgbb
from crmkit.clv.bgnbd import BGNBD, MBGNBD, fit_bgnbd, fit_mbgnbd
from crmkit.clv.contract import BetaDiscreteWeibull, ShiftedBetaGeometric, fit_bdw, fit_sbg
from crmkit.clv.effects import Effect
from crmkit.clv.fitting import Fit
from crmkit.clv.history import history
from crmkit.clv.pareto_nbd import ParetoNBD, fit_pareto_nbd
from crmkit.clv.spend import GammaGamma, fit_gamma_gamma
from crmkit.clv.split import split

__all__ = [
    "BGBB",
    "BGNBD",
    "MBGNBD",
    "BetaDiscreteWeibull",
    "Effect",
    "Fit",
    "GammaGamma",
    "ParetoNBD",
    "ShiftedBetaGeometric",
    "fit_bdw",
    "fit_bgbb",
    "fit_bgnbd",
    "fit_gamma_gamma",
    "fit_mbgnbd",
    "fit_pareto_nbd",
    "fit_sbg",
    "history",
    "split",
]
