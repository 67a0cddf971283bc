"""Acts on holdings and balances."""

from guanxi.record.holdings.services.balances import remove_balances, restore_balances, store_balances
from guanxi.record.holdings.services.ending import close_noticed, give_notice, withdraw_notice
from guanxi.record.holdings.services.erasing import erase_references
from guanxi.record.holdings.services.recognising import recognise
from guanxi.record.holdings.services.recording import (
    record_holdings,
    remove_holdings,
    remove_holdings_of,
    restore_holdings,
    store_holdings,
)

__all__ = [
    "close_noticed",
    "erase_references",
    "give_notice",
    "recognise",
    "record_holdings",
    "remove_balances",
    "remove_holdings",
    "remove_holdings_of",
    "restore_balances",
    "restore_holdings",
    "store_balances",
    "store_holdings",
    "withdraw_notice",
]
