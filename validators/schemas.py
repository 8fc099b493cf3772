"""Find the schema that a payload names, among the versions kept in one folder; never fetches anything."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from lxml import etree

from domain.quarters import Quarter
from domain.refusals import Refusal, RefusalCode

_ELEMENT = "{http://www.w3.org/2001/XMLSchema}element"
_NAME = re.compile(r"\A([A-Za-z][A-Za-z0-9]*)_([0-9]{4}[1-4])\.xsd\Z")


@dataclass(frozen=True, slots=True)
class SchemaVersion:
    """One version of one message's structure, kept in `schemas/<structure>/<version>/`.

    `namespace` is empty for the classic messages, `form_identification` where forms do not say what they are, `max_forms`
    None where a file may hold any number of them.
    """

    structure: str
    version: str
    message: str
    root: str
    form_identification: str
    definition: Path
    namespace: str = ""
    max_forms: int | None = None

    @property
    def qualified_root(self) -> str:
        """The root with its namespace, as lxml writes it."""
        return f"{{{self.namespace}}}{self.root}" if self.namespace else self.root

    def compiled(self) -> etree.XMLSchema:
        """Return the compiled schema, made once per process."""
        return _compile(self.definition)

    def element_names(self) -> frozenset[str]:
        """Return the local names of the elements that the structure has, read once per process."""
        return _names_in(self.definition)


@dataclass(frozen=True, slots=True)
class PublishedNames:
    """The names by which payloads may call one version, and the days on which they may.

    Without a `last` quarter the version is in force: names go on to `ahead` quarters after that of the day.
    """

    prefix: str
    first: Quarter
    ahead: int
    opens: date
    last: Quarter | None = None
    closes: date | None = None
    closed: Mapping[str, date] = field(default_factory=lambda: MappingProxyType({}))

    def is_open(self, prefix: str, quarter: Quarter, *, on: date) -> bool:
        """Whether the name made of `prefix` and `quarter` is taken on the Brussels date `on`.

        Closing dates are the first day on which a name is not taken any more.
        """
        last = self.last or Quarter.of(on).shifted(self.ahead)
        named = prefix == self.prefix and self.first <= quarter <= last
        closes = (self.closes, self.closed.get(f"{prefix}_{quarter}"))
        return named and self.opens <= on and all(day is None or on < day for day in closes)


@dataclass(frozen=True, slots=True)
class PublishedNamespace:
    """The days on which payloads may name one version by its namespace."""

    opens: date
    closes: date | None = None

    def is_open(self, *, on: date) -> bool:
        """Whether the namespace is taken on the Brussels date `on`; the closing date is the first day on which it is not."""
        return self.opens <= on and (self.closes is None or on < self.closes)


class SchemaLibrary:
    """Every schema version below one folder, read from its manifests when made.

    Raises KeyError or ValueError when a manifest is incomplete: that is a fault of the installation.
    """

    def __init__(self, root: Path) -> None:
        manifests = sorted(root.glob("*/*/manifest.toml"))
        if not manifests:
            raise ValueError(f"no schema manifest below {root}")
        self._versions = tuple(_read_manifest(path) for path in manifests)

    @property
    def versions(self) -> tuple[SchemaVersion, ...]:
        """Every version kept, in the order of the folders."""
        return tuple(version for version, _ in self._versions)

    def find(self, schema_name: str, *, message: str, on: date) -> SchemaVersion:
        """Return the version that `schema_name` calls for in files of purpose `message` on the Brussels date `on`.

        Only a bare `<Prefix>_<YYYYQ>.xsd` is a name. Raises Refusal SCHEMA_UNSUPPORTED (batch protocol §1.7).
        """
        match = _NAME.match(schema_name)
        if match is not None:
            prefix, quarter = match[1], Quarter.parse(match[2])
            for version, names in self._versions:
                if (
                    isinstance(names, PublishedNames)
                    and version.message == message
                    and names.is_open(prefix, quarter, on=on)
                ):
                    return version
        raise Refusal(
            RefusalCode.SCHEMA_UNSUPPORTED,
            f"schema {schema_name[:100]!r} names no version of {message} that is open on {on}",
        )

    def find_namespace(self, namespace: str, *, message: str, on: date) -> SchemaVersion:
        """Return the version of `message` that has `namespace` and is open on the Brussels date `on`.

        Raises Refusal NAMESPACE_WRONG, also for no namespace (batch protocol §5, end).
        """
        for version, names in self._versions:
            if (
                isinstance(names, PublishedNamespace)
                and (version.message, version.namespace) == (message, namespace)
                and names.is_open(on=on)
            ):
                return version
        raise Refusal(
            RefusalCode.NAMESPACE_WRONG,
            f"namespace {namespace[:100]!r} names no version of {message} that is open on {on}",
        )


def _read_manifest(path: Path) -> tuple[SchemaVersion, PublishedNames | PublishedNamespace]:
    """Return what one manifest says: a version named by its `namespace`, or by `names` of schema files."""
    with path.open("rb") as file:
        content: dict[str, Any] = tomllib.load(file)
    namespace = content.get("namespace", "")
    version = SchemaVersion(
        structure=content["structure"],
        version=content["version"],
        message=content["message"],
        root=content["root"],
        form_identification="" if namespace else content["form_identification"],
        definition=path.parent / content["definition"],
        namespace=namespace,
        max_forms=content.get("max_forms"),
    )
    dates = content["dates"]
    if namespace:
        return version, PublishedNamespace(opens=dates["opens"], closes=dates.get("closes"))
    names = content["names"]
    published = PublishedNames(
        prefix=names["prefix"],
        first=Quarter.parse(names["first_quarter"]),
        ahead=names["quarters_ahead"],
        opens=dates["opens"],
        last=Quarter.parse(names["last_quarter"]) if "last_quarter" in names else None,
        closes=dates.get("closes"),
        closed=MappingProxyType(content["closed"]),
    )
    return version, published


@cache
def _compile(definition: Path) -> etree.XMLSchema:
    return etree.XMLSchema(_parse(definition))


@cache
def _names_in(definition: Path) -> frozenset[str]:
    return frozenset(name for element in _parse(definition).iter(_ELEMENT) if (name := element.get("name")))


def _parse(definition: Path) -> "etree._ElementTree":
    return etree.parse(definition, etree.XMLParser(no_network=True, resolve_entities=False, load_dtd=False))
