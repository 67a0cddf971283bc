"""Who sees how much risk somebody can bear: who sees what he holds. Who notes it: who writes down what he tells of himself."""

from guanxi.identity.permissions import Permission

SEE, NOTE = Permission.VIEW_HOLDINGS, Permission.EDIT_CUSTOMERS
