"""A person decides about a case, and later whether the limit is given back."""

from django.db import transaction

from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm_day
from guanxi.record.actions.services import finish_actions_of
from guanxi.rescue.credit.choices import About, CaseKind, CaseState, Decision
from guanxi.rescue.credit.models import CreditCase
from guanxi.rescue.credit.rules import LOWERED, Ruling, Standing, check_step, read_ruling, read_words
from guanxi.rescue.credit.services.informing import write_notice
from guanxi.rescue.credit.services.steps import due_day, locked_case, move, note, read_limits

_NOTHING_LOWERED = gettext_noop("No limit was lowered here: there is nothing to give back.")
_NO_HELP = gettext_noop("No help in hardship was decided here.")


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
    """Confirm that the limit is given back, or leave it and close the case; with a closed case help in hardship ends. Raises
    Denied, Refused (credit.unknown, not_now, nothing_lowered, no_why).
    """
    case = locked_case(code, by=by)
    check_step(CaseState(case.state), CaseState.RESTORED)
    if is_restored and case.decision not in LOWERED:
        raise Refused("credit.nothing_lowered", _NOTHING_LOWERED)
    ended = {"end_why": read_words(why), "ended_on": firm_day(), "ended_by_id": by.staff_id, "due_on": due_day()}
    move(case, CaseState.RESTORED if is_restored else CaseState.CLOSED, **ended)
    note("credit_case.restored" if is_restored else "credit_case.closed", case, actor=by.actor, why=case.end_why)
    if is_restored:
        write_notice(case, About.RESTORED, author=by)


@transaction.atomic
def keep_help(code: str, *, why: str, by: Principal) -> None:
    """Keep the help in hardship that was to be looked at again: it stays in force, and three good months from now ask for
    another look. Raises Denied, Refused (credit.unknown, not_now, no_help, no_why).
    """
    case = locked_case(code, by=by)
    if case.decision != Decision.HARDSHIP:
        raise Refused("credit.no_help", _NO_HELP)
    words = read_words(why)
    check_step(
        CaseState(case.state), CaseState.RESTORED
    )  # as of what is to be looked at again, not of what waits for its notice
    move(case, CaseState.NOTIFIED, recheck_on=firm_day())
    note("credit_case.help_kept", case, actor=by.actor, why=words)


def _standing(case: CreditCase) -> Standing:
    return Standing(case.limit, case.owed, case.proposed, case.is_sure)
