"""What ties a customer to places, people, groups and habits; each fact with its source and date."""

from django.db import models
from django.db.models import Q

from guanxi.ground.ids import new_code
from guanxi.record.customers.choices import PreferenceField, RelationKind
from guanxi.record.customers.models.customer import Customer


class Address(models.Model):
    """Where the customer lives or works, with history: the current one has no `valid_to`."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="addresses")
    text = models.CharField(max_length=300)
    city = models.CharField(max_length=60, blank=True, default="")
    district = models.CharField(max_length=60, blank=True, default="")
    estate_id = models.BigIntegerField(null=True, blank=True)
    source = models.CharField(max_length=60, blank=True, default="")
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)


class Relation(models.Model):
    """`customer` has `other` as `kind` (his spouse, the one who recommended him …)."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="relations")
    other = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="relations_to")
    kind = models.SmallIntegerField(choices=RelationKind.choices)
    note = models.CharField(max_length=200, blank=True, default="")
    source = models.CharField(max_length=60, blank=True, default="")
    told_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "other", "kind"], condition=Q(ended_on=None), name="relation_once"
            ),
            models.CheckConstraint(condition=~Q(customer=models.F("other")), name="relation_not_self"),
        ]


class Group(models.Model):
    """A free, nested group (SEG-07). `lo`…`hi` number the tree of the open ones in preorder. One that was removed keeps
    its place and members until the next day, so that it can be put back.
    """

    code = models.CharField(max_length=12, unique=True, default=new_code)
    name = models.CharField(max_length=120)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    lo = models.IntegerField(default=0)
    hi = models.IntegerField(default=0)
    closed_on = models.DateField(null=True, blank=True)
    is_demo = models.BooleanField(default=False)


class GroupMember(models.Model):
    pk = models.CompositePrimaryKey("group_id", "customer_id")
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="members", db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="memberships")


class Preference(models.Model):
    """One line of the preference card, as told or agreed by the customer. `is_quiet`: nothing is suggested from it."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="preferences")
    field = models.SmallIntegerField(choices=PreferenceField.choices)
    text = models.CharField(max_length=200)
    source = models.CharField(max_length=60)
    told_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    is_quiet = models.BooleanField(default=False)
