"""Know the shape of a form: which elements it has, in which order, and where their paths lie; reads no value."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from types import MappingProxyType
from typing import TypeAlias

from lxml import etree

REFERENCE = "Reference"
HEADER_FIELDS = 5
MAX_SHAPES = 512

Picker: TypeAlias = Callable[[Sequence[str | None]], tuple[str | None, ...]]

_known: "dict[tuple[str, ...], Shape]" = {}


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """What all forms with the same elements in the same order have in common.

    Positions count in document order, the form itself being 0. `references` has the position of each reference; `action`
    is the name of the action, None without one, and `positions` leads from the path of each element below it
    ("EmployerId/CompanyID") to its position; `present` has these paths.
    """

    references: tuple[int, ...]
    action: str | None
    positions: Mapping[str, int]
    present: frozenset[str]


def shape_of(form: etree._Element, tags: tuple[str, ...]) -> Shape:
    """Return the shape of `form`, which its schema has taken and whose elements have `tags`, in document order.

    In a valid form the order of the names says which element lies in which, so the forms of a file, which share a few
    shapes, are walked through once for each. At most `MAX_SHAPES` are remembered.
    """
    shape = _known.get(tags)
    if shape is None:
        if len(_known) >= MAX_SHAPES:
            _known.clear()
        shape = _known[tags] = _read_shape(form)
    return shape


def _read_shape(form: etree._Element) -> Shape:
    references: list[int] = []
    position = 1 + HEADER_FIELDS
    for child in list(form)[HEADER_FIELDS:]:
        if child.tag != REFERENCE:
            paths = _paths_below(child, "")
            positions = {path: position + number for number, path in enumerate(paths, start=1)}
            return Shape(tuple(references), str(child.tag), MappingProxyType(positions), frozenset(paths))
        references.append(position)
        position += 1 + len(child)
    return Shape(tuple(references), None, MappingProxyType({}), frozenset())


@lru_cache(maxsize=4 * MAX_SHAPES)
def picker(shape: Shape, paths: tuple[str, ...]) -> Picker:
    """Return what picks the texts at `paths`, two at least, from those of a form of `shape`, after which a None stands.

    That None is picked for what is not there.
    """
    return itemgetter(*[shape.positions.get(path, -1) for path in paths])


def _paths_below(block: etree._Element, prefix: str) -> tuple[str, ...]:
    paths: list[str] = []
    for child in block:
        paths.append(f"{prefix}{child.tag}")
        paths.extend(_paths_below(child, f"{paths[-1]}/"))
    return tuple(paths)
