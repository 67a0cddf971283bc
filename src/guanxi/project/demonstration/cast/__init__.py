"""The people of the requirements and the stories they live, one story a function, told back from today."""

import datetime as dt

from guanxi.project.demonstration.cast.company import company
from guanxi.project.demonstration.cast.homes import estates, household, li, saver
from guanxi.project.demonstration.cast.movers import movers
from guanxi.project.demonstration.cast.parting import leavers
from guanxi.project.demonstration.cast.spenders import ma, wang
from guanxi.project.demonstration.cast.story import Story, joined
from guanxi.project.demonstration.cast.visitors import lecturers, zhang

__all__ = ["estates", "told_stories"]


def told_stories(today: dt.date, employees: list[str]) -> Story:
    """All stories that do not depend on the seed. employees: references of the corporate client's people who are customers."""
    alone = (wang, zhang, ma, li, movers, saver, leavers, household, lecturers)
    return joined([*(story(today) for story in alone), company(today, employees)])
