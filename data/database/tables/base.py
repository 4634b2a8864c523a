"""What all tables share: their catalogue, how constraints are named, and recurring columns."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CheckConstraint, Column, Double, MetaData

metadata = MetaData(
    # Every constraint has a name, the same on both dialects, so that migrations can change it.
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

ONLY_ON = "only_on"
"""Key of a table's or sequence's `info`: the one dialect that has it."""


def place(*, nullable: bool = False) -> list[Any]:
    """Return the columns lon and lat, in degrees, with the constraint that they are on Earth.

    Parameters
    ----------
    nullable : bool
        Whether there may be no place.

    Returns
    -------
    list
        Two columns and a constraint; a NaN is refused as well.
    """
    return [
        Column("lon", Double, nullable=nullable),
        Column("lat", Double, nullable=nullable),
        CheckConstraint("lon BETWEEN -180 AND 180 AND lat BETWEEN -90 AND 90", name="on_earth"),
    ]
