"""Backup and restore: one file that proves itself whole.

The file is a plain tar (`tar -xf` opens it) followed by one line with the SHA-256 of everything before it. Its first
entry, manifest.json, names every other entry with size and SHA-256, the database it came from, the state of the tables
and proofs of the keys. The record is a SQLite file (made by SQLite's online backup) or a dump of pg_dump. The warehouse
is not in it: a refresh builds it anew.
"""
