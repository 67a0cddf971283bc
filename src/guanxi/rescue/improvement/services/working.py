"""What a person does with a case: take it, note what was done, close it. Only whoever has it goes on with it."""

import datetime as dt

from django.db import transaction

from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.ground.text.normalise import checked
from guanxi.identity.permissions import Denied, Permission, require
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm_day
from guanxi.journal.rules import Noun
from guanxi.journal.services import record_act
from guanxi.rescue.improvement.choices import CaseState
from guanxi.rescue.improvement.models import ImprovementCase
from guanxi.rescue.improvement.rules import MAX_WORDS

_UNKNOWN = gettext_noop("There is no such case.")
_CLOSED = gettext_noop("This case is closed.")
_NOT_YOURS = gettext_noop("Take the case first: only whoever has it goes on with it.")
_WORDS = gettext_noop("Write what was done, in at most {most} characters.")
_RESULT = gettext_noop("Write what came of it, in at most {most} characters.")
_DAY = gettext_noop("Give a day from the beginning of that quarter until today.")
_DUE = gettext_noop("Give a day within a year from today.")


@transaction.atomic
def take_case(code: str, *, by: Principal, due_on: dt.date | None = None) -> None:
    """Take a case upon oneself, also from a colleague who has it; a day by which it is due may be set anew. Raises Denied, and
    Refused: improvement.unknown, .closed, .due.
    """
    case = _locked(code, by)
    if due_on is not None and not firm_day() <= due_on <= firm_day() + dt.timedelta(366):
        raise Refused("improvement.due", _DUE)
    case.owner_id, case.due_on = by.staff_id, due_on or case.due_on
    if case.state == CaseState.PROPOSED:
        case.state = CaseState.TAKEN
    case.save(update_fields=["owner", "due_on", "state"])
    _note("improvement.taken", case, by, due=case.due_on.isoformat())


@transaction.atomic
def note_done(code: str, *, by: Principal, words: str, on: dt.date) -> None:
    """Note what was done about a cause, and since which day: whole months after it are held against those before. Noted again, the
    new words and day stand. Raises Denied, and Refused: improvement.unknown, .closed, .not_yours, .words, .day.
    """
    case = _locked(code, by, is_mine=True)
    said = _checked(words, _WORDS)
    if not case.quarter_on <= on <= firm_day():
        raise Refused("improvement.day", _DAY)
    case.done, case.done_on, case.state = said, on, CaseState.DONE
    case.save(update_fields=["done", "done_on", "state"])
    _note("improvement.done", case, by, words=said, on=on.isoformat())


@transaction.atomic
def close_case(code: str, *, by: Principal, result: str) -> None:
    """Close a case with what came of it, or why nothing is to be done. The rate is measured for two more years. Raises Denied, and
    Refused: improvement.unknown, .closed, .not_yours, .words.
    """
    case = _locked(code, by, is_mine=True)
    case.result, case.state, case.closed_on = _checked(result, _RESULT), CaseState.CLOSED, firm_day()
    case.save(update_fields=["result", "state", "closed_on"])
    _note("improvement.closed", case, by, words=case.result)


def _locked(code: str, by: Principal, *, is_mine: bool = False) -> ImprovementCase:
    require(by, Permission.WORK_ON_CAUSES)
    if by.staff_id is None:
        raise Denied(Permission.WORK_ON_CAUSES)
    case = ImprovementCase.objects.select_for_update().filter(code=code).first()
    if case is None:
        raise Refused("improvement.unknown", _UNKNOWN)
    if case.state == CaseState.CLOSED:
        raise Refused("improvement.closed", _CLOSED)
    if is_mine and (case.owner_id != by.staff_id or case.state == CaseState.PROPOSED):
        raise Refused("improvement.not_yours", _NOT_YOURS)
    return case


def _checked(words: str, lack: str) -> str:
    said = checked(words).strip()
    if not said or len(said) > MAX_WORDS:
        raise Refused("improvement.words", lack, most=MAX_WORDS)
    return said


def _note(kind: str, case: ImprovementCase, by: Principal, **more: str) -> None:
    payload = {"cause": case.cause, "quarter": case.quarter_on.isoformat(), **more}
    record_act(kind, by=by.actor, noun=Noun("improvement", case.code), payload=payload)
