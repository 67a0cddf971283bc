"""Who reads what a customer thinks of us: who reads what was said. Who notes it: who notes conversations."""

from guanxi.identity.permissions import Permission

SEE, NOTE = Permission.VIEW_CONVERSATIONS, Permission.LOG_CONVERSATIONS
