import importlib
import re
import subprocess
import sys
from argparse import ArgumentParser, _SubParsersAction
from pathlib import Path

import pytest
from django.apps import apps

from auth.models import CaseState, DigitalKeyState, MatchState, TemporaryCredentialState
from channels.models import DeliveryState, KeyState, SenderState, TechnicalUserState
from commands.__main__ import COMMANDS
from correspondence.models import EboxState
from domain.access.states import AccountState, AppointmentState, EntityAccountState, GrantState
from domain.access_states import DeclaredFormState, DeclaredState
from domain.answers import AnswerKind
from domain.certificates import CertificateState
from domain.checkins.vocabulary import CorrectionState, PresenceStatus
from domain.environments import Environment, Tray
from domain.filenames import Prefix
from evidence.models import Reception, SubmissionState
from registers.access.models import MandateState
from registers.checkins.models import SpellState
from registers.student_days.models import PeriodState
from tests.architecture.repository import (
    ROOT,
    code_blocks,
    documents,
    first_column,
    shown,
    table_rows,
    tracked_files,
)
from tests.architecture.test_tables import OUR_APPS

REFERENCE = ROOT / "docs" / "reference"
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)\s]+)\)")
RULE = re.compile(r"\|[ :|-]+\|\Z")
SHELL = ("sh", "console")
ACCESS_STATES = (
    DeclaredFormState,
    DeclaredState,
    EntityAccountState,
    AppointmentState,
    AccountState,
    GrantState,
    MandateState,
    EboxState,
    DigitalKeyState,
    TemporaryCredentialState,
    CaseState,
    MatchState,
    PresenceStatus,
    SpellState,
    CorrectionState,
)
SCREEN = 60
FOLDERS_OF_TOOLS = {".ci", ".github", "changelog.d"}


@pytest.mark.parametrize("document", documents(), ids=shown)
def test_links_lead_to_files_that_exist(document: Path) -> None:
    inside = [
        link.partition("#")[0] for link in LINK.findall(document.read_text(encoding="utf-8")) if "://" not in link
    ]
    assert [link for link in inside if link and not (document.parent / link).exists()] == []


@pytest.mark.parametrize("document", documents(), ids=shown)
def test_every_table_has_a_head(document: Path) -> None:
    lines = document.read_text(encoding="utf-8").split("\n")
    firsts = [number for number in range(1, len(lines)) if lines[number][:1] == "|" != lines[number - 1][:1]]
    assert [lines[number] for number in firsts if not RULE.match(lines[number + 1])] == []


def test_every_document_can_be_reached_from_the_readme() -> None:
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        document = waiting.pop()
        if document in reached or document.suffix != ".md":
            continue
        reached.add(document)
        for link in LINK.findall(document.read_text(encoding="utf-8")):
            target = (document.parent / link.partition("#")[0]).resolve()
            waiting += sorted(target.glob("*.md")) if target.is_dir() else [target] if target.is_file() else []
    assert {shown(path) for path in documents()} - {shown(path) for path in reached} == {"CHANGELOG.md"}


@pytest.mark.parametrize("document", documents(), ids=shown)
def test_examples_call_commands_and_options_that_exist(document: Path) -> None:
    wrong = []
    for block in code_blocks(document, *SHELL):
        for line in commands_of(block):
            wrong += [f"make {target}" for target in made_in(line) if target not in make_targets()]
            for name, options in guichet_calls(line):
                known = options_of(name)
                wrong += [f"guichet {name}"] if known is None else [f"{name} {o}" for o in options if o not in known]
    assert wrong == []


