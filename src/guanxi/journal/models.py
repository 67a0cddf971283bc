"""What was done: acts, their erasable payloads, and the seals that chain them.

An act row is inserted once and never changed. It knows principals and nouns only as (kind, code): no foreign keys,
so that it outlives what it speaks of. The payload stands apart, encrypted with the key of the customer it concerns
(`subject`); erasing that customer destroys payload and key, and the chain, which covers the payload's digest, still
verifies.
"""

from django.db import models

from guanxi.ground.transactions import CurrentTransaction


class Act(models.Model):
    """One thing that one principal did to one noun (or one batch of an import or refresh)."""

    at = models.DateTimeField()
    kind = models.CharField(max_length=60)
    by_kind = models.CharField(max_length=20)
    by_code = models.CharField(max_length=40)
    noun_kind = models.CharField(max_length=40)
    noun_code = models.CharField(max_length=40)
    # The code of the customer whose data the payload holds; '' is the installation's own.
    subject = models.CharField(max_length=40, blank=True, default="")
    count = models.IntegerField(default=1)
    payload_digest = models.BinaryField(max_length=32)
    row_hash = models.BinaryField(max_length=32)
    # The writing transaction: PostgreSQL's id of it, filled by the database; on SQLite, with one writer, always 0.
    tx = models.BigIntegerField(db_default=CurrentTransaction())

    class Meta:
        indexes = [
            models.Index(fields=["noun_kind", "noun_code", "-id"], name="act_noun"),
            models.Index(fields=["by_kind", "by_code", "-id"], name="act_by"),
            models.Index(fields=["kind", "-id"], name="act_kind"),
            models.Index(fields=["subject", "-id"], condition=~models.Q(subject=""), name="act_subject"),
            models.Index(fields=["tx", "id"], name="act_tx"),
        ]


class ActPayload(models.Model):
    """The erasable words of one act, encrypted under the key of the act's subject."""

    act_id = models.BigIntegerField(primary_key=True)
    salt = models.BinaryField(max_length=16)
    cipher = models.BinaryField()


class SubjectKey(models.Model):
    """The payload key of one customer, itself encrypted; deleting the row erases all that it locked."""

    subject = models.CharField(max_length=40, primary_key=True)
    cipher = models.BinaryField()


class Seal(models.Model):
    """One block of the chain: acts of finished transactions, and the seal before it.

    A block holds the acts whose position stands in `mark_from` ≤ position < `mark_to`; the position is the writing
    transaction (`by_tx`, PostgreSQL) or the id (SQLite). Transaction ids begin anew in another database cluster, so a
    restore opens a new `epoch`: an empty seal whose `id_to` is the last id of the epoch before.
    `previous` is unique: two sealers can never both follow the same seal, so the chain cannot fork.
    """

    at = models.DateTimeField()
    previous = models.BinaryField(max_length=32, unique=True)
    epoch = models.IntegerField(default=1)
    by_tx = models.BooleanField()
    mark_from = models.BigIntegerField()
    mark_to = models.BigIntegerField()
    id_from = models.BigIntegerField()
    id_to = models.BigIntegerField()
    count = models.IntegerField()
    root = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)


PERSONAL = {"ActPayload": {"cipher": "content"}}
NOT_PERSONAL = {
    "Act": ["kind", "by_kind", "by_code", "noun_kind", "noun_code", "subject", "payload_digest", "row_hash"],
    "ActPayload": ["salt"],
    "SubjectKey": ["subject", "cipher"],
    "Seal": ["previous", "root", "hash"],
}
