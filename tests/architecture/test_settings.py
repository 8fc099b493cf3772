import ast
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from operator import attrgetter
from pathlib import Path

import pytest

from commands.stack.configuration import StackConfiguration
from domain.channels import Channel
from domain.environments import Environment
from portal.configuration import Configuration
from portal.environment_variables import ConfigurationError
from sender.new_configuration import Beginning, render_configuration
from sftp_server.environment import read_door_settings
from tests.architecture.repository import (
    ROOMS,
    ROOT,
    first_column,
    modules,
    parsed,
    table_rows,
    tracked_files,
)

SETTINGS = ROOT / "docs" / "reference" / "settings.md"
OURS = re.compile(r"\A(GUICHET|DATABASE|AIRFLOW_DATABASE)_[A-Z][A-Z0-9_]*\Z")
ENVIRONMENT_READERS = {"read_number", "read_switch", "read_channels", "read_purpose_channels", "read_networks"}
READERS = {"get", "setdefault", "getenv", "_number", "_switch", "_port"} | ENVIRONMENT_READERS
PARTS = {
    "access": "access",
    "checkin": "check_ins",
    "ebox": "mail.ebox",
    "eid": "eid",
    "eidas": "eidas",
    "evidence": "evidence",
    "ftp": "ftp",
    "itsme": "itsme",
    "keys": "keys",
    "mail": "mail",
    "notice": "notices",
    "office": "office",
    "openid": "openid",
    "session": "keys.session",
    "tsa": "tsa",
    "web": "web",
}
"""The first word of a variable's name, and the part of the configuration that it belongs to."""
COMPOSED = re.compile(r"(?<!\$)\$\{([A-Z][A-Z0-9_]*)")


def test_documented_settings_are_those_that_are_read() -> None:
    documented = first_column(SETTINGS)
    assert len(documented) == len(set(documented))
    assert set(documented) == variables_of_the_code() | variables_of_the_compose_file()


def test_every_entry_of_a_senders_configuration_is_documented() -> None:
    known = Beginning(
        channel=Channel.SFTP, host="h", port=1, user="u", sender=None, environment=Environment.TEST, purpose="DIMN"
    )
    made = tomllib.loads(re.sub(r"^# (?=\w+ = )", "", render_configuration(known), flags=re.MULTILINE))
    told = SETTINGS.read_text(encoding="utf-8").partition("`guichet.toml`")[2]
    for section, entries in made.items():
        line = told.partition(f"`[{section}]`")[2].partition(";")[0].partition(".")[0]
        assert set(re.findall(r"`(\w+)`", line)) == set(entries)


@pytest.mark.parametrize("name", [name for name in first_column(SETTINGS) if name.startswith("GUICHET_")])
def test_documented_default_is_the_real_one(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for other in first_column(SETTINGS):
        monkeypatch.delenv(other, raising=False)
    field = name.removeprefix("GUICHET_").lower()
    told = documented_defaults()[name]
    read = Configuration.from_environment()
    kind, _, short = field.partition("_")
    stack = StackConfiguration.from_environment({})
    places = [(read, field), (stack, field), (read.web, field), (read.dimona, field)]
    if kind in PARTS:
        places.append((attrgetter(PARTS[kind])(read), short))
    found = [render_default(getattr(place, name)) for place, name in places if hasattr(place, name)]
    if not found:
        found = defaults_in_the_code()[name]
    assert set(found) == {told}


def documented_defaults() -> dict[str, str]:
    return {row[0].strip("`"): row[1].strip("`") for row in table_rows(SETTINGS) if row[0].startswith("`")}


def render_default(value: object) -> str:
    match value:
        case bool():
            return "on" if value else "off"
        case Path():
            return str(value.relative_to(ROOT))
        case frozenset() | tuple():
            return ",".join(sorted(map(str, value))) or "none"
        case dict() if not value:
            return "none"
        case "":
            return "none"
        case _:
            return str(value)


@cache
def defaults_in_the_code() -> dict[str, list[str]]:
    """Return, for every variable, the defaults that stand beside it where it is read, "none" where there is none."""
    defaults = defaultdict(list)
    for path in modules(*ROOMS, "dags"):
        tree = parsed(path)
        constants, beside = dict(named_texts(tree)), dict(defaults_beside(tree))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and node.args:
                default = beside.get(node) or (node.args[1] if len(node.args) > 1 else None)
                told = None if default is None else text_of(default, constants)
                defaults[text_of(node.args[0], constants)].append(told or "none")
    return defaults


def defaults_beside(tree: ast.AST) -> Iterator[tuple[ast.Call, ast.expr]]:
    """Yield each call behind which `or` gives a default, with that."""
    for node in ast.walk(tree):
        match node:
            case ast.BoolOp(op=ast.Or(), values=[ast.Call() as call, default]):
                yield call, default


def test_a_setting_that_is_set_to_nothing_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    names = first_column(SETTINGS)
    for name in names:
        monkeypatch.delenv(name, raising=False)
    unset = Configuration.from_environment(), StackConfiguration.from_environment(), read_door_settings()
    for name in names:
        monkeypatch.setenv(name, "")

    assert (Configuration.from_environment(), StackConfiguration.from_environment(), read_door_settings()) == unset


def test_no_default_counts_only_where_its_variable_is_missing() -> None:
    """`environ.get(name) or default`: what `get` itself gives in the place of a missing one is no default for an empty one."""
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in modules(*ROOMS, "dags")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call)
        and reads_environment(node.func)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "get"
        and len(node.args) > 1
        and not (isinstance(node.args[1], ast.Constant) and node.args[1].value == "")
    ]
    assert not wrong


