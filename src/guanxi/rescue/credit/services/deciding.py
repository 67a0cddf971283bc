"""A person decides about a case, and later whether the limit is given back."""

from django.db import transaction

from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm_day
from guanxi.record.actions.services import finish_actions_of
from guanxi.rescue.credit.choices import About, CaseKind, CaseState, Decision
from guanxi.rescue.credit.models import CreditCase
from guanxi.rescue.credit.rules import LOWERED, Ruling, Standing, check_step, read_ruling, read_words
from guanxi.rescue.credit.services.informing import write_notice
from guanxi.rescue.credit.services.steps import locked_case, move, note, read_limits


@transaction.atomic
def decide_case(code: str, ruling: Ruling, *, by: Principal) -> None:
    """Decide about a case, or anew as long as nobody was told; the notice is written at once. A limit that is kept closes it.

    What is owed is read anew: never is a limit lowered below it. No limit is changed in the card system: whoever runs that
    enters what was decided. Raises Denied, and Refused (credit.unknown, not_now, and read_ruling's).
    """
    case = locked_case(code, by=by, kind=CaseKind.LOWER)
    then = CaseState.CLOSED if ruling.decision == Decision.KEEP else CaseState.DECIDED
    check_step(CaseState(case.state), then)
    read_limits(case)
    read = read_ruling(ruling, _standing(case), today=firm_day())
    is_kept = then == CaseState.CLOSED
    move(
        case, then, decision=read.decision, why=read.why, contact=read.contact, limit_decided=read.limit,
        starts_on=read.starts_on, first_limit=read.first_limit, second_on=read.second_on, ends_on=read.ends_on,
        decided_on=firm_day(), decided_by_id=by.staff_id, ended_on=firm_day() if is_kept else None,
        ended_by_id=by.staff_id if is_kept else None,
    )  # fmt: skip
    note("credit_case.decided", case, actor=by.actor, decision=int(read.decision), limit=read.limit, why=read.why)
    if not is_kept:
        write_notice(case, About.DECISION, author=by)
    finish_actions_of(case.signal_key, case.customer_id, by=by)


@transaction.atomic
def decide_recheck(code: str, *, is_restored: bool, why: str, by: Principal) -> None:
    """Confirm that the limit is given back, or leave it and close the case. Raises Denied, Refused (credit.unknown, not_now,
    no_why).
    """
    case = locked_case(code, by=by)
    given_back = is_restored and case.decision in LOWERED
    ended = {"end_why": read_words(why), "ended_on": firm_day(), "ended_by_id": by.staff_id}
    move(case, CaseState.RESTORED if given_back else CaseState.CLOSED, **ended)
    note("credit_case.restored" if given_back else "credit_case.closed", case, actor=by.actor, why=case.end_why)
    if given_back:
        write_notice(case, About.RESTORED, author=by)


def _standing(case: CreditCase) -> Standing:
    return Standing(case.limit, case.owed, case.proposed, case.is_sure)
