"""What a person marks to come back to: saved views of lists, favourites, what was opened last.

Nouns are known by their kind and code only; whoever shows a bookmark asks the noun, whose rights and masks hold.
"""

from django.db import models

from guanxi.ground.ids import new_code


class SavedView(models.Model):
    """A list with a name. `question` is the query of its address (ground.sheets); `widths` are columns made wider or
    narrower, in pixels. Of `team` and `is_public` at most one is set; with neither it is the owner's alone. `is_quick`: no
    view, but the quick filters that stand above the list for everybody, each a group of conditions; one row a noun at most.
    """

    code = models.CharField(max_length=12, unique=True, default=new_code)
    noun = models.CharField(max_length=20)
    name = models.CharField(max_length=60)
    owner = models.ForeignKey("identity.Staff", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    team = models.ForeignKey("identity.Team", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    is_public = models.BooleanField(default=False)
    is_pinned = models.BooleanField(default=True)
    is_quick = models.BooleanField(default=False)
    position = models.IntegerField(default=0)
    question = models.TextField(max_length=6_000)
    widths = models.JSONField(default=dict, blank=True)
    is_demo = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(team=None) | models.Q(is_public=False), name="view_team_or_everybody"
            ),
            models.UniqueConstraint(fields=["noun"], condition=models.Q(is_quick=True), name="quick_filters_once"),
        ]
        indexes = [
            models.Index(fields=["noun", "owner"], name="view_owner"),
            models.Index(fields=["noun", "team"], name="view_team", condition=models.Q(team__isnull=False)),
            models.Index(fields=["noun"], name="view_public", condition=models.Q(is_public=True)),
        ]


class Habit(models.Model):
    """How one person keeps a list: the view with which it opens, if any, and the order of its tabs, by code. Of the page
    of a customer (noun "customer page"): the panels of each column in their order and what is folded, by name.
    """

    staff = models.ForeignKey("identity.Staff", on_delete=models.CASCADE, related_name="+", db_index=False)
    noun = models.CharField(max_length=20)
    view = models.ForeignKey(SavedView, null=True, on_delete=models.SET_NULL, related_name="+")
    order = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["staff", "noun"], name="habit_of_person")]


class Favourite(models.Model):
    """A record that a person keeps at hand, in the person's own order."""

    staff = models.ForeignKey("identity.Staff", on_delete=models.CASCADE, related_name="+", db_index=False)
    noun = models.CharField(max_length=20)
    code = models.CharField(max_length=12)
    position = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["staff", "noun", "code"], name="favourite_once")]


class Recent(models.Model):
    """A record that a person opened, and when last."""

    staff = models.ForeignKey("identity.Staff", on_delete=models.CASCADE, related_name="+", db_index=False)
    noun = models.CharField(max_length=20)
    code = models.CharField(max_length=12)
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["staff", "noun", "code"], name="recent_once")]
        indexes = [models.Index(fields=["staff", "-opened_at"], name="recent_latest")]


PERSONAL: dict[str, dict[str, str]] = {}
NOT_PERSONAL = {
    "SavedView": ["code", "noun", "name", "question", "widths"],
    "Habit": ["noun", "order"],
    "Favourite": ["noun", "code"],
    "Recent": ["noun", "code"],
}
