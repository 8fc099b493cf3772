"""Render tables and untrusted text so that a terminal shows them safely and a person can read them aloud."""

from collections.abc import Sequence

_NOTHING = "-"


def printable(text: str) -> str:
    """Return `text` with every character that could steer a terminal replaced by a question mark."""
    return "".join(character if character.isprintable() else "?" for character in text)


def render_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return the rows under their headings in aligned columns, an empty cell as a dash, ending in a newline."""
    cells = [[printable(cell) or _NOTHING for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in [list(headings), *cells]) for column in range(len(headings))]
    lines = [list(headings), ["-" * width for width in widths], *cells]
    return "".join(_render_line(line, widths) for line in lines)


def _render_line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
    return "  ".join(padded).rstrip() + "\n"
