"""Who gets in by which address of the desk, written by hand. Nothing here is computed from the program.

Of each address: who may look (GET), and who may send (POST). "" means that nobody can: 405. Whoever may is named

    by role             "leader admin"; "all" is everybody who is signed in
    =customer           whoever sees the customer that the address is about (matrix.SEES, or WHOSE below)
    @customer.update    whoever may do that act on that customer (matrix.WRITES)

and what a sending comes to is "do …" where something is written then, and "look …" where it only shows something.
"""

from dataclasses import dataclass

ALL = "manager leader service marketer analyst reviewer reader admin"
TAKE_OUT = "leader marketer analyst admin"
BRING_IN = "leader admin"
CARE = "manager leader service admin"
ADMIN = "admin"
OFFER = "marketer admin"
REHEARSE = "leader marketer analyst admin"

# Where it is not a noun of the matrix: whose it is.
WHOSE = {
    "its sender": {"leader": "own", "admin": "own colleague branch elsewhere pool_oak pool deleted"},
    # of a number that the administrator reads in clear anyway
    "hidden number": {"manager": "own", "leader": "own colleague pool_oak pool"},
}


@dataclass(frozen=True)
class Door:
    """Who may look, and who may send."""

    look: str = ""
    send: str = ""


def _list(name: str, roles: str = ALL, takers: str = TAKE_OUT) -> dict[str, Door]:
    """The addresses of a list. The view in them is the manager's own; views are kept by whoever sees the list."""
    mine = "do manager" if "manager" in roles else "do "
    views = {f"{name}_view{part}": Door(send=mine) for part in ("", "_question", "_widths", "_default", "_removal")}
    return views | {
        name: Door(roles),
        f"{name}_condition": Door(roles),
        f"{name}_columns": Door(roles),
        f"{name}_choices": Door(roles),
        f"{name}_file": Door(send=f"do {takers}"),
        f"{name}_views": Door(send=f"do {roles}"),
        f"{name}_views_order": Door(send=f"do {roles}"),
        f"{name}_views_counts": Door(roles),
        f"{name}_quick": Door(send=f"do {ADMIN}"),
    }


