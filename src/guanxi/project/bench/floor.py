"""The floor of a refresh: read the dealings out of the record once, and group them once."""

from guanxi.project import set_up

_READ = "SELECT customer_id, DAY(occurred_on) AS day, amount FROM dealings_dealing"


def main() -> None:
    """Stream the dealings by ADBC into one group-by and print its size."""
    set_up()
    import pyarrow as pa  # noqa: PLC0415 - heavy

    from guanxi.insight.warehouse.record_view import open_record  # noqa: PLC0415 - needs the settings
    from guanxi.insight.warehouse.workbench import Workbench  # noqa: PLC0415

    bench, schema = Workbench(), pa.schema([("customer_id", pa.int64()), ("day", pa.date32()), ("amount", pa.int64())])
    with open_record() as record:
        bench.register("read_out", record.stream(_READ, schema))
        print(bench.scalar("SELECT count(*) FROM (SELECT customer_id, sum(amount) FROM read_out GROUP BY customer_id)"))


if __name__ == "__main__":
    main()
