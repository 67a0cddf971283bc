"""Acts on actions: decisions propose them, people answer them."""

from guanxi.record.actions.services.answering import answer_action, hand_over_action, undo_answer
from guanxi.record.actions.services.contacting import Contact, Noted, Told, note_contact
from guanxi.record.actions.services.erasing import erase_actions
from guanxi.record.actions.services.leaving import PassedOn, part_with_colleague
from guanxi.record.actions.services.moving import move_colleague
from guanxi.record.actions.services.planning import Plan, plan_action
from guanxi.record.actions.services.proposing import propose_actions
from guanxi.record.actions.services.settling import reopen_signal, settle_signal

__all__ = [
    "Contact",
    "Noted",
    "PassedOn",
    "Plan",
    "Told",
    "answer_action",
    "erase_actions",
    "hand_over_action",
    "move_colleague",
    "note_contact",
    "part_with_colleague",
    "plan_action",
    "propose_actions",
    "reopen_signal",
    "settle_signal",
    "undo_answer",
]
