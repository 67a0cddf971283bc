"""Why sales rest for somebody."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Cause(models.TextChoices):
    HARDSHIP = "hardship", _("Hardship")
    BEREAVEMENT = "bereavement", _("Bereavement")
    COGNITION = "cognition", _("Needs help with figures and contracts")
    OWN_WISH = "own_wish", _("Own wish")
    GAMBLING = "gambling", _("Gambling block, own wish")
    FRAUD = "fraud", _("Abuse is being looked into")
    COMPLAINT = "complaint", _("Complaint")
