import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

REPOSITORY = Path(__file__).parents[2]
PATIENCE = 60.0


class Launchers:
    """Starts launchers as the supervisor does, and ends those that a test leaves."""

    def __init__(self) -> None:
        self._started: list[subprocess.Popen[str]] = []

    def start(self, home: Path, **variables: str) -> subprocess.Popen[str]:
        environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        child = subprocess.Popen(
            [sys.executable, "-m", "commands.stack.database"],
            cwd=REPOSITORY,
            env=environment | {"GUICHET_HOME": str(home)} | variables,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._started.append(child)
        return child

    def start_and_wait(self, home: Path) -> subprocess.Popen[str]:
        child = self.start(home)
        wait_until(lambda: answers(home))
        return child

    def replace_killed(self, launcher: subprocess.Popen[str], home: Path) -> subprocess.Popen[str]:
        launcher.kill()
        launcher.wait()
        (home / "run" / "database_url").unlink()
        return self.start_and_wait(home)

    def end_all(self) -> None:
        for child in self._started:
            child.terminate()
            child.communicate(timeout=PATIENCE)


@pytest.fixture
def launchers() -> Iterator[Launchers]:
    launchers = Launchers()
    yield launchers
    launchers.end_all()


@pytest.fixture(scope="module")
def running_home() -> Iterator[Path]:
    launchers = Launchers()
    with tempfile.TemporaryDirectory(prefix="guichet-") as directory:
        launchers.start_and_wait(Path(directory))
        yield Path(directory)
        launchers.end_all()


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def url_of(home: Path) -> str:
    return (home / "run" / "database_url").read_text().strip()


def answers(home: Path) -> bool:
    with contextlib.suppress(FileNotFoundError, psycopg.OperationalError):
        psycopg.connect(url_of(home), connect_timeout=2).close()
        return True
    return False


def postmaster_of(home: Path) -> psutil.Process:
    return psutil.Process(int((home / "pg" / "postmaster.pid").read_text().splitlines()[0]))


def server_processes(home: Path) -> list[psutil.Process]:
    return [process for process in psutil.process_iter(["cwd"]) if process.info["cwd"] == str(home / "pg")]


def remember(home: Path, fact: str) -> None:
    with psycopg.connect(url_of(home)) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS fact (told text)")
        connection.execute("INSERT INTO fact VALUES (%s)", [fact])


def remembered(home: Path) -> list[str]:
    with psycopg.connect(url_of(home)) as connection:
        return [row[0] for row in connection.execute("SELECT told FROM fact ORDER BY told")]


def test_a_killed_postmaster_comes_back_with_its_data(launchers: Launchers, initialised_home: Path) -> None:
    launchers.start_and_wait(initialised_home)
    remember(initialised_home, "before")
    killed = postmaster_of(initialised_home)
    killed.kill()
    wait_until(lambda: not psutil.pid_exists(killed.pid))
    wait_until(lambda: answers(initialised_home))
    remember(initialised_home, "since")
    assert remembered(initialised_home) == ["before", "since"]


def test_a_server_process_that_is_busy_when_its_postmaster_dies_does_not_prevent_the_next(
    launchers: Launchers, initialised_home: Path
) -> None:
    launchers.start_and_wait(initialised_home)
    endless = "DO $$ BEGIN LOOP END LOOP; END $$"
    client = subprocess.Popen(
        [sys.executable, "-c", f"import psycopg; psycopg.connect({url_of(initialised_home)!r}).execute({endless!r})"]
    )
    with psycopg.connect(url_of(initialised_home), autocommit=True) as watching:
        running = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'DO %' AND state = 'active'"
        wait_until(lambda: watching.execute(running).fetchone() == (1,))
    postmaster_of(initialised_home).kill()
    wait_until(lambda: answers(initialised_home))
    assert client.wait(PATIENCE) != 0


def test_the_next_launcher_adopts_the_server_that_survived_a_killed_one(
    launchers: Launchers, initialised_home: Path
) -> None:
    killed = launchers.start_and_wait(initialised_home)
    survivor = postmaster_of(initialised_home)
    next_one = launchers.replace_killed(killed, initialised_home)
    assert postmaster_of(initialised_home) == survivor
    next_one.terminate()
    assert next_one.wait(PATIENCE) == 0
    assert server_processes(initialised_home) == []


def test_an_adopted_server_that_is_killed_comes_back(launchers: Launchers, initialised_home: Path) -> None:
    first = launchers.start_and_wait(initialised_home)
    remember(initialised_home, "kept")
    launchers.replace_killed(first, initialised_home)
    postmaster_of(initialised_home).kill()
    wait_until(lambda: answers(initialised_home))
    assert remembered(initialised_home) == ["kept"]


def test_the_polite_signal_leaves_no_process_and_exits_0(launchers: Launchers, initialised_home: Path) -> None:
    launcher = launchers.start_and_wait(initialised_home)
    launcher.terminate()
    assert launcher.wait(PATIENCE) == 0
    assert server_processes(initialised_home) == []


def test_a_stale_postmaster_file_with_the_number_of_a_living_process_is_no_server(
    launchers: Launchers, initialised_home: Path
) -> None:
    launchers.start_and_wait(initialised_home).terminate()
    wait_until(lambda: server_processes(initialised_home) == [])
    lines = [
        str(os.getpid()),
        str(initialised_home / "pg"),
        "1",
        "5432",
        str(initialised_home / "pg"),
        "",
        "1 1",
        "ready",
    ]
    (initialised_home / "pg" / "postmaster.pid").write_text("\n".join(lines))
    launchers.start_and_wait(initialised_home)
    assert postmaster_of(initialised_home).pid != os.getpid()


def test_an_initialisation_that_was_cut_begins_again(launchers: Launchers, home: Path) -> None:
    (home / "pg.new" / "base").mkdir(parents=True)
    (home / "pg.new" / "PG_VERSION").write_text("18\n")
    launchers.start_and_wait(home)
    assert not (home / "pg.new").exists()


def test_a_home_whose_path_is_too_long_for_a_socket_works(launchers: Launchers, home: Path) -> None:
    deep = home / ("d" * 100)
    deep.mkdir()
    launcher = launchers.start_and_wait(deep)
    sockets = Path(url_of(deep).partition("host=")[2])
    assert sockets.stat().st_mode & 0o077 == 0
    launcher.terminate()
    launcher.wait(PATIENCE)
    assert not sockets.exists()


def test_a_second_launcher_of_the_same_home_is_refused_with_a_sentence(
    launchers: Launchers, running_home: Path
) -> None:
    second = launchers.start(running_home)
    assert second.communicate(timeout=PATIENCE)[1] == f"another launcher already runs the database of {running_home}\n"
    assert second.returncode == 1


def test_the_server_is_durable_and_takes_two_hundred_connections(running_home: Path) -> None:
    with psycopg.connect(url_of(running_home)) as connection:
        names = ("fsync", "synchronous_commit", "full_page_writes", "max_connections", "listen_addresses")
        values = [connection.execute("SELECT current_setting(%s)", [name]).fetchone() for name in names]
    assert values == [("on",), ("on",), ("on",), ("200",), ("",)]


def test_the_server_has_room_for_the_locks_of_a_simulation_of_ten_thousand_check_ins_and_as_many_others(
    running_home: Path,
) -> None:
    with psycopg.connect(url_of(running_home)) as connection:
        held = "SELECT count(pg_advisory_xact_lock(number)) FROM generate_series(1, 40000) AS number"
        assert connection.execute(held).fetchone() == (40_000,)


def test_airflow_has_a_database_of_its_own(running_home: Path) -> None:
    url = (running_home / "run" / "airflow_database_url").read_text().strip()
    with psycopg.connect(url) as connection:
        assert connection.info.dbname == "airflow"


def test_only_the_owner_may_read_where_the_database_is(running_home: Path) -> None:
    assert (running_home / "run" / "database_url").stat().st_mode & 0o077 == 0


def test_nothing_is_launched_beside_a_database_that_the_environment_names(launchers: Launchers, home: Path) -> None:
    launcher = launchers.start(home, DATABASE_URL="postgresql://elsewhere/guichet")
    assert launcher.wait(PATIENCE) == 0
    assert list(home.iterdir()) == []


def test_a_throwaway_database_ends_with_the_process_that_asked_for_it(home: Path) -> None:
    asking = (
        "import sys, time; from pathlib import Path\n"
        "from commands.stack.ephemeral_database import ephemeral_database\n"
        "with ephemeral_database(Path(sys.argv[1])) as url: print(url, flush=True); time.sleep(600)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", asking, home], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True
    ) as asker:
        assert asker.stdout is not None
        psycopg.connect(asker.stdout.readline().strip()).close()
        asker.kill()
    wait_until(lambda: server_processes(home) == [])
