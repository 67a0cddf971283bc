"""What models cannot declare: search documents, list indexes, byte-wise collation, and a narrow key table on SQLite."""

from django.db import migrations

POSTGRESQL = [
    # Names sort and identifiers compare byte by byte, whatever the database's own language is.
    'ALTER TABLE customers_customer ALTER COLUMN name_key TYPE varchar(120) COLLATE "C"',
    'ALTER TABLE customers_customer ALTER COLUMN code TYPE varchar(12) COLLATE "C"',
    'ALTER TABLE customers_identifier ALTER COLUMN norm TYPE varchar(254) COLLATE "C"',
    "CREATE TABLE customers_document (customer_id bigint PRIMARY KEY, grams bigint[] NOT NULL)",
    "CREATE INDEX customers_document_grams ON customers_document USING gin (grams)",
    "CREATE INDEX customer_by_value ON customers_customer (gone, state, tier, value, id) INCLUDE (team_id, owner_id, city_id, stage, kind, last_contact_on)",
    "CREATE INDEX customer_by_contact ON customers_customer (gone, state, tier, last_contact_on, id) INCLUDE (team_id, owner_id, city_id, stage, kind, value)",
    "CREATE INDEX customer_by_name ON customers_customer (gone, state, tier, name_key, id) INCLUDE (team_id, owner_id, city_id, stage, kind, value, last_contact_on)",
    "CREATE INDEX customer_of_team ON customers_customer (gone, team_id, state, tier, value, id) INCLUDE (owner_id, city_id, stage, kind, last_contact_on)",
    "CREATE INDEX customer_of_city ON customers_customer (gone, city_id, state, tier, value, id) INCLUDE (team_id, owner_id, stage, kind, last_contact_on)",
    "CREATE INDEX customer_of_owner ON customers_customer (gone, owner_id, state, tier, value, id) INCLUDE (team_id, city_id, stage, kind, last_contact_on)",
    "CREATE INDEX customer_of_stage ON customers_customer (gone, stage, state, tier, value, id) INCLUDE (team_id, owner_id, city_id, kind, last_contact_on)",
]
SQLITE = [
    # Key and row in one tree: half the pages that a random key touches.
    "DROP TABLE customers_identifierkey",
    "CREATE TABLE customers_identifierkey (key bigint NOT NULL, customer_id bigint NOT NULL, PRIMARY KEY (key, customer_id)) WITHOUT ROWID",
    "CREATE TABLE customers_document (customer_id integer NOT NULL PRIMARY KEY, grams text NOT NULL)",
    "CREATE VIRTUAL TABLE customers_document_fts USING fts5(grams, content='', detail=none, columnsize=0, tokenize='unicode61 remove_diacritics 0')",
    "INSERT INTO customers_document_fts (customers_document_fts, rank) VALUES ('automerge', 8)",
    "CREATE INDEX customer_by_value ON customers_customer (gone, state, tier, value, id, team_id, owner_id, city_id, stage, kind, last_contact_on)",
    "CREATE INDEX customer_by_contact ON customers_customer (gone, state, tier, last_contact_on, id, team_id, owner_id, city_id, stage, kind, value)",
    "CREATE INDEX customer_by_name ON customers_customer (gone, state, tier, name_key, id, team_id, owner_id, city_id, stage, kind, value, last_contact_on)",
    "CREATE INDEX customer_of_team ON customers_customer (gone, team_id, state, tier, value, id, owner_id, city_id, stage, kind, last_contact_on)",
    "CREATE INDEX customer_of_city ON customers_customer (gone, city_id, state, tier, value, id, team_id, owner_id, stage, kind, last_contact_on)",
    "CREATE INDEX customer_of_owner ON customers_customer (gone, owner_id, state, tier, value, id, team_id, city_id, stage, kind, last_contact_on)",
    "CREATE INDEX customer_of_stage ON customers_customer (gone, stage, state, tier, value, id, team_id, owner_id, city_id, kind, last_contact_on)",
]


def make(apps, schema_editor):
    for statement in POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_initial")]
    operations = [migrations.RunPython(make, elidable=False)]
