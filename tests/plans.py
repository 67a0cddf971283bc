"""How the database would go about a question."""

from django.db import connection


def plan_of(sql: str) -> str:
    """The plan of a query in this database's words, as if there were many rows."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # on a few rows it prefers to sort: what is asked is whether it must
            cursor.execute(
                "SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off"
            )
            cursor.execute(f"EXPLAIN {sql}")
        else:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        return "\n".join(str(row[-1]) for row in cursor.fetchall())
