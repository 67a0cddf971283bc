"""Acts on actions: decisions propose them, people answer them."""

from guanxi.record.actions.services.answering import answer_action, hand_over_action, undo_answer
from guanxi.record.actions.services.answering_many import hand_over_selected, put_off_selected, undo_answers
from guanxi.record.actions.services.contacting import Contact, Noted, Told, note_contact
from guanxi.record.actions.services.erasing import erase_actions, forget_suppositions, forget_work
from guanxi.record.actions.services.giving import Giving, give_benefit
from guanxi.record.actions.services.leaving import PassedOn, part_with_colleague
from guanxi.record.actions.services.moving import move_colleague
from guanxi.record.actions.services.planning import Plan, plan_action
from guanxi.record.actions.services.proposing import propose_actions
from guanxi.record.actions.services.redeeming import Redeemed, redeem_coupons
from guanxi.record.actions.services.settling import finish_actions_of, reopen_signal, settle_signal
from guanxi.record.actions.services.taking import Taking, decline_offer, take_up_offer

__all__ = [
    "Contact",
    "Giving",
    "Noted",
    "PassedOn",
    "Plan",
    "Redeemed",
    "Taking",
    "Told",
    "answer_action",
    "decline_offer",
    "erase_actions",
    "finish_actions_of",
    "forget_suppositions",
    "forget_work",
    "give_benefit",
    "hand_over_action",
    "hand_over_selected",
    "move_colleague",
    "note_contact",
    "part_with_colleague",
    "plan_action",
    "propose_actions",
    "put_off_selected",
    "redeem_coupons",
    "reopen_signal",
    "settle_signal",
    "take_up_offer",
    "undo_answer",
    "undo_answers",
]
