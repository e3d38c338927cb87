"""What all tables share: the names of their constraints, and what a schema check compares."""

from __future__ import annotations

from sqlalchemy import ForeignKeyConstraint, MetaData
from sqlalchemy.schema import SchemaItem

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


def is_compared(
    found: SchemaItem,
    _name: str | None,
    kind: str,
    _reflected: bool,  # noqa: FBT001 - the signature that alembic asks for
    _other: SchemaItem | None,
) -> bool:
    """Whether the code and the database should agree on this: all but the keys of `transfer`.

    On PostgreSQL a trigger does the work of its foreign keys, see the revision 0003.
    """
    if kind != "foreign_key_constraint" or not isinstance(found, ForeignKeyConstraint):
        return True
    return getattr(found.parent, "name", None) != "transfer"
