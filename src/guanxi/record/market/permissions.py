"""Who sees and enters what winning customers costs: it is of the whole firm, and of nobody in particular."""

from guanxi.identity.permissions import Permission

ENTER = Permission.ENTER_COSTS
