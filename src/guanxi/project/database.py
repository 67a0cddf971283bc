"""Where the record lives: SQLite in the home, or PostgreSQL named by one URL."""

from pathlib import Path
from typing import Any


def settings_for(url: str, *, home: Path, pool: int = 0) -> dict[str, Any]:
    """Django's database settings for `url` ('' is SQLite under `home`; `pool` connections a web process, 0 none).

    Raises ValueError in plain words for a URL that is neither.
    """
    if not url:
        return _sqlite(home / "record.sqlite3")
    if url.startswith("sqlite:///"):
        return _sqlite(Path(url.removeprefix("sqlite:///")))
    if url.startswith(("postgresql://", "postgres://")):
        return _postgresql(url, pool)
    raise ValueError(
        f"GUANXI_DATABASE_URL must start with postgresql:// or sqlite:///, not {url.split(':', maxsplit=1)[0]!r}."
    )


def _sqlite(file: Path) -> dict[str, Any]:
    # Decision 12: IMMEDIATE transactions and a long busy timeout are what keeps web and worker from "database is locked".
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(file),
        "CONN_MAX_AGE": 600,  # opening the file anew for every page costs more than many a query
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA cache_size=-8000;"
            "PRAGMA temp_store=MEMORY;",
        },
    }


def _postgresql(url: str, pool: int) -> dict[str, Any]:
    from psycopg.conninfo import conninfo_to_dict  # noqa: PLC0415 - only where PostgreSQL is used

    parts = conninfo_to_dict(url)
    named = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    settings: dict[str, Any] = {"ENGINE": "django.db.backends.postgresql", "CONN_HEALTH_CHECKS": True}
    settings |= {django: str(parts.pop(own)) for own, django in named.items() if own in parts}
    # Planning and reading the words of a statement took the server three quarters of a page: it keeps what is asked again.
    settings["OPTIONS"] = dict(parts) | {"server_side_binding": True, "prepare_threshold": 2}
    if pool:
        settings["OPTIONS"]["pool"] = {"min_size": 1, "max_size": pool, "timeout": 10}
    else:
        settings["CONN_MAX_AGE"] = 600
    return settings
