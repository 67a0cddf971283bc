"""A customer shared with one colleague for a while, beside whose he is: work was handed over."""

from django.db import models

from guanxi.record.customers.models.customer import Customer


class Share(models.Model):
    """`staff` sees `customer` up to and with the day `until`; `cause` names what it hangs on ("action <code>")."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="shares")
    staff = models.ForeignKey("identity.Staff", on_delete=models.CASCADE, related_name="+", db_index=False)
    until = models.DateField()
    cause = models.CharField(max_length=60, unique=True)

    class Meta:
        indexes = [models.Index(fields=["staff", "customer"], name="share_staff")]
