"""Find every page of the portal: its routes that need no argument, and what their pages link to; count their queries.

Whatever page group is added comes in by itself, as soon as something of it is there to be linked to.
"""

import re
from collections import Counter, defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlsplit

from commands.bench.portal.stays import Stay

_MOST = 4
"""How many addresses of one page a stay looks at."""
_MOST_OF_ONE = 2
"""How many of them one page may lead to: another page may lead to others, which look otherwise."""

_LINK = re.compile(r'href="(/[^"#]*|\?[^"#]*)')
_SEARCH = 'name="q"'
_WORDS = "Family 7"
_LEADING_ELSEWHERE = {"language", "next"}


@dataclass(frozen=True, slots=True)
class Address:
    """A page that was opened: `page` names it, with what its query says, and `queries` is what it asked of the database."""

    page: str
    path: str
    queries: int


@dataclass(slots=True)
class _Crawl:
    stay: Stay
    client: Any
    found: dict[str, list[Address]] = field(default_factory=lambda: defaultdict(list))
    tried: set[str] = field(default_factory=set)
    led_to: Counter[tuple[str, str]] = field(default_factory=Counter)
    waiting: deque[tuple[str, str]] = field(default_factory=deque)
    """The page that leads to an address, and the address."""

    def run(self) -> list[Address]:
        self.waiting.extend(("", path) for path in _seeds())
        while self.waiting:
            led_by, path = self.waiting.popleft()
            page = page_of(path)
            if page is None or path in self.tried or self._has_enough(led_by, page):
                continue
            self.tried.add(path)
            if self._is_opened(page, path):
                self.led_to[led_by, page] += 1
        return [address for addresses in self.found.values() for address in addresses]

    def _has_enough(self, led_by: str, page: str) -> bool:
        return len(self.found[page]) >= _MOST or self.led_to[led_by, page] >= _MOST_OF_ONE

    def _is_opened(self, page: str, path: str) -> bool:
        """Open a page, and have what it leads to wait; return whether it was shown."""
        from django.db import connection  # noqa: PLC0415 - Django is set up by then
        from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

        with CaptureQueriesContext(connection) as queries:
            answer = self.client.get(path, headers={"cookie": self.stay.header}, secure=True)
        if answer.status_code != HTTPStatus.OK:
            return False
        self.found[page].append(Address(page, path, len(queries)))
        if answer.streaming or not answer["Content-Type"].startswith("text/html"):
            return True
        text = answer.content.decode()
        self.waiting.extend((page, link) for link in _links(text, path))
        if _SEARCH in text and "?" not in path:
            self.waiting.append((page, f"{path}?q={_WORDS.replace(' ', '+')}"))
        return True


def find_addresses(stay: Stay, *, client: Any = None) -> list[Address]:  # noqa: ANN401 - Django's, which has no type here
    """Return what the stay can open, each page at a few addresses; by the portal in this process, or by another `client`."""
    from django.test import Client  # noqa: PLC0415 - Django is set up by then

    return _Crawl(stay, client or Client(SERVER_NAME="localhost", raise_request_exception=True)).run()


def page_of(path: str) -> str | None:
    """Return the name of the page at the path, with the names in its query; None where there is none, or it leads elsewhere."""
    from django.urls import Resolver404, resolve  # noqa: PLC0415 - Django is set up by then

    parts = urlsplit(path)
    said = sorted(parse_qs(parts.query))
    if _LEADING_ELSEWHERE & set(said):
        return None
    try:
        found = resolve(parts.path)
    except Resolver404:
        return None
    name = str(found.url_name or found.route)
    return f"{name}?{'&'.join(said)}" if said else name


def _seeds() -> Iterator[str]:
    """Yield the address of every route that needs no argument."""
    from django.urls import get_resolver  # noqa: PLC0415 - Django is set up by then

    return (f"/{path}" for path in _routes(get_resolver(), "") if "<" not in path)


def _routes(resolver: Any, prefix: str) -> Iterator[str]:  # noqa: ANN401 - patterns have no type in common
    for pattern in resolver.url_patterns:
        path = f"{prefix}{pattern.pattern}"
        if hasattr(pattern, "url_patterns"):
            yield from _routes(pattern, path)
        else:
            yield path


def _links(text: str, path: str) -> Iterator[str]:
    here = urlsplit(path).path
    for found in _LINK.finditer(text):
        link = unescape(found[1])
        yield f"{here}{link}" if link.startswith("?") else link
