"""Acts on the firm, its tree and its people."""

from guanxi.identity.services.accounts import choose_appearance, take_first_step
from guanxi.identity.services.firm import (
    change_day,
    declare_demo,
    forget_backtests,
    forget_day,
    found_firm,
    keep_backtest,
    mark_backtest,
    set_threshold,
)
from guanxi.identity.services.staff import (
    NewStaff,
    change_role,
    describe_staff,
    end_employment,
    give_account,
    move_staff,
    remove_demo_staff,
    resume_employment,
    set_password,
    take_on_staff,
)
from guanxi.identity.services.teams import close_team, move_team, open_team, rename_team, renumber_teams

__all__ = [
    "NewStaff",
    "change_day",
    "change_role",
    "choose_appearance",
    "close_team",
    "declare_demo",
    "describe_staff",
    "end_employment",
    "forget_backtests",
    "forget_day",
    "found_firm",
    "give_account",
    "keep_backtest",
    "mark_backtest",
    "move_staff",
    "move_team",
    "open_team",
    "remove_demo_staff",
    "rename_team",
    "renumber_teams",
    "resume_employment",
    "set_password",
    "set_threshold",
    "take_first_step",
    "take_on_staff",
]
