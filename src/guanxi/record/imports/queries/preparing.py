"""A file that is not imported yet, with everything one decides about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from guanxi.ground.refusals import Refused
from guanxi.identity.principals import Principal
from guanxi.record.imports.choices import ImportStatus
from guanxi.record.imports.folders import kept_source
from guanxi.record.imports.keeping import Look, Trial, asked_of, look_of, trial_of
from guanxi.record.imports.mapping import Columns, Field
from guanxi.record.imports.permissions import seen_imports
from guanxi.record.imports.registry import importer_of
from guanxi.record.imports.rules import Facts, facts_of


@dataclass(frozen=True, slots=True)
class Prepared:
    """`missing` is why it cannot be imported as it is mapped now (None when it can); `refused_columns`, why nothing is
    taken from some; `trial` the last dry run, None when there was none of it as it is asked for now.
    """

    code: str
    kind: str
    file_name: str
    look: Look
    fields: list[Field]
    mapping: Columns
    create_customers: bool
    with_private: bool
    currency: str
    zone: str
    encoding: str
    facts: Facts
    rule: str
    trial: Trial | None = None
    missing: Refused | None = None
    refused_columns: Mapping[str, Refused] = field(default_factory=dict)


def prepared_import(code: str, *, principal: Principal) -> Prepared | None:
    """A file that waits to be imported; None when there is none, or it is somebody else's. Raises Denied."""
    record = seen_imports(principal).filter(code=code, status=ImportStatus.READY).first()
    if record is None or kept_source(code) is None:
        return None
    importer, look, options = importer_of(record.kind), look_of(code), record.options
    mapping = {name: tuple(columns) for name, columns in record.mapping.items()}
    trial = trial_of(code)
    missing = None
    try:
        importer.check(mapping)
    except Refused as refusal:
        missing = refusal
    return Prepared(
        code,
        record.kind,
        record.file_name,
        look,
        list(importer.fields),
        mapping,
        bool(options.get("create_customers")),
        bool(options.get("with_private")),
        options.get("currency") or "",
        options.get("zone") or "",
        options.get("encoding") or "",
        facts_of(record.facts),
        str(importer.rule),
        trial if trial and trial.asked == asked_of(record) else None,
        missing,
        importer.refused_columns(look.columns, mapping),
    )
