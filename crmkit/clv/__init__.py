"""What are they worth? Histories, chances to be alive, purchases ahead, money."""

from crmkit.clv.bgnbd import BGNBD, MBGNBD, fit_bgnbd, fit_mbgnbd
from crmkit.clv.effects import Effect
from crmkit.clv.fitting import Fit
from crmkit.clv.history import history, split
from crmkit.clv.pareto_nbd import ParetoNBD, fit_pareto_nbd
from crmkit.clv.spend import GammaGamma, fit_gamma_gamma

__all__ = [
    "BGNBD",
    "MBGNBD",
    "Effect",
    "Fit",
    "GammaGamma",
    "ParetoNBD",
    "fit_bgnbd",
    "fit_gamma_gamma",
    "fit_mbgnbd",
    "fit_pareto_nbd",
    "history",
    "split",
]
