"""Add rows to a table by one statement, however many: a single one by its values, which costs half as much as by columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from evidence.prepared import open_prepared


@dataclass(frozen=True, slots=True)
class Insertion:
    """How rows come into a table: the statement for one, and the statement for several, which say the same."""

    one: str
    several: str

    @classmethod
    def into(
        cls,
        table: str,
        types: Mapping[str, str],
        *,
        expressions: Mapping[str, str] = MappingProxyType({}),
        ending: str = "",
    ) -> "Insertion":
        """Return it for these columns and their types; a column is what its expression makes of it, where it has one.

        `ending` is what follows in the statement: what happens when a row stands there already.
        """
        names = ", ".join(types)
        selected = ", ".join(expressions.get(name, name) for name in types)
        values = ", ".join(f"%s::{kind}" for kind in types.values())
        columns = ", ".join(f"%s::{kind}[]" for kind in types.values())
        head = f"INSERT INTO {table} ({names}) SELECT {selected} FROM"
        return cls(
            one=f"{head} (VALUES ({values})) AS fresh ({names}) {ending}",
            several=f"{head} unnest({columns}) AS fresh ({names}) {ending}",
        )

    def add(self, rows: Sequence[Sequence[Any]]) -> None:
        """Add the rows, each with a value for every column in their order; nothing for none.

        Raises IntegrityError where the table refuses one.
        """
        if not rows:
            return
        with open_prepared() as cursor:
            if len(rows) == 1:
                cursor.execute(self.one, list(rows[0]))
            else:
                cursor.execute(self.several, [list(column) for column in zip(*rows, strict=True)])
