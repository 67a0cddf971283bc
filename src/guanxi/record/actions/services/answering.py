"""What people do with an action: done, accepted, not now because…, handed over; and taking that back on the same day."""

import datetime as dt
from typing import Any

from django.db import transaction

from guanxi.ground import clock
from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.identity.permissions import Permission
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm, firm_day, staff_seen_by, takes_work, work_calendar
from guanxi.journal.rules import Noun
from guanxi.journal.services import record_act
from guanxi.record.actions.choices import ActionStatus, NotNow
from guanxi.record.actions.models import Action
from guanxi.record.actions.permissions import answerable_actions
from guanxi.record.actions.rules import BORN_ANSWERED, Act, default_again_on, is_the_work, next_status, outcome_of
from guanxi.record.actions.services.hearing import forget_answers, is_given_up, keep_answers, went_by_post
from guanxi.record.actions.services.returning import ask_for_address, unask_for_address
from guanxi.record.actions.services.settling import prove_needs, unprove_needs
from guanxi.record.actions.services.sharing import share_as_work_stands
from guanxi.record.conversations.choices import Outcome
from guanxi.record.signals.rules.notes import note_of_acceptance
from guanxi.record.signals.services import Proved, call_wrong

ANSWERS = {"done": Act.DO, "accepted": Act.DO, "not_now": Act.POSTPONE}


@transaction.atomic
def answer_action(
    code: str,
    *,
    by: Principal,
    answer: str,
    reason: NotNow | None = None,
    again_on: dt.date | None = None,
    note: str = "",
    version: int | None = None,
    is_posted: bool = False,
) -> None:
    """Answer an action with "done", "accepted" (the offer that it carries) or "not_now".

    What the customer said to an offer is kept apart, for decisions to respect; what was only supposed, and the offer asks for by its
    rules, is confirmed by taking it (LEV-04), with `note` (the contract's number) as evidence. That the reason is wrong judges the
    signal behind it. not_now needs a reason; `again_on`
    is the day to ask again (a default by reason where none is given); an offer about which nobody was reached as often as the policy lets
    us try is not brought again.
    version: what the page showed; Refused("action.changed") when somebody answered in between. is_posted: it is done by a letter: of an
    alarm, which is a talk, the letter that was to go beside it has gone only then.
    Refused as well for an action out of reach, an unknown answer, nothing that was offered, a day that has passed, one already done.
    """
    if answer not in ANSWERS:
        raise Refused("action.unknown_answer", gettext_noop("Answer with done, accepted or not now."))
    action = _locked(code, by, Permission.ANSWER_ACTIONS, version)
    today = firm_day()
    if answer == "accepted" and not action.offer:
        raise Refused("action.nothing_offered", gettext_noop("Nothing was offered here that could be accepted."))
    _move(action, ANSWERS[answer])
    action.not_now = action.again_on = None
    if answer == "not_now":
        action.not_now, action.again_on = put_off_until(reason, again_on, today)
        if action.not_now == NotNow.NOT_REACHED and is_given_up(action):
            action.again_on = None
    action.answer = note[:2000]
    action.answered_at, action.answered_by_id = clock.now(), by.staff_id
    is_asked = is_the_work(action.reason) or (is_posted and went_by_post(action))
    said = outcome_of(ANSWERS[answer], action.not_now, is_accepted=answer == "accepted", is_asked=is_asked)
    action.outcome = said if action.offer else Outcome.NONE
    _save(action, by)
    keep_answers([action])
    if answer == "accepted":
        _bear_out(action, by, today)
    if action.not_now == NotNow.WRONG and action.signal_key:
        call_wrong(action.signal_key, action.customer_id, action.code, action.answer, by=by)
    if action.not_now == NotNow.NOT_REACHED and is_the_work(action.reason) and went_by_post(action):
        ask_for_address(action, actor=by.actor, today=today)
    payload = {"note": action.answer, "reason": reason and NotNow(reason).name.lower(), "again_on": action.again_on}
    _journal(f"action.{answer}", action, by, payload)


@transaction.atomic
def hand_over_action(code: str, *, by: Principal, to_staff: str, note: str = "", version: int | None = None) -> None:
    """Give an action to a colleague in sight (`to_staff`: the code); it stands on that colleague's Today at once, and its
    customer is shared with that colleague until it is answered.

    Refused for whoever could do nothing with it: who may not take work.
    """
    action = _locked(code, by, Permission.HAND_OVER_ACTIONS, version)
    colleague = taker_of(to_staff, by)
    if colleague.pk == action.owner_id:
        raise Refused("action.same_owner", gettext_noop("{name} already has this."), name=colleague.name)
    _move(action, Act.HAND_OVER)
    action.handed_from_id, action.owner_id, action.team_id = action.owner_id, colleague.pk, colleague.team_id
    action.not_now = action.again_on = None
    action.outcome = Outcome.NONE
    action.answer = note[:2000]
    action.answered_at, action.answered_by_id = clock.now(), by.staff_id
    _save(action, by)
    _journal("action.handed_over", action, by, {"to": colleague.code, "note": action.answer})


