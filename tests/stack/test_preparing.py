"""While tables are made, the operator at the terminal reads what a step is at that lasts: a migration that waits for a lock."""

import io
import sys
import threading
from pathlib import Path

import psycopg
import pytest

from commands.stack.configuration import StackError
from commands.stack.prepare import TABLES, Step, run_together
from tests.older_database import a_database

TABLE = "django_content_type"


def at(*words: str, seconds: float = 1.0, is_told: bool = True) -> Step:
    """A step that says these words and then lasts."""
    said = "; ".join(f"print({word!r}, flush=True)" for word in words)
    return Step("a step", ("-c", f"import time; {said}; time.sleep({seconds})"), is_told=is_told)


class Terminal(io.StringIO):
    """What the operator reads, and whether it tells of a lock yet."""

    def __init__(self) -> None:
        super().__init__()
        self.tells = threading.Event()

    def write(self, text: str) -> int:
        if "waits for a lock" in text:
            self.tells.set()
        return super().write(text)


def free_once_told(holding: psycopg.Connection, terminal: Terminal) -> None:
    """End what is in the way once the operator reads of it, before the migration is begun again."""
    terminal.tells.wait(60)
    holding.rollback()


def test_a_migration_that_waits_for_a_lock_says_so_at_the_terminal(monkeypatch, tmp_path: Path):
    (django,) = [step for step in TABLES if "django" in step.command]
    with a_database("preparing") as url:
        monkeypatch.setenv("DATABASE_URL", url)
        monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "portal.settings")
        older = django._replace(command=(*django.command, "contenttypes", "0001"))
        run_together([older], tmp_path)
        terminal = Terminal()
        monkeypatch.setattr(sys, "stdout", terminal)
        with psycopg.connect(url, application_name="a backup") as holding:
            holding.execute(f"SELECT FROM {TABLE}")
            free = threading.Thread(target=free_once_told, args=(holding, terminal))
            free.start()
            newer = django._replace(command=(*django.command, "contenttypes", "0002"))
            run_together([newer], tmp_path, tell_every=0.5)
            free.join()

    (told,) = [line for line in terminal.getvalue().splitlines() if "waits for a lock" in line]
    assert told.startswith("Django's tables (")
    assert "of a backup, for" in told
    assert told.endswith("It is begun again in 5 seconds.")


def test_each_word_of_a_step_that_lasts_is_told_once(tmp_path: Path, capfd):
    run_together([at("Applying one...", seconds=2)], tmp_path, tell_every=0.3)
    (line,) = capfd.readouterr().out.splitlines()
    assert line.endswith(" s): Applying one...")


@pytest.mark.parametrize("step", [at("one", seconds=0), at("one", seconds=1, is_told=False)])
def test_a_step_that_is_quick_or_speaks_another_language_is_silent(step: Step, tmp_path: Path, capfd):
    run_together([step], tmp_path, tell_every=0.5 if not step.is_told else 30)
    assert capfd.readouterr().out == ""


def test_a_step_that_fails_is_told_whole(tmp_path: Path, capfd):
    failing = Step("a step", ("-c", "print('the reason'); raise SystemExit(3)"))
    with pytest.raises(StackError, match="a step could not be made"):
        run_together([failing], tmp_path)
    assert "the reason" in capfd.readouterr().err