@pytest.mark.parametrize("path", [ROOT / "Makefile", ROOT / ".ci" / "run"], ids=shown)
def test_programs_call_commands_that_exist(path: Path) -> None:
    called = re.findall(r"/guichet ([a-z]+)", path.read_text(encoding="utf-8"))
    targets = re.findall(r"^(?:exec )?make ([a-z]+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert called + targets
    assert [name for name in called if options_of(name) is None] == []
    assert set(targets) <= make_targets()


def test_readme_names_every_make_target() -> None:
    assert {name.removeprefix("make ") for name in first_column(ROOT / "README.md") if name.startswith("make ")} == (
        make_targets()
    )


def test_readme_shows_the_help_as_it_is() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "commands", "--help"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert f"$ guichet --help\n{told.stdout}" in "".join(code_blocks(ROOT / "README.md", "console"))


def test_folder_map_shows_every_folder() -> None:
    listed = {name.rstrip("/") for name in first_column(ROOT / "README.md") if name.endswith("/")}
    folders = {shown(path).split("/")[0] for path in tracked_files() if path.parent != ROOT}
    assert listed == folders - FOLDERS_OF_TOOLS


def test_first_screen_links_to_send_operate_develop() -> None:
    first_screen = (ROOT / "README.md").read_text(encoding="utf-8").partition("\n## ")[0]
    assert [word for word in ("Send", "Operate", "Develop") if f"**{word}:** [" not in first_screen] == []
    assert "$ make demo\n" in first_screen
    assert re.search(r"^\$ make test\n(.*\n)*?.*\d+ passed in ", first_screen, re.MULTILINE)


def test_decisions_are_numbered_without_gaps() -> None:
    assert [path.name[:5] for path in DECISIONS] == [f"{number:04d}-" for number in range(1, len(DECISIONS) + 1)]


@pytest.mark.parametrize("decision", DECISIONS, ids=shown)
def test_decision_has_context_decision_and_consequences_on_one_screen(decision: Path) -> None:
    lines = decision.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith(f"# {decision.name[:4]} ")
    assert [line for line in lines if line.startswith("## ")] == ["## Context", "## Decision", "## Consequences"]
    assert len(lines) <= SCREEN


def test_every_state_is_documented() -> None:
    text = (REFERENCE / "states.md").read_text(encoding="utf-8")
    kinds = (
        *(DeliveryState, SubmissionState, Reception, PeriodState),
        *(SenderState, TechnicalUserState, KeyState, CertificateState),
        *ACCESS_STATES,
    )
    assert [f"{kind.__name__}.{value}" for kind in kinds for value in kind if f"`{value}`" not in text] == []


def test_no_state_is_documented_that_does_not_exist() -> None:
    kinds = (DeliveryState, SubmissionState, Reception, PeriodState, SenderState, *ACCESS_STATES)
    assert set(first_column(REFERENCE / "states.md")) - {str(value) for kind in kinds for value in kind} == set()


def test_documented_tables_are_those_there_are() -> None:
    tables = {model._meta.db_table for label in OUR_APPS for model in apps.get_app_config(label).get_models()}
    documented = first_column(REFERENCE / "tables.md")
    assert len(documented) == len(set(documented))
    assert set(documented) == tables


def test_tables_marked_as_only_added_to_are_those_that_are_guarded() -> None:
    marked = {row[0].strip("`") for row in table_rows(REFERENCE / "tables.md") if row[1].startswith("+ ")}
    migrations = (
        "evidence.migrations.0004_append_only_heads_and_no_truncation",
        "evidence.migrations.0005_check_in_answers",
        "registers.student_days.migrations.0005_large_references",
        "registers.student_days.migrations.0010_questions",
        "registers.student_days.migrations.0008_daily_registrations",
        "registers.access.migrations.0003_invariants_of_accounts",
        "registers.checkins.migrations.0002_months",
    )
    assert marked == {table for name in migrations for table in importlib.import_module(name).FACTS}


def test_every_prefix_tray_environment_and_answer_is_documented() -> None:
    text = (REFERENCE / "file-names.md").read_text(encoding="utf-8")
    words = [str(word) for kind in (Prefix, Tray, Environment, AnswerKind) for word in kind]
    assert [word for word in words if f"`{word}`" not in text] == []


def test_glossary_has_every_word_in_four_languages() -> None:
    rows = table_rows(ROOT / "docs" / "glossary.md")
    assert [row[0] for row in rows if len([cell for cell in row if cell]) != len(rows[0])] == []
    assert len({row[0] for row in rows}) == len(rows)


def commands_of(block: str) -> list[str]:
    """Return the lines that a person types: those after a prompt, or all where there is none."""
    lines = block.splitlines()
    typed = [line[2:] for line in lines if line.startswith("$ ")]
    return typed or lines


def made_in(line: str) -> list[str]:
    return re.findall(r"(?:^|&& |; )make ([a-z-]+)", line)


def guichet_calls(line: str) -> list[tuple[str, list[str]]]:
    """Return each call of `guichet`, or of its module, in the line: the sub-command and its long options."""
    calls = re.findall(r"(?:\bguichet|-m commands) ([a-z-]+)([^|;&]*)", line)
    return [(name, re.findall(r"--[a-z-]+", rest)) for name, rest in calls if name != "--help"]


def make_targets() -> set[str]:
    return set(re.findall(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)[0].split())


def options_of(name: str) -> set[str] | None:
    """Return the long options of a sub-command and of its actions, None where there is no such command."""
    command = next((command for command in COMMANDS if command.name == name), None)
    if command is None:
        return None
    parser = ArgumentParser()
    importlib.import_module(command.module).add_arguments(parser)
    actions = [action for action in parser._actions if isinstance(action, _SubParsersAction)]
    parsers = [parser, *(one for action in actions for one in action.choices.values())]
    return {option for one in parsers for option in one._option_string_actions}
