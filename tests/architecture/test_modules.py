import ast
from functools import cache
from pathlib import Path

from tests.architecture.repository import ROOMS, modules, parsed, saying, shown

BANNED_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "constants"}
LONGEST_MODULE = 400
LONGEST_FUNCTION = 60
LOGGING_CALLS = {"debug", "info", "warning", "error", "critical", "exception"}
NEVER_LOGGED = {
    "password",
    "passphrase",
    "secret",
    "private_key",
    "token",
    "insz",
    "inss",
    "national_number",
    "payload",
    "content",
    "body",
}
CODE = (*ROOMS, "dags")
TEMPORARY = {
    "NamedTemporaryFile",
    "SpooledTemporaryFile",
    "TemporaryDirectory",
    "TemporaryFile",
    "mkdtemp",
    "mkstemp",
}


@cache
def job_of(path: Path) -> str:
    """Return the first line of what the module says of itself, empty where it says nothing."""
    return (ast.get_docstring(parsed(path)) or "").partition("\n")[0]


def test_first_line_of_a_module_says_its_job() -> None:
    silent = []
    for path in modules(*CODE):
        first_line = path.read_text(encoding="utf-8").partition("\n")[0]
        if not first_line.startswith('"""') or not job_of(path).endswith((".", "…")):
            silent.append(shown(path))
    assert silent == []


def test_no_two_modules_claim_the_same_job() -> None:
    jobs: dict[str, list[str]] = {}
    for path in modules(*CODE):
        if path.name != "apps.py":
            jobs.setdefault(job_of(path), []).append(shown(path))
    assert {job: paths for job, paths in jobs.items() if len(paths) > 1} == {}


def test_modules_are_short() -> None:
    lengths = {shown(path): len(path.read_text(encoding="utf-8").splitlines()) for path in modules(*CODE, "tests")}
    assert {name: length for name, length in lengths.items() if length > LONGEST_MODULE} == {}


def test_functions_are_short() -> None:
    long = {
        f"{shown(path)}:{node.lineno} {node.name}": node.end_lineno - node.lineno + 1
        for path in modules(*CODE, "tests")
        if path.read_bytes().count(b"\n") >= LONGEST_FUNCTION
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno >= LONGEST_FUNCTION
    }
    assert long == {}


def test_what_is_worked_on_lies_in_a_folder_that_is_said_never_where_the_machine_likes() -> None:
    """A folder for temporary files may be memory, or small, and lies outside the counter's home; benches file nobody's data."""
    unsaid = [
        f"{shown(path)}:{node.lineno}"
        for path in saying(TEMPORARY, modules(*CODE))
        if not shown(path).startswith("commands/bench/")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).removeprefix("tempfile.") in TEMPORARY
        and "dir" not in {keyword.arg for keyword in node.keywords}
    ]
    assert unsaid == []


def test_no_module_is_named_for_having_no_home() -> None:
    named = [shown(path) for path in modules(*CODE, "tests") if BANNED_NAMES & set(path.with_suffix("").parts)]
    assert named == []


def test_log_lines_and_audit_events_carry_no_secret_and_no_person() -> None:
    telling = []
    for path in saying({"append_event", *LOGGING_CALLS}, modules(*CODE)):
        for node in ast.walk(parsed(path)):
            if not isinstance(node, ast.Call) or not _records(node.func):
                continue
            given = {keyword.arg for keyword in node.keywords} | {
                argument.id for argument in node.args if isinstance(argument, ast.Name)
            }
            telling += [f"{shown(path)}:{node.lineno} {name}" for name in given & NEVER_LOGGED]
    assert telling == []


def _records(function: ast.expr) -> bool:
    match function:
        case ast.Name(id="append_event"):
            return True
        case ast.Attribute(value=ast.Name(id="log"), attr=level):
            return level in LOGGING_CALLS
        case _:
            return False
