"""Ask each process, from outside, whether it works. Imports nothing heavy: a health check runs every few seconds."""

import http.client
import json
import socket
import ssl
from http import HTTPStatus
from typing import LiteralString

from channels.notices.overdue import OVERDUE_NOTICES
from commands.stack.configuration import LOOPBACK, DatabaseUrls, StackConfiguration
from evidence.unlinked_events import UNLINKED_EVENTS

ANSWER_SECONDS = 5.0
LONGEST_ANSWER = 65_536


class NotHealthy(Exception):  # noqa: N818 - an answer, not an error of ours
    """The process does not work (yet); the message says what it lacks."""


def probe_database(configuration: StackConfiguration) -> None:
    """Raise NotHealthy unless the product's database takes connections."""
    import psycopg  # noqa: PLC0415 - the other probes do without

    urls = DatabaseUrls.find(configuration.home)
    if urls is None:
        raise NotHealthy("its address is not known yet")
    try:
        psycopg.connect(urls.guichet, connect_timeout=int(ANSWER_SECONDS)).close()
    except psycopg.OperationalError as error:
        raise NotHealthy(" ".join(str(error).split())) from error


def probe_evidence(configuration: StackConfiguration) -> None:
    """Raise NotHealthy while audit events wait longer than a minute to be linked into their chain."""
    waiting = _count(configuration, UNLINKED_EVENTS)
    if waiting:
        raise NotHealthy(f"{waiting} audit events wait to be linked")


def probe_notices(configuration: StackConfiguration) -> None:
    """Raise NotHealthy while notices of answers are due for minutes, though nothing keeps them from being carried."""
    waiting = _count(configuration, OVERDUE_NOTICES)
    if waiting:
        raise NotHealthy(f"{waiting} notices of answers wait to be carried")


def _count(configuration: StackConfiguration, query: LiteralString) -> int:
    import psycopg  # noqa: PLC0415 - the other probes do without

    urls = DatabaseUrls.find(configuration.home)
    if urls is None:
        raise NotHealthy("the database's address is not known yet")
    try:
        with psycopg.connect(urls.guichet, connect_timeout=int(ANSWER_SECONDS)) as connection:
            row = connection.execute(query).fetchone()
    except psycopg.Error as error:
        raise NotHealthy(" ".join(str(error).split())) from error
    return 0 if row is None else int(row[0])


def probe_sftp(configuration: StackConfiguration) -> None:
    """Raise NotHealthy unless the door greets as an SSH server."""
    place = (_reachable(configuration.sftp_host), configuration.sftp_port)
    try:
        with socket.create_connection(place, timeout=ANSWER_SECONDS) as connection:
            greeting = connection.recv(len(b"SSH-2.0-"))
    except OSError as error:
        raise NotHealthy(f"nothing answers on port {configuration.sftp_port}: {error}") from error
    if greeting != b"SSH-2.0-":
        raise NotHealthy(f"port {configuration.sftp_port} does not speak SSH")


def probe_ftp(configuration: StackConfiguration) -> None:
    """Raise NotHealthy unless the door greets as an FTP server, at the first of its addresses."""
    host = configuration.ftp_host.partition(",")[0].strip().strip("[]")
    try:
        with socket.create_connection((_reachable(host), configuration.ftp_port), timeout=ANSWER_SECONDS) as connection:
            greeting = connection.recv(len(b"220 "))
    except OSError as error:
        raise NotHealthy(f"nothing answers on port {configuration.ftp_port}: {error}") from error
    if greeting != b"220 ":
        raise NotHealthy(f"port {configuration.ftp_port} does not speak FTP")


def probe_portal(configuration: StackConfiguration) -> None:
    """Raise NotHealthy unless the portal answers over https, also when what it answers is that something else fails."""
    place = (_reachable(configuration.portal_host), configuration.portal_port)
    status, _ = _get(_https(*place), "/health.json", host="localhost")
    if status not in {HTTPStatus.OK, HTTPStatus.SERVICE_UNAVAILABLE}:
        raise NotHealthy(f"/health.json answers {status}")


def probe_mock_provider(configuration: StackConfiguration) -> None:
    """Raise NotHealthy unless the mock identity provider answers over https."""
    status, _ = _get(_https(LOOPBACK, configuration.mock_provider_port), "/")
    if status != HTTPStatus.OK:
        raise NotHealthy(f"/ answers {status}")


def probe_airflow_api_server(configuration: StackConfiguration) -> None:
    """Raise NotHealthy unless the api-server answers and reaches its database."""
    _require_airflow_component(configuration, "metadatabase")


def probe_airflow_scheduler(configuration: StackConfiguration) -> None:
    """Raise NotHealthy unless the scheduler's heartbeat is fresh."""
    _require_airflow_component(configuration, "scheduler")


def probe_airflow_dag_processor(configuration: StackConfiguration) -> None:
    """Raise NotHealthy unless the DAG processor's heartbeat is fresh."""
    _require_airflow_component(configuration, "dag_processor")


def probe_airflow_triggerer(configuration: StackConfiguration) -> None:
    """Raise NotHealthy unless the triggerer's heartbeat is fresh."""
    _require_airflow_component(configuration, "triggerer")


def _require_airflow_component(configuration: StackConfiguration, component: str) -> None:
    place = (_reachable(configuration.airflow_host), configuration.airflow_port)
    status, body = _get(http.client.HTTPConnection(*place, timeout=ANSWER_SECONDS), "/api/v2/monitor/health")
    if status != HTTPStatus.OK:
        raise NotHealthy(f"Airflow's health page answers {status}")
    told = (json.loads(body).get(component) or {}).get("status")
    if told != "healthy":
        raise NotHealthy(f"Airflow tells {told or 'nothing'} of it")


def _https(host: str, port: int) -> http.client.HTTPSConnection:
    trusting = ssl.create_default_context()  # asks whether it answers, not who it is; says nothing secret
    trusting.check_hostname = False
    trusting.verify_mode = ssl.CERT_NONE
    return http.client.HTTPSConnection(host, port, timeout=ANSWER_SECONDS, context=trusting)


def _get(connection: http.client.HTTPConnection, path: str, *, host: str | None = None) -> tuple[int, bytes]:
    try:
        connection.request("GET", path, headers={"Host": host} if host else {})
        answer = connection.getresponse()
        return answer.status, answer.read(LONGEST_ANSWER)
    except (OSError, http.client.HTTPException) as error:
        raise NotHealthy(f"nothing answers on port {connection.port}: {error}") from error
    finally:
        connection.close()


def _reachable(host: str) -> str:
    """Give loopback for an address that means every interface."""
    return LOOPBACK if host in {"0.0.0.0", "::", ""} else host  # noqa: S104 - compared, not bound