@transaction.atomic
def undo_answer(code: str, *, by: Principal, version: int | None = None) -> None:
    """Take back what was answered today: done and not now become open again, a hand-over returns to the giver.

    Whoever handed an action over may take it back although it now belongs to somebody else.
    """
    action = _locked(code, by, Permission.ANSWER_ACTIONS, version, given_too=True)
    zone = firm().zone
    if action.answered_at is None or clock.local_day(action.answered_at, zone) != clock.local_day(clock.now(), zone):
        raise Refused("action.too_late_to_undo", gettext_noop("Only today's answers can be taken back."))
    forget_answers([action.pk], at=action.answered_at)
    unprove_needs(action, by=by)
    unask_for_address(action, actor=by.actor)
    was_handed_over = action.status == ActionStatus.HANDED_OVER
    _move(action, Act.UNDO)
    if was_handed_over:
        _give_back(action)
    if action.reason in BORN_ANSWERED:  # nobody had proposed it: nothing is left to be done
        action.status = ActionStatus.WITHDRAWN
    elif action.owner_id != action.customer.owner_id:  # it had been handed over before that
        action.status = ActionStatus.HANDED_OVER
    action.not_now = action.again_on = None
    action.outcome = Outcome.NONE
    action.answer, action.answered_at, action.answered_by_id = "", None, None
    _save(action, by)
    _journal("action.answer_undone", action, by, {})


def _locked(
    code: str, by: Principal, permission: Permission, version: int | None, *, given_too: bool = False
) -> Action:
    reachable = answerable_actions(by, permission)
    if given_too and by.staff_id is not None:
        given = Action.objects.filter(status=ActionStatus.HANDED_OVER, handed_from=by.staff_id, answered_by=by.staff_id)
        reachable = reachable | given
    found = Action.objects.filter(pk__in=reachable.filter(code=code).values("pk"))
    action = found.select_for_update(of=("self",)).select_related("customer").first()
    if action is None:
        raise Refused("action.unknown", gettext_noop("There is no such action."))
    if version is not None and version != action.version:
        raise Refused("action.changed", gettext_noop("Somebody has answered this in the meantime."))
    return action


def _move(action: Action, act: Act) -> None:
    status = next_status(ActionStatus(action.status), act)
    if status is None:
        raise Refused("action.over", gettext_noop("This is already settled."))
    action.status = status


def taker_of(code: str, by: Principal) -> Any:
    """The colleague in sight to whom work is to be handed. Raises Refused: action.unknown_colleague, action.taker_may_not."""
    colleague = staff_seen_by(by).filter(code=code).first()
    if colleague is None:
        raise Refused("action.unknown_colleague", gettext_noop("There is no such colleague."))
    if not takes_work(colleague):
        raise Refused("action.taker_may_not", gettext_noop("{name} does not do such work."), name=colleague.name)
    return colleague


def put_off_until(reason: NotNow | None, again_on: dt.date | None, today: dt.date) -> tuple[NotNow, dt.date | None]:
    """Why an action is put off, and the day it is asked for again (None: not for this cause). Raises Refused:
    action.reason_missing, action.day_passed.
    """
    if reason is None:
        raise Refused("action.reason_missing", gettext_noop("Say why not now."))
    if again_on is not None and again_on <= today:
        raise Refused("action.day_passed", gettext_noop("Name a day from tomorrow on."))
    return NotNow(reason), again_on or default_again_on(NotNow(reason), today, work_calendar(today))


def _bear_out(action: Action, by: Principal, today: dt.date) -> None:
    """What the accepted offer rests on was no mere supposition."""
    proves = (action.reason_facts.get("offer") or {}).get("proves", ())
    note = note_of_acceptance(action.code, action.answer)
    prove_needs([Proved(action.customer_id, kind, note) for kind in proves], by=by, on=today)


def _give_back(action: Action) -> None:
    action.owner_id, action.handed_from_id = action.handed_from_id, None
    action.team_id = action.customer.team_id


def _save(action: Action, by: Principal) -> None:
    action.version += 1
    action.save()
    share_as_work_stands([action], actor=by.actor, today=firm_day())


def _journal(kind: str, action: Action, by: Principal, payload: dict[str, Any]) -> None:
    customer = action.customer.code
    record_act(
        kind,
        by=by.actor,
        noun=Noun("action", action.code),
        payload={"customer": customer, "action": action.reason, **payload},
        subject=customer,
    )