ADDRESSES: dict[str, Door] = {
    # everybody's own
    "today": Door(ALL),
    "language": Door(send=f"do {ALL}"),
    "appearance": Door(send=f"do {ALL}"),
    "settings": Door(ALL),
    "my_settings": Door(ALL, f"do {ALL}"),
    "first_step": Door(send=f"do {ALL}"),
    "search": Door(ALL, f"look {ALL}"),
    "recognition": Door(send="do manager leader service admin"),  # of anybody, masked and journaled
    "marks": Door(ALL),
    "opened": Door(send="do =customer"),
    "favourite": Door(send="do =customer"),
    "favourite_order": Door(send=f"look {ALL}"),
    "colleague": Door(ALL),
    "team_board": Door(BRING_IN),
    # lists
    **_list("customers"),
    "customers": Door(ALL, f"look {ALL}"),  # sent what is searched for
    **_list("actions"),
    **_list("dealings"),
    **_list("holdings"),
    **_list("conversations"),
    **_list("imports", BRING_IN, BRING_IN),
    **_list("staff"),
    **_list("products"),
    **_list("estates"),
    **_list("offers"),
    # an offer: whoever writes it does not approve it
    "offer": Door(ALL),
    "offer_new": Door(OFFER, f"do {OFFER}"),
    "offer_draft": Door(OFFER, f"do {OFFER}"),
    "offer_submission": Door(send=f"do {OFFER}"),
    "offer_publication": Door(send=f"do {OFFER}"),
    "offer_withdrawal": Door(send=f"do {OFFER}"),
    "offer_version": Door(send=f"do {OFFER}"),
    "offer_coupons": Door(send=f"do {OFFER}"),
    "offer_return": Door(send="do leader admin"),
    "offer_release": Door(send="do leader admin"),
    "offer_approval": Door(send="do leader admin"),
    "promotions": Door(ALL, "do leader admin"),
    "policy": Door(OFFER),
    "policy_line": Door(send=f"do {OFFER}"),
    "policy_capacity": Door(send=f"do {OFFER}"),
    "policy_lever": Door(send=f"do {OFFER}"),
    "policy_weight": Door(send=f"do {OFFER}"),
    "policy_begin": Door(send=f"do {OFFER}"),
    # many customers at once
    "bulk_assignment": Door(send="do @customer.assign, many"),
    "bulk_grouping": Door(send="do @customer.group, many"),
    "bulk_ungrouping": Door(send="do @customer.group, many"),
    "bulk_deletion": Door(send="do @customer.delete, many"),
    "bulk_file": Door(send=f"do {TAKE_OUT}"),
    "bulk_withdrawal": Door(send="do leader"),  # who did it
    # many pieces of work at once
    "work_handing_over": Door(send="do @action.hand_over, many"),
    "work_putting_off": Door(send="do @action.put_off, many"),
    "work_return": Door(send="do leader"),  # who did it
    "customer_arrangement": Door(ALL, f"do {ALL}"),  # everybody's own
    "customer_new": Door("manager leader admin", "do manager leader admin"),
    "customer_alike": Door(send="look manager leader admin"),
    "trash": Door(BRING_IN),
    "restoration": Door(send="do @customer.restore"),
    # one customer
    "customer": Door("=customer"),
    "customer_thread": Door("=customer"),
    "customer_standing": Door("=customer"),
    "customer_history": Door("=customer"),
    "customer_panel": Door("=customer"),
    "customer_field": Door("@customer.update", "do @customer.update"),
    "disclosure": Door(send="do =hidden number"),
    "preferences": Door(send="do @preference.record"),
    "preference": Door(send="do @preference.correct"),
    "preference_removal": Door(send="do @preference.end"),
    "preference_return": Door(send="do @preference.resume"),
    "preference_quiet": Door(send="do @preference.end"),
    "preference_heed": Door(send="do @preference.end"),
    "suggestions": Door("@conversation.log"),
    "proposal": Door("@conversation.log"),
    "proposal_taking": Door(send="look @conversation.log"),  # nothing is proposed without a run
    "proposal_declining": Door(send="look @conversation.log"),
    "benefit": Door(send="look @action.answer"),  # nobody is a peer without a run
    "weighing": Door("=customer"),
    "promises": Door(send="do @promise.plan"),
    "address": Door(send="do @address.change"),
    "supposition": Door(send="do @signal.judge"),
    "supposition_withdrawal": Door(send="do @signal.judge"),
    "relations": Door("@preference.record", "do @relation.record"),
    "relation_removal": Door(send="do @preference.record"),
    "household_removal": Door(send="do @preference.record"),
    "consents": Door("=customer", "do @consent.record"),
    "rests": Door("=customer", "do @sales.rest"),
    "rest_end": Door(send="do @sales.rest"),
    "rest_return": Door(send="do @sales.rest"),
    "rest_removal": Door(send="do @sales.rest"),
    "risk_test": Door("=customer", "do @risk_test.note"),
    "customer_service": Door("=customer"),
    "endings": Door("=customer", "do @holding.give_notice"),
    "ending_withdrawal": Door(send="do @holding.withdraw_notice"),
    "ending_closure": Door(send="do @holding.close_noticed"),
    "declarations": Door("=customer", "do @declaration.note"),
    "children": Door("@child.note", "do @child.note"),
    "children_withdrawal": Door(send="do @child.take_back"),
    "survey": Door("=customer", "do @survey.note"),
    "survey_withdrawal": Door(send="do @survey.take_back"),
    "risk_test_end": Door(send="do @risk_test.end"),
    "known": Door("=customer"),
    "profiling": Door(send="do @profiling.set"),
    "forgetting": Door(send="do @profiling.set"),
    "stage": Door(send="do @customer.stage"),
    "stage_withdrawal": Door(send="do @customer.stage"),
    "customer_groups": Door("@group.add", "do @group.add"),
    "customer_group": Door(send="do @group.add"),
    "customer_group_removal": Door(send="do @group.add"),
    # groups are the whole firm's
    "groups": Door(ALL, f"do {CARE}"),
    "group": Door(CARE),
    "group_name": Door(send=f"do {CARE}"),
    "group_place": Door(send=f"do {CARE}"),
    "group_removal": Door(send=f"do {CARE}"),
    "group_return": Door(send=f"do {CARE}"),
    # credit cases: of whoever reviews, never of whoever sells; an appeal not against the own decision
    "credit_cases": Door("leader reviewer admin"),
    "credit_case": Door("@credit.decide"),
    "credit_decision": Door(send="do @credit.decide"),
    "credit_increase": Door(send="do @credit.decide"),
    "credit_notice": Door("@credit.decide", "do @credit.decide"),
    "credit_appeal": Door(send="do @credit.decide"),
    "credit_appeal_decision": Door(send="do @credit.decide"),
    "credit_recheck": Door(send="do @credit.decide"),
    # reviews of claims and fraud hits: the same people, and nobody twice
    "abuse_reviews": Door("leader reviewer admin"),
    "abuse_review": Door("@flag.propose"),
    "abuse_proposal": Door(send="do @flag.propose"),
    "abuse_decision": Door(send="do @flag.propose"),
    "abuse_notice": Door("@flag.propose", "do @flag.propose"),
    "abuse_appeal": Door(send="do @flag.propose"),
    "abuse_appeal_decision": Door(send="do @flag.propose"),
    "fraud_hit": Door("@fraud.note", "do @fraud.note"),
    # what hangs on a customer
    "action": Door("=action"),
    "action_panel": Door("=action"),
    "answer": Door(send="do @action.answer"),
    "answer_withdrawal": Door(send="do @action.answer"),
    "hand_over": Door("@action.hand_over", "do @action.hand_over"),
    "action_evidence": Door("=action"),
    "signal_evidence": Door("=signal"),
    "judgement": Door(send="do @signal.judge"),
    "judgement_withdrawal": Door(send="do @signal.judge"),
    "new_conversation": Door("@conversation.log", "do @conversation.log"),
    "conversation": Door("=conversation"),
    "rivals_named": Door(CARE),
    "attachment": Door("=conversation"),
    # of whoever noted it
    "conversation_correction": Door("@conversation.log", "do @conversation.log"),
    "conversation_withdrawal": Door(send="do @conversation.log"),
    "conversation_return": Door(send="do @conversation.log"),
    "conversation_meeting": Door(send="do @conversation.log"),
    "conversation_reopening": Door(send="do @conversation.log"),
    # files that were taken in
    "import_new": Door(BRING_IN, f"look {BRING_IN}"),
    "import_sample": Door(BRING_IN),
    "import": Door("=its sender"),
    "import_mapping": Door(send="look =its sender"),
    "import_removal": Door(send="look =its sender"),
    "import_withdrawal": Door(send="do =its sender"),
    "import_resumption": Door(send="look =its sender"),  # of one that has not stopped by itself: nothing to go on with
    "import_corrections": Door("=its sender", "look =its sender"),
    "import_records": Door("=its sender"),
    "import_problems": Door("=its sender"),
    "import_rejected": Door("=its sender"),
    "import_duplicates": Door("=its sender"),
    # the whole
    "standing": Door(ALL),
    "standing_moves": Door(ALL),
    "standing_alarms": Door(ALL),
    "detectors": Door(ALL),
    "detector_backtest": Door(send="do leader analyst admin"),
    "detector_trust": Door(send="do leader analyst admin"),
    "detector_trial": Door(send="do leader analyst admin"),
    "standing_growth": Door(ALL),
    "organisations": Door(ALL),
    "prospects": Door(ALL),
    "together": Door(ALL),
    "service_models": Door(ALL),
    "service_model": Door(send="do leader admin"),
    "winback": Door(ALL),
    "winback_handing": Door(send="do manager leader admin"),
    "loss": Door("=loss"),
    "loss_reason": Door(send="do @loss.declare"),
    # no customer stands there; whoever sees the figures of the whole firm may look
    "acquisition": Door(REHEARSE, f"do {REHEARSE}"),  # who sees figures of the whole firm
    "effort_return": Door(send=f"do {REHEARSE}"),
    "market": Door(send=f"do {REHEARSE}"),
    "improvements": Door("leader marketer analyst reviewer admin"),
    "improvement": Door("leader marketer analyst reviewer admin"),
    "improvement_taking": Door(send="do leader admin"),
    "improvement_measure": Door(send="do leader admin"),
    "improvement_closure": Door(send="do leader admin"),
    "standing_loyal": Door(ALL),
    "rehearsals": Door(REHEARSE, f"do {REHEARSE}"),
    "rehearsal": Door(REHEARSE),
    # administration
    "roles": Door(ALL),
    "teams": Door(ADMIN, f"do {ADMIN}"),
    "team": Door(ADMIN),
    "team_name": Door(send=f"do {ADMIN}"),
    "team_place": Door(send=f"do {ADMIN}"),
    "team_closing": Door(send=f"do {ADMIN}"),
    "people": Door(ADMIN, f"do {ADMIN}"),
    "person": Door(ADMIN),
    "person_description": Door(send=f"do {ADMIN}"),
    "person_role": Door(send=f"do {ADMIN}"),
    "person_team": Door(send=f"do {ADMIN}"),
    "person_account": Door(send=f"do {ADMIN}"),
    "person_password": Door(send=f"do {ADMIN}"),
    "person_leaving": Door(send=f"do {ADMIN}"),
    "person_return": Door(send=f"do {ADMIN}"),
    "sight": Door(ADMIN, f"look {ADMIN}"),
    "product_new": Door(ADMIN, f"do {ADMIN}"),
    "product": Door(ADMIN, f"do {ADMIN}"),
    "estate_new": Door(ADMIN, f"do {ADMIN}"),
    "estate": Door(ADMIN, f"do {ADMIN}"),
    "competition": Door(ADMIN),
    "rival_new": Door(send=f"do {ADMIN}"),
    "price_new": Door(send=f"do {ADMIN}"),
    "rival_removal": Door(send=f"do {ADMIN}"),
    "rival_return": Door(send=f"do {ADMIN}"),
    "price_removal": Door(send=f"do {ADMIN}"),
    "price_return": Door(send=f"do {ADMIN}"),
    "promotion_new": Door(send=f"do {ADMIN}"),
    "promotion_removal": Door(send=f"do {ADMIN}"),
    "promotion_return": Door(send=f"do {ADMIN}"),
    "calendar": Door(ADMIN, f"do {ADMIN}"),
    "day_removal": Door(send=f"do {ADMIN}"),
    "start_questions": Door(ADMIN, f"do {ADMIN}"),
    "thresholds": Door(ADMIN),
    "threshold": Door(send=f"do {ADMIN}"),
    "jobs": Door(ADMIN),
    "figures_now": Door(send=f"do {ADMIN}"),
    "job_resumption": Door(send=f"do {ADMIN}"),
    "data": Door(ADMIN),
    "backup": Door(send=f"do {ADMIN}"),
    "backup_check": Door(send=f"do {ADMIN}"),
    "backup_taking": Door(send=f"do {ADMIN}"),
    "backup_return": Door(send=f"do {ADMIN}"),
    "demo_removal": Door(send=f"do {ADMIN}"),
}
