"""Who reads and notes what a guardian allowed us to keep of his child: who records consents, and nobody else."""

from guanxi.identity.permissions import Permission

SEE = NOTE = Permission.EDIT_CONSENTS
