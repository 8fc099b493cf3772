"""Run the commands of a tutorial in one shell, block by block, and compare what it shows with what they print."""

import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

_FENCE = re.compile(r"^```(sh|console)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_END = "end of the step:"
_VARIABLE = (
    (re.compile(r"\b[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z"), "INSTANT"),
    (re.compile(r"\b[0-9]{4}-[0-9]{2}-[0-9]{2}\b"), "DAY"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "SHA256"),
    (re.compile(r"\b[0-9]{15}\b"), "RECEIPT"),
    (re.compile(r"\bC-[0-9]{8}-[0-9]{7}\b"), "CORRECTION"),
    (re.compile(r'"nextKey": "[^"]+"'), '"nextKey": "KEY"'),
    (re.compile(r"\b[0-9A-Z]{12}Z\b"), "TICKET"),
    (re.compile(r"\b[0-9]{8}\b"), "DATE"),
    (re.compile(r"(999999|FI\.ACRF\.100123)\.DATE\.[0-9]{5}"), r"\1.DATE.SEQUENCE"),
)


@dataclass(frozen=True)
class Step:
    """What is typed, and what is shown below it: None for a block without a prompt, whose output is not shown."""

    typed: str
    shown: str | None


def steps_of(document: Path) -> list[Step]:
    return [step for kind, body in _FENCE.findall(document.read_text("utf-8")) for step in _steps_in(kind, body)]


def _steps_in(kind: str, body: str) -> Iterator[Step]:
    if kind == "sh":
        yield Step(body, None)
        return
    for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
        typed, _, shown = part.partition("\n")
        yield Step(typed, shown)


class Terminal:
    """A shell that keeps its folder and variables from step to step and ends at the first command that fails."""

    def __init__(self, folder: Path, surroundings: dict[str, str]) -> None:
        self._scripts = folder / "typed"
        self._scripts.mkdir()
        self._count = 0
        self._shell = subprocess.Popen(
            ["bash", "--norc", "-eo", "pipefail"],
            cwd=folder,
            env=surroundings,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            bufsize=1,
        )

    def type(self, words: str, *, may_fail: bool = False) -> str:
        """Return what the words print; AssertionError when a command fails that must not."""
        self._count += 1
        script = self._scripts / f"{self._count}.sh"
        script.write_text(words)
        assert self._shell.stdin is not None
        assert self._shell.stdout is not None
        anyway = " || true" if may_fail else ""
        self._shell.stdin.write(f". '{script}' </dev/null{anyway}\necho '{_END}'\n")
        printed = []
        for line in self._shell.stdout:
            if line.startswith(_END):
                return "".join(printed)
            printed.append(line)
        raise AssertionError(f"{words}\nprinted\n{''.join(printed)}")

    def close(self) -> None:
        self._shell.communicate(timeout=30)


def normalised(text: str) -> str:
    """Return the text without what differs from run to run: instants, days, numbers that were given, sequences of answers."""
    for pattern, word in _VARIABLE:
        text = pattern.sub(word, text)
    return text.rstrip("\n")


def is_shown(shown: str, printed: str) -> bool:
    """Whether the document shows what was printed; `[...]` stands for any number of lines."""
    parts = normalised(shown).split("\n[...]\n")
    pattern = r"\n(?:.*\n)*?".join(re.escape(part) for part in parts)
    return re.fullmatch(pattern, normalised(printed)) is not None


def follow(
    document: Path, terminal: Terminal, *, adapted: Callable[[str], str], after: Callable[[], None]
) -> list[str]:
    """Type every step, `adapted` to the counter of the test, and call `after` each; return what was shown wrongly."""
    wrong = []
    for step in steps_of(document):
        # where a document shows the output, that says whether the command did what it should
        printed = terminal.type(adapted(step.typed), may_fail=step.shown is not None)
        after()
        if step.shown is not None and not is_shown(adapted(step.shown), printed):
            wrong.append(f"$ {step.typed}\n{printed}")
    return wrong
