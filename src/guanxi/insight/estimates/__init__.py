"""What a history of purchases says about the future: plain functions over arrays, with no framework and no database.

Everything for others can be imported from here. A module is loaded when one of its names is asked for (PEP 562): who wants
to know a survival does not wait for optimisers and trees.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .affinity import new_segments, pair_rules, worth_showing
    from .bg_nbd import BgNbd, fit_bg_nbd
    from .concentration import Concentration, concentrate
    from .cox import Cox, fit_cox
    from .evidence import NotEnoughData
    from .gamma_gamma import GammaGamma, fit_gamma_gamma
    from .loss import LossModel, LossValidation, cross_validate_loss, fit_loss
    from .loss_rates import loss_rate, loss_table
    from .pareto_nbd import ParetoNbd, fit_pareto_nbd
    from .paths import next_steps
    from .survival import Survival, cumulative_incidence, kaplan_meier
    from .uplift import Uplift, fit_uplift

__all__ = [
    "BgNbd",
    "Concentration",
    "Cox",
    "GammaGamma",
    "LossModel",
    "LossValidation",
    "NotEnoughData",
    "ParetoNbd",
    "Survival",
    "Uplift",
    "concentrate",
    "cross_validate_loss",
    "cumulative_incidence",
    "fit_bg_nbd",
    "fit_cox",
    "fit_gamma_gamma",
    "fit_loss",
    "fit_pareto_nbd",
    "fit_uplift",
    "kaplan_meier",
    "loss_rate",
    "loss_table",
    "new_segments",
    "next_steps",
    "pair_rules",
    "worth_showing",
]


def __getattr__(name: str) -> Any:
    """The thing of that name, from the module that makes it."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(_home_of(name), name)


def _home_of(name: str) -> Any:
    if name in {"new_segments", "pair_rules", "worth_showing"}:
        from . import affinity as home  # heavy
    elif name in {"BgNbd", "fit_bg_nbd"}:
        from . import bg_nbd as home  # heavy
    elif name in {"Concentration", "concentrate"}:
        from . import concentration as home  # heavy
    elif name in {"Cox", "fit_cox"}:
        from . import cox as home  # heavy
    elif name == "NotEnoughData":
        from . import evidence as home  # heavy
    elif name in {"GammaGamma", "fit_gamma_gamma"}:
        from . import gamma_gamma as home  # heavy
    elif name in {"LossModel", "LossValidation", "cross_validate_loss", "fit_loss"}:
        from . import loss as home  # heavy
    elif name in {"loss_rate", "loss_table"}:
        from . import loss_rates as home  # heavy
    elif name in {"ParetoNbd", "fit_pareto_nbd"}:
        from . import pareto_nbd as home  # heavy
    elif name == "next_steps":
        from . import paths as home  # heavy
    elif name in {"Survival", "cumulative_incidence", "kaplan_meier"}:
        from . import survival as home  # heavy
    else:
        from . import uplift as home  # heavy, as all of these: see above
    return home