def variables_of_the_code() -> set[str]:
    found = set()
    for path in modules(*ROOMS, "dags"):
        tree = parsed(path)
        constants = dict(named_texts(tree))
        for node in ast.walk(tree):
            match node:
                case ast.Constant(value=str(text)) if OURS.match(text):
                    found.add(text)
                case ast.Call(func=function, args=[first, *_]) if reads_environment(function):
                    found.add(text_of(first, constants))
                case ast.Subscript(value=value, slice=key, ctx=ast.Load()) if is_environment(value):
                    found.add(text_of(key, constants))
    return {name for name in found if name is not None and re.fullmatch(r"[A-Z][A-Z0-9_]*", name)} - {
        "DJANGO_SETTINGS_MODULE"
    }


def variables_of_the_compose_file() -> set[str]:
    files = [path for path in tracked_files() if path.name.startswith("docker-compose") and path.suffix == ".yml"]
    return {name for path in files for name in COMPOSED.findall(path.read_text(encoding="utf-8"))}


def named_texts(tree: ast.Module) -> list[tuple[str, str]]:
    return [
        (node.targets[0].id, node.value.value)
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    ]


def text_of(node: ast.expr, constants: dict[str, str]) -> str | None:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.Name(id=name):
            return constants.get(name)
        case _:
            return None


def reads_environment(function: ast.expr) -> bool:
    match function:
        case ast.Attribute(value=value, attr=attribute):
            return attribute in READERS and is_environment(value)
        case ast.Name(id=name):
            return name in READERS
        case _:
            return False


def is_environment(node: ast.expr) -> bool:
    match node:
        case ast.Attribute(value=ast.Name(id="os"), attr="environ"):
            return True
        case ast.Name(id=name):
            return name in {"environ", "os", "environment"}
        case _:
            return False


def test_the_channels_of_a_purpose_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUICHET_PURPOSE_CHANNELS", "CIAO=SFTP+WEB_SERVICE, ACCS=WEB_SERVICE")
    rules = Configuration.from_environment().reception_rules

    assert rules.may_come_through("CIAO", Channel.SFTP)
    assert not rules.may_come_through("ACCS", Channel.SFTP)
    assert rules.may_come_through("DIMN", Channel.FTP)


@pytest.mark.parametrize("text", ["CIAO", "CIAO=", "CIAO=PIGEON", "CIAO=SFTP+"])
def test_a_purpose_without_known_channels_is_a_mistake_that_is_named(text, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUICHET_PURPOSE_CHANNELS", text)

    with pytest.raises(ConfigurationError, match="GUICHET_PURPOSE_CHANNELS"):
        Configuration.from_environment()
