"""What a history of purchases says about the future: plain functions over arrays, with no framework and no database.

Everything for others can be imported from here. A module is loaded when one of its names is asked for (PEP 562): who wants
to know a survival does not wait for optimisers and trees.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .affinity import new_segments, pair_rules, worth_showing  # for types only
    from .bg_nbd import BgNbd, fit_bg_nbd  # for types only
    from .concentration import Concentration, concentrate  # for types only
    from .cox import Cox, fit_cox  # for types only
    from .evidence import NotEnoughData  # for types only
    from .gamma_gamma import GammaGamma, fit_gamma_gamma  # for types only
    from .linkage import Field, Links, link_people  # for types only
    from .loss import LossModel, LossValidation, cross_validate_loss, fit_loss  # for types only
    from .loss_rates import loss_rate, loss_table  # for types only
    from .pareto_nbd import ParetoNbd, fit_pareto_nbd  # for types only
    from .paths import next_steps  # for types only
    from .survival import Survival, cumulative_incidence, kaplan_meier  # for types only
    from .uplift import Uplift, fit_uplift  # for types only

__all__ = [
    "BgNbd",
    "Concentration",
    "Cox",
    "Field",
    "GammaGamma",
    "Links",
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
    "link_people",
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
        from . import affinity  # heavy

        return affinity
    if name in {"BgNbd", "fit_bg_nbd"}:
        from . import bg_nbd  # heavy

        return bg_nbd
    if name in {"Concentration", "concentrate"}:
        from . import concentration  # heavy

        return concentration
    if name in {"Cox", "fit_cox"}:
        from . import cox  # heavy

        return cox
    if name == "NotEnoughData":
        from . import evidence  # heavy

        return evidence
    if name in {"GammaGamma", "fit_gamma_gamma"}:
        from . import gamma_gamma  # heavy

        return gamma_gamma
    if name in {"Field", "Links", "link_people"}:
        from . import linkage  # heavy

        return linkage
    if name in {"LossModel", "LossValidation", "cross_validate_loss", "fit_loss"}:
        from . import loss  # heavy

        return loss
    if name in {"loss_rate", "loss_table"}:
        from . import loss_rates  # heavy

        return loss_rates
    if name in {"ParetoNbd", "fit_pareto_nbd"}:
        from . import pareto_nbd  # heavy

        return pareto_nbd
    if name == "next_steps":
        from . import paths  # heavy

        return paths
    if name in {"Survival", "cumulative_incidence", "kaplan_meier"}:
        from . import survival  # heavy

        return survival
    from . import uplift  # heavy, as all of these: see above

    return uplift
