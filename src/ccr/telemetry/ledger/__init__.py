"""The ledger: one row a request, in SQLite or PostgreSQL, written in batches by a thread of its own.

``keeper`` takes records and never waits; ``writer`` puts them into the database, ``retention`` takes old ones
out, ``queries`` reads them. Writing knows only the driver; SQLAlchemy (28 MB) is imported with ``queries``.
"""
