"""Long lists: searched, sorted and cut into pages by what the query says (`q`, `sort`, `page`).

    listing = list_rows(request, accounts, columns=COLUMNS, search=by_name, order="name")
    {% listing listing row="company/person_row.html" %}

Two queries: one reads a page, one counts, unless all are on the first.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Model, QuerySet
from django.db.models.expressions import OrderBy
from django.http import HttpRequest
from django.utils.functional import Promise

Words = str | Promise
PAGE_SIZE = 25
LONGEST_SEARCH = 100
LAST_PAGE = 10_000
_NEIGHBOURS = 1

Rows = QuerySet[Any, Any]
Search = Callable[[Rows, str], Rows]


@dataclass(frozen=True, slots=True)
class Column:
    """A column; `sorts_by` names the fields of its order, none where the list cannot be sorted by it.

    Rows that lack the first of them come last, whichever way the list is sorted, where `lacking_last` says so.
    """

    name: str
    title: Words
    sorts_by: tuple[str, ...] = ()
    lacking_last: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """A column as its head shows it: the path sorts by it, the other way round when it is sorted so already.

    `direction` is that of the values that are seen: of a column that shows the newest first by itself, descending.
    """

    title: Words
    path: str
    direction: str


@dataclass(frozen=True, slots=True)
class PageLink:
    """A link of the pagination; without a number it stands for pages left out."""

    number: int | None
    path: str = ""
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list, and how to come to the others."""

    rows: Sequence[Model]
    total: int
    search: str
    is_searchable: bool
    sort: str
    headings: tuple[Heading, ...]
    page: int
    pages: int
    links: tuple[PageLink, ...]
    previous: str
    following: str


def list_rows(
    request: HttpRequest,
    rows: Rows,
    *,
    columns: Sequence[Column],
    order: str,
    search: Search | None = None,
    page_size: int = PAGE_SIZE,
) -> Listing:
    """Return the page of `rows` that the query asks for; `order` names the column sorted by when it names none.

    What the query cannot mean is taken for what it says nothing of: the first page, the usual order.
    """
    words = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
    if search is not None and words and words.isprintable():
        rows = search(rows, words)
    sort = _known_sort(request.GET.get("sort", ""), columns) or order
    asked = _number(request.GET.get("page", ""))
    found, total, number = _read(rows, _fields(sort, columns), asked, page_size=page_size)
    headings = tuple(_heading(request, column, sort) for column in columns)
    return Listing(
        rows=found,
        total=total,
        search=words,
        is_searchable=search is not None,
        sort=sort,
        headings=headings,
        **_around(request, number, max(1, -(-total // page_size))),
    )


def _read(rows: Rows, fields: Sequence[str | OrderBy], asked: int, *, page_size: int) -> tuple[list[Model], int, int]:
    """Return a page of rows, how many there are in all, and which page it is; where all are on the first, they are not counted."""
    ordered = rows.order_by(*fields)
    if asked == 1:
        found = list(ordered[: page_size + 1])
        return (found, len(found), 1) if len(found) <= page_size else (found[:page_size], rows.count(), 1)
    total = rows.count()
    number = min(asked, max(1, -(-total // page_size)))
    return list(ordered[(number - 1) * page_size : number * page_size]), total, number


def list_found(
    request: HttpRequest, read: Callable[[int, int], tuple[int, Sequence[Any]]], *, page_size: int = PAGE_SIZE
) -> Listing:
    """Return the page that the query asks for of what `read(first row, size)` finds, with how much there is in all.

    For what is found by a register's own search; it is neither searched nor sorted further. A page that lies behind the
    last one is the last one: `read` takes a first row behind it for that of the last page, since it is asked once and each
    time records whom it shows.
    """
    number = _number(request.GET.get("page", ""))
    total, found = read((number - 1) * page_size, page_size)
    pages = max(1, -(-total // page_size))
    number = min(number, pages)
    return Listing(
        rows=found,
        total=total,
        search="",
        is_searchable=False,
        sort="",
        headings=(),
        **_around(request, number, pages),
    )


def _around(request: HttpRequest, number: int, pages: int) -> dict[str, Any]:
    """Return where a page lies among the others, by the names of a listing."""
    return {
        "page": number,
        "pages": pages,
        "links": _links(request, number, pages),
        "previous": _with(request, page=str(number - 1)) if number > 1 else "",
        "following": _with(request, page=str(number + 1)) if number < pages else "",
    }


def _known_sort(wished: str, columns: Sequence[Column]) -> str:
    return wished if any(column.sorts_by and column.name == wished.removeprefix("-") for column in columns) else ""


def _fields(sort: str, columns: Sequence[Column]) -> list[str | OrderBy]:
    column = next(column for column in columns if column.name == sort.removeprefix("-"))
    first, *others = [_turned(field) for field in column.sorts_by] if sort.startswith("-") else column.sorts_by
    return [_lacking_last(first) if column.lacking_last else first, *others, "pk"]


def _lacking_last(field: str) -> OrderBy:
    name = F(field.removeprefix("-"))
    return name.desc(nulls_last=True) if field.startswith("-") else name.asc(nulls_last=True)


def _turned(field: str) -> str:
    return field.removeprefix("-") if field.startswith("-") else f"-{field}"


def _number(text: str) -> int:
    return min(max(int(text), 1), LAST_PAGE) if text.isascii() and text.isdigit() and len(text) < 7 else 1  # noqa: PLR2004 - more digits than LAST_PAGE has


def _heading(request: HttpRequest, column: Column, sort: str) -> Heading:
    if not column.sorts_by:
        return Heading(column.title, "", "")
    is_turned = sort == f"-{column.name}"
    if not is_turned and sort != column.name:
        return Heading(column.title, _with(request, sort=column.name, page=""), "none")
    falls = column.sorts_by[0].startswith("-") is not is_turned
    other = column.name if is_turned else f"-{column.name}"
    return Heading(column.title, _with(request, sort=other, page=""), "descending" if falls else "ascending")


def _links(request: HttpRequest, number: int, pages: int) -> tuple[PageLink, ...]:
    """Return the first, the last and the neighbours of a page, with a gap where others lie between."""
    if pages == 1:
        return ()
    near = range(number - _NEIGHBOURS, number + _NEIGHBOURS + 1)
    links: list[PageLink] = []
    for each in sorted({1, pages, *(page for page in near if 1 <= page <= pages)}):
        before = links[-1].number if links else None
        if before is not None and each > before + 1:
            links.append(PageLink(None))
        links.append(PageLink(each, _with(request, page=str(each)), each == number))
    return tuple(links)


def _with(request: HttpRequest, **changes: str) -> str:
    query = request.GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value:
            query[name] = value
    return f"{request.path}?{query.urlencode()}"
