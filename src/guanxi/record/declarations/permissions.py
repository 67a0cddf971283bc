"""Who reads what a customer declares of himself: who sees him. Who notes it: who writes down what he tells."""

from guanxi.identity.permissions import Permission

SEE, NOTE = Permission.VIEW_CUSTOMERS, Permission.EDIT_CUSTOMERS
