"""What the owner of an account chooses for himself: the look of pages, and how far he is with the first steps."""

from collections.abc import Collection

from django.conf import settings

from guanxi.ground import clock
from guanxi.ground.refusals import Refused, excerpt, gettext_noop
from guanxi.identity.choices import DateStyle, Density, MoneyStyle, NumberStyle, Theme
from guanxi.identity.models import Account


def choose_appearance(*, account: Account, **choices: str) -> None:
    """Keep how the owner of an account wants to see the pages: language, zone, theme, density, dates, numbers, money. What
    is not named stays as it is; "" follows the device, the language or the firm.

    Refused for a choice that is not offered. No act on anybody: not journaled.
    """
    for name, wanted in choices.items():
        if wanted not in _offered(name):
            words = gettext_noop("“{choice}” is not offered.")
            raise Refused("account.unknown_choice", words, choice=excerpt(wanted))
        setattr(account, name, wanted)
    if choices:
        account.save(update_fields=sorted(choices))


def take_first_step(*, account: Account, step: str, mark: str) -> None:
    """Keep how far the owner of an account has come with the first steps: `mark` is done, skipped, or "" for open again.
    The step "" stands for the whole list: skipped, it is put away. Not journaled.
    """
    steps = {name: kept for name, kept in account.first_steps.items() if name != step}
    account.first_steps = steps | ({step: mark} if mark else {})
    account.save(update_fields=["first_steps"])


def _offered(name: str) -> Collection[str]:
    styles = {"theme": Theme, "density": Density, "dates": DateStyle, "numbers": NumberStyle, "money": MoneyStyle}
    if name in styles:
        return styles[name].values
    return {"", *(clock.zone_names() if name == "zone" else dict(settings.LANGUAGES))}
