"""Every page says who may open it, speaks four languages, and looks as its sources say."""

import hashlib
import re
from collections.abc import Iterator
from functools import cache

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.converters import PathConverter, StringConverter

from portal import catalogues
from portal.pages.routing import declared
from tests.architecture.repository import ROOT

STATIC = ROOT / "portal" / "static" / "frontend"
SOURCES = ROOT / "portal" / "frontend"
GROUPS = [(group, language) for group in ("portal", *catalogues.groups()) for language in catalogues.LANGUAGES]
CATALOGUES = [
    (group, language, path)
    for group, language in GROUPS
    if (path := catalogues.catalogue_path(group, language)).exists()
]
PLACES = [f"{group}-{language}" for group, language, _path in CATALOGUES]

words = cache(catalogues.words_of_every_group)
"""What the pages of each group say, gathered once, and by a test: every template and module is read for it."""
read_catalogue = cache(catalogues.read_catalogue)


def routes(resolver: URLResolver | None = None) -> Iterator[URLPattern]:
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern)
        else:
            yield pattern


def address_of_nothing(route: URLPattern) -> str:
    """Return an address of the route, about a number or a name that is nobody's."""
    kinds = {name: type(each).__name__ for name, each in route.pattern.converters.items()}
    return reverse(
        str(route.name), kwargs={name: 1 if kind == "IntConverter" else "C1" for name, kind in kinds.items()}
    )


def test_every_route_says_who_may_open_it() -> None:
    silent = [str(route.pattern) for route in routes() if declared(route.callback) is None]
    assert silent == []


def test_no_route_takes_any_text_whatever() -> None:
    """A text that the database cannot hold, as a NUL, would be our trouble instead of a missing page."""
    loose = [
        str(route.pattern)
        for route in routes()
        if any(isinstance(each, StringConverter | PathConverter) for each in route.pattern.converters.values())
    ]
    assert loose == []


def test_every_route_has_a_name_of_its_own() -> None:
    names = [route.name for route in routes()]
    assert None not in names
    assert len(names) == len(set(names))


@pytest.mark.parametrize(("group", "language"), GROUPS)
def test_a_catalogue_holds_exactly_what_its_pages_say(group, language) -> None:
    """A group whose pages say nothing of their own needs none."""
    catalogue = read_catalogue(catalogues.catalogue_path(group, language), language)
    kept = [(message.id, message.context) for message in catalogue if message.id]
    assert set(kept) ^ set(words()[group]) == set(), "run `make messages`"


@pytest.mark.parametrize(("group", "language", "path"), CATALOGUES, ids=PLACES)
def test_no_message_is_empty_fuzzy_or_obsolete(group, language, path) -> None:
    catalogue = read_catalogue(path, language)
    assert [message.id for message in catalogue if message.id and catalogues.is_lacking(message.string)] == []
    assert [message.id for message in catalogue if message.id and message.fuzzy] == []
    assert list(catalogue.obsolete) == []


@pytest.mark.parametrize(("group", "language", "path"), CATALOGUES, ids=PLACES)
def test_a_compiled_catalogue_is_made_from_what_stands_beside_it(group, language, path) -> None:
    made = catalogues.compiled(read_catalogue(path, language))
    assert path.with_suffix(".mo").read_bytes() == made, "run `make messages`"


@pytest.mark.parametrize(("group", "language", "path"), CATALOGUES, ids=PLACES)
def test_a_translation_keeps_the_values_of_its_message(group, language, path) -> None:
    wrong = []
    for message in read_catalogue(path, language):
        if message.id:
            wrong += [(message.id, str(error)) for error in message.check()]
    assert wrong == []


@pytest.mark.parametrize("language", ["nl", "fr", "de"])
def test_the_same_words_are_translated_alike_on_every_page(language) -> None:
    translated: dict[object, set[object]] = {}
    for _group, of, path in CATALOGUES:
        if of == language:
            for message in read_catalogue(path, language):
                if message.id:
                    translated.setdefault((message.id, message.context), set()).add(message.string)
    assert {key: strings for key, strings in translated.items() if len(strings) > 1} == {}


def test_french_has_one_word_for_checking_in_and_out() -> None:
    """That of the service's own name, Check In and Out at Work; glossary.md has it, too."""
    checking, another = (
        re.compile(r"\bcheck(ed)?[ -](in|out)\b", re.IGNORECASE),
        re.compile("arrivé|départ|pointage|partir"),
    )
    said = {
        message.id: message.string
        for _group, of, path in CATALOGUES
        if of == "fr"
        for message in read_catalogue(path, of)
        if checking.search(str(message.id)) and another.search(str(message.string))
    }
    assert said == {}


def test_the_looks_are_compiled_from_their_sources() -> None:
    """`make frontend` notes what it compiled; whoever changes a source runs it again."""
    told = dict(reversed(line.split()) for line in (STATIC / "made-from.sha256").read_text().splitlines())
    sources = [SOURCES / "guichet.scss", SOURCES / "package.json", SOURCES / "package-lock.json"]
    sources += (SOURCES / "parts").glob("*.scss")
    found = {path.relative_to(SOURCES).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in sources}
    assert told == found, "run `make frontend`"


def test_the_looks_come_from_this_site_alone_and_lock_no_address() -> None:
    assert "url(" not in (STATIC / "guichet.css").read_text().replace("url(data:", "")
    assert "Transport" not in (STATIC / "guichet.css").read_text()
    assert '"resolved"' not in (SOURCES / "package-lock.json").read_text()
