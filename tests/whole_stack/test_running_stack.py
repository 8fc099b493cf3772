"""The demo and what it leaves running: Airflow answers as `guichet work` does, the database may go and come."""

import json
import re
import ssl
import subprocess
import sys
import urllib.request
from datetime import date

import pytest

from domain.identifiers import period_id
from tests.dimona_files import STUDENTS, a_cancel, a_payload, an_in, an_out
from tests.whole_stack.conftest import REPOSITORY, Stack, clean_environment, processes_of, wait_until

pytestmark = [pytest.mark.stack, pytest.mark.timeout(600)]

OWN, CLIENT = "012345674", "123456749"
NEVER_GIVEN = period_id(9_999_999_999)
"""A period number beyond those that the stack reaches: one that it gives while it files MIXED would change the answer."""
MIXED = a_payload(
    an_in(insz=STUDENTS[0], hours=600, start=date(2031, 7, 1), end=date(2031, 7, 31), reference="1"),
    an_in(insz=STUDENTS[0], hours=100, start=date(2031, 7, 1), end=date(2031, 7, 31), nsso=CLIENT, reference="2"),
    an_in(insz=STUDENTS[1], hours=60, start=date(2020, 7, 1), end=date(2020, 7, 31), reference="3"),
    an_in(insz="85011512300", start=date(2031, 7, 1), end=date(2031, 7, 31), reference="4"),
    an_in(insz=STUDENTS[2], start=date(2031, 7, 1), end=date(2031, 7, 31), nsso="175110801", reference="5"),
    an_out(NEVER_GIVEN),
    a_cancel(NEVER_GIVEN),
    an_in(insz=STUDENTS[0], hours=600, start=date(2031, 7, 1), end=date(2031, 7, 31), reference="8"),
)
CHANGING = re.compile(
    rb"(?<=<FormCreationDate>)[^<]+|(?<=<FormCreationHour>)[^<]+|(?<=<ReceptionHour>)[^<]+"
    rb"|(?<=<ReceptionDate>)[^<]+|(?<=<ReferenceOrigin>2</ReferenceOrigin><ReferenceNbr>)[^<]+"
    rb"|(?<=<DimonaPeriodId>)[^<]+|(?<=<FileName>)[^<]+"
    rb"|(?<=<LastUpdateDate>)[^<]+|(?<=<LastUpdateHour>)[^<]+",
)


def essence(content: bytes) -> bytes:
    """Return an answer without what differs from one delivery to the next."""
    return CHANGING.sub(b"*", re.sub(rb">\s+<", b"><", content))


def deliver_and_wait(stack: Stack, payload: bytes) -> list[bytes]:
    key = stack.write_set(payload)
    assert stack.put(key).returncode == 0
    subject = f"GO.{key}.1"

    def told() -> list:
        return [answer for answer in stack.answers() if answer.subject == subject]

    wait_until(lambda: {answer.kind for answer in told()} == {"ACRF", "NOTI"}, seconds=90, what="both answers")
    return [answer.content for answer in told()]


def test_airflow_and_guichet_work_answer_the_same_input_alike(stack: Stack):
    stack.empty_registers()  # of what other tests filed for the same students
    by_airflow = deliver_and_wait(stack, MIXED)
    stack.empty_registers()
    stack.control("stop", "airflow-triggerer", "airflow-scheduler")
    try:
        key = stack.write_set(MIXED)
        assert stack.put(key).returncode == 0
        work = subprocess.run(
            [sys.executable, "-m", "commands", "work", "--once"],
            cwd=REPOSITORY,
            env=stack.environment,
            check=True,
            capture_output=True,
            text=True,
        )
    finally:
        stack.control("start", "airflow-triggerer", "airflow-scheduler")
    by_work = [answer.content for answer in stack.answers() if answer.subject == f"GO.{key}.1"]

    assert "1 submission answered, 1 filed" in work.stdout
    assert [essence(content) for content in by_work] == [essence(content) for content in by_airflow]


def test_a_go_that_the_database_cannot_take_fails_visibly_and_succeeds_when_repeated(stack: Stack):
    key = stack.write_set(a_payload(an_in(insz=STUDENTS[3], start=date(2032, 7, 1), end=date(2032, 7, 31))))
    assert stack.sftp(f"put FI.{key}.1.1 IN/\nput FS.{key}.1.1 IN/\n").returncode == 0
    stack.control("stop", "database")
    try:
        refused = stack.sftp(f"put GO.{key}.1 IN/\n")
    finally:
        stack.control("start", "database")
    assert refused.returncode != 0
    wait_until(lambda: stack.try_query("SELECT 1"), seconds=60, what="the database's return")

    assert stack.sftp(f"put GO.{key}.1 IN/\n").returncode == 0
    wait_until(
        lambda: [answer.codes for answer in stack.answers() if answer.subject == f"GO.{key}.1"] == [[], []],
        seconds=120,
        what="both answers",
    )


def test_the_portal_tells_its_health_over_https(stack: Stack):
    trust = ssl.create_default_context(cafile=stack.home / "keys" / "authority.cert.pem")
    address = f"https://localhost:{stack.environment['GUICHET_PORTAL_PORT']}/health.json"
    with urllib.request.urlopen(address, context=trust, timeout=20) as answer:
        health = json.load(answer)

    assert answer.status == 200
    assert health


def test_the_demo_verified_its_answers_before_it_tells_how_to_walk_on(stack: Stack):
    verdict = "demo ok: 19 filed, 5 refused, ACRF 3, NOTI 2, all signatures verified"

    assert stack.told[-2:] == [verdict, "everything stays up; stop with Ctrl-C"]


def test_the_demo_ends_when_it_is_told_to_and_leaves_no_process(stack: Stack):
    """Stands last: what it stops was everybody's."""
    assert stack.stop() == 0
    assert processes_of(stack.home) == []
    supervised = (stack.home / "log" / "supervisord.log").read_text()
    assert [line for line in supervised.splitlines() if "SIGKILL" in line] == []


@pytest.mark.proof
def test_the_demo_that_is_to_exit_runs_from_nothing_to_its_last_line(tmp_path_factory: pytest.TempPathFactory):
    home = tmp_path_factory.mktemp("demo")
    told = subprocess.run(
        [sys.executable, "-m", "commands", "demo", "--exit"],
        cwd=REPOSITORY,
        env=clean_environment(home),
        check=False,
        capture_output=True,
        text=True,
        timeout=400,
    )

    assert told.returncode == 0, told.stdout + told.stderr
    assert told.stdout.splitlines()[-1] == "demo ok: 19 filed, 5 refused, ACRF 3, NOTI 2, all signatures verified"
    assert processes_of(home) == []
