"""The ledger of imports: what each row of each file became, so that nothing is lost, doubled or beyond undoing."""

from django.db import models

from guanxi.ground.ids import new_code
from guanxi.ground.refusals import Refused, kept_refusal
from guanxi.record.imports.choices import ImportStatus


class Import(models.Model):
    """One file taken in for one kind of noun. `digest` is the SHA-256 of the file's bytes, `feed` the name of the
    regular delivery it belongs to ('' for none), `place` a hash of where the file lay.

    `tries` counts the starts since the last batch was committed, the one that did so included; `trying_row` is the row
    that is being tried alone, because batches with it have killed the process (strikes.py). `reason` and `words` say why
    an import ended otherwise than by its last row. `head` is a hash of the names of the columns, by which a mapping is
    remembered. `facts` are counts beside the outcomes, each by the name that facts.py gives it.
    """

    code = models.CharField(max_length=12, unique=True, default=new_code)
    kind = models.CharField(max_length=20)
    file_name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    feed = models.CharField(max_length=64, blank=True, default="")
    mapping = models.JSONField(default=dict)
    options = models.JSONField(default=dict)
    status = models.SmallIntegerField(choices=ImportStatus.choices, default=ImportStatus.READY)
    by_kind = models.CharField(max_length=20)
    by_code = models.CharField(max_length=40)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    rows = models.BigIntegerField(default=0)
    created = models.BigIntegerField(default=0)
    updated = models.BigIntegerField(default=0)
    unchanged = models.BigIntegerField(default=0)
    skipped = models.BigIntegerField(default=0)
    failed = models.BigIntegerField(default=0)
    reasons = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True, blank=True)
    tries = models.SmallIntegerField(default=0)
    trying_row = models.BigIntegerField(default=0)
    place = models.CharField(max_length=32, blank=True, default="")
    reason = models.CharField(max_length=60, blank=True, default="")
    words = models.CharField(max_length=300, blank=True, default="")
    head = models.CharField(max_length=32, blank=True, default="")
    facts = models.JSONField(default=dict)
    is_demo = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["kind", "digest"], name="import_kind_digest"),
            models.Index(fields=["kind", "head", "-id"], name="import_head", condition=~models.Q(head="")),
            models.Index(fields=["feed", "-id"], name="import_feed", condition=~models.Q(feed="")),
            models.Index(fields=["started_at", "id"], name="import_started"),
        ]
        constraints = [
            models.CheckConstraint(  # no row of a file goes unmentioned, whatever an importer forgets
                condition=models.Q(
                    rows=models.F("created")
                    + models.F("updated")
                    + models.F("unchanged")
                    + models.F("skipped")
                    + models.F("failed")
                ),
                name="import_counts_add_up",
            )
        ]


class ImportBatch(models.Model):
    """One committed batch: rows `first_row` … `first_row + count − 1` (1 is the first row below the head).

    `outcomes` has one byte a row (choices.Outcome), `ids` the ids of the rows stored in row order (0 where none),
    `lines` the line of each row in the file; packed as rules.py says. `made` names what was created beside the rows
    (customers, products). Written in the transaction of the rows themselves, so the key makes a repeated batch fail
    instead of doubling.
    """

    pk = models.CompositePrimaryKey("import_ref_id", "first_row")
    import_ref = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="batches", db_index=False)
    first_row = models.BigIntegerField()
    count = models.IntegerField()
    outcomes = models.BinaryField()
    ids = models.BinaryField()
    lines = models.BinaryField()
    made = models.JSONField(default=dict)
    undone = models.BooleanField(default=False)


class ImportProblem(models.Model):
    """A row that failed, or was stored with a remark: where, why, and what stood there. `line` counts as people count;
    `words` and `params` are the reason as `ground.refusals` keeps it, for whoever reads it says it in the own language.
    """

    import_ref = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="problems", db_index=False)
    row = models.BigIntegerField()
    line = models.BigIntegerField()
    column = models.CharField(max_length=120, blank=True, default="")
    reason = models.CharField(max_length=60)
    words = models.TextField()
    params = models.JSONField(default=dict)
    value = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["import_ref", "row"], name="import_problem_row")]

    @property
    def refusal(self) -> Refused:
        """Why it was not stored, to be worded."""
        return kept_refusal(self.reason, self.words, self.params)


class BeforeImage(models.Model):
    """What an updated row looked like before the import, so that undoing restores it exactly: the cells that changed."""

    import_ref = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="before_images", db_index=False)
    row = models.BigIntegerField()
    table = models.CharField(max_length=60)
    row_id = models.BigIntegerField()
    old = models.JSONField()
    new = models.JSONField()

    class Meta:
        indexes = [
            models.Index(fields=["import_ref", "-id"], name="before_image_import"),
            models.Index(fields=["table", "row_id"], name="before_image_row"),
        ]


PERSONAL = {
    "ImportProblem": {"params": "identity", "value": "identity"},
    "BeforeImage": {"old": "identity", "new": "identity"},
}
NOT_PERSONAL = {
    "Import": [
        "code",
        "kind",
        "file_name",
        "digest",
        "feed",
        "mapping",
        "options",
        "by_kind",
        "by_code",
        "reasons",
        "place",
        "reason",
        "words",
        "head",
        "facts",
    ],
    "ImportBatch": ["outcomes", "ids", "lines", "made"],
    "ImportProblem": ["column", "reason", "words"],
    "BeforeImage": ["table"],
}
