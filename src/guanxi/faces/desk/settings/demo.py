"""The demo on the page of data: what would go and what would stay, and afterwards what has gone."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from guanxi.faces.shared import cells
from guanxi.ground.jobs.choices import FINISHED, JobStatus
from guanxi.ground.jobs.queries import JobLine, last_job
from guanxi.identity.queries import demo_people, firm, has_own_administrator
from guanxi.record.conversations.queries import count_of_demo as count_contacts
from guanxi.record.customers.queries.presence import origins
from guanxi.record.dealings.queries import count_of_demo as count_dealings


@dataclass(frozen=True)
class Standing:
    """The demo as it stands: (words, figure) of what goes and what stays, or of what has gone; `is_here`: it can be taken
    away still, by the click of somebody who `may` be left alone with the firm.
    """

    is_here: bool
    may: bool
    is_going: bool
    goes: list[tuple[str, str]]
    stays: list[tuple[str, str]]
    gone: list[tuple[str, str]]
    trouble: str


def standing_of() -> Standing | None:
    """The demo, before and after; None where there never was one that anybody took away."""
    job, is_here = last_job("clear_demo"), firm().is_demo
    is_gone = job is not None and job.status == JobStatus.DONE and not is_here
    # to the very end of the job: the demo itself is gone a moment before
    is_going = job is not None and job.status not in FINISHED
    if not (is_here or is_gone or is_going):
        return None
    goes, stays = _before() if is_here else ([], [])
    return Standing(
        is_here=is_here or is_going,
        may=has_own_administrator(),
        is_going=is_going,
        goes=goes,
        stays=stays,
        gone=_after(job) if job and is_gone else [],
        trouble=job.trouble if job and is_here and job.status == JobStatus.SET_ASIDE else "",
    )


def _before() -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    staff, teams = demo_people()
    there, (contacts, noted) = origins(staff), count_contacts()
    goes = [
        (_("Customers"), there.demo),
        (_("Dealings"), count_dealings()),
        (_("Contacts"), contacts),
        (_("of these noted by people since"), noted),
        (_("Colleagues"), len(staff)),
        (_("Teams"), len(teams)),
    ]
    stays = [
        (_("Customers of your own"), there.own),
        (_("of these in the pool from then on, for their manager is of the demo"), there.own_with_demo_manager),
    ]
    return _figures(goes), _figures(stays, always=1)


def _after(job: JobLine) -> list[tuple[str, str]]:
    told = job.result or {}
    names = {
        "customers": _("Customers"),
        "dealings": _("Dealings"),
        "contacts": _("Contacts"),
        "of these noted by people": _("of these noted by people since"),
        "own customers now in the pool": _("Customers of your own who are in the pool now"),
        "staff who stay as left": _("Colleagues of the demo whom your own records name: kept as left"),
    }
    return _figures([(words, int(told.get(name) or 0)) for name, words in names.items()])


def _figures(counted: list[tuple[str, int]], always: int = 3) -> list[tuple[str, str]]:
    """The first `always` lines, and those that count something."""
    return [(words, cells.number(count)) for place, (words, count) in enumerate(counted) if count or place < always]
