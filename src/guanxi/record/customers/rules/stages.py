"""The stages of a relationship (OPS-06): exactly one at a time, and which may follow which."""

from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.record.customers.choices import Stage

NEXT: dict[Stage, frozenset[Stage]] = {
    Stage.PROSPECT: frozenset((Stage.TARGET, Stage.CUSTOMER)),
    Stage.TARGET: frozenset((Stage.PROSPECT, Stage.CUSTOMER)),
    Stage.CUSTOMER: frozenset((Stage.LOST,)),
    Stage.LOST: frozenset((Stage.REGAINED,)),
    Stage.REGAINED: frozenset((Stage.LOST,)),
}
# What the first dealing, or the first after the loss, makes of a relationship; others stay as they are.
BY_DEALING = {Stage.PROSPECT: Stage.CUSTOMER, Stage.TARGET: Stage.CUSTOMER, Stage.LOST: Stage.REGAINED}

_NOT_NEXT = gettext_noop("A relationship in the stage “{old}” cannot become “{new}”.")


def is_next(old: Stage, new: Stage) -> bool:
    """Whether a relationship may go from one stage to another."""
    return new in NEXT[old]


def check_next(old: Stage, new: Stage) -> None:
    """Raise Refused (customers.stage) unless one stage may follow the other."""
    if not is_next(old, new):
        raise Refused("customers.stage", _NOT_NEXT, old=old.label, new=new.label)


def further(one: Stage, other: Stage) -> Stage:
    """Return the stage of two records of the same person that a merge keeps: the one further on the way."""
    return Stage(max(one, other))
