from pathlib import Path

import pytest

from commands.stack.configuration import DatabaseUrls, StackConfiguration, StackError
from commands.stack.launch import environment_of
from commands.stack.processes import find_process
from domain.refusals import OutageError
from evidence.database_address import find_database_url
from portal.configuration import Configuration


def test_a_port_that_is_no_number_is_named_with_its_variable() -> None:
    with pytest.raises(StackError, match=r"^GUICHET_SFTP_PORT is 'ssh'; a port from 1 to 65535 is expected$"):
        StackConfiguration.from_environment({"GUICHET_SFTP_PORT": "ssh"})


def test_a_port_above_the_last_one_is_refused() -> None:
    with pytest.raises(StackError):
        StackConfiguration.from_environment({"GUICHET_PORTAL_PORT": "65536"})


def test_without_variables_everything_listens_on_loopback_and_the_database_is_ours() -> None:
    configuration = StackConfiguration.from_environment({})
    hosts = {configuration.sftp_host, configuration.portal_host, configuration.airflow_host}
    assert hosts == {"127.0.0.1"}
    assert configuration.is_database_embedded


def test_airflows_database_is_beside_the_one_that_the_environment_names(tmp_path: Path) -> None:
    urls = DatabaseUrls.find(tmp_path, {"DATABASE_URL": "postgresql://u:p@db:5432/guichet?sslmode=require"})
    assert urls == DatabaseUrls(
        "postgresql://u:p@db:5432/guichet?sslmode=require", "postgresql://u:p@db:5432/airflow?sslmode=require"
    )


def test_a_password_from_a_file_enters_both_urls_escaped(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("a/b@c\n")
    variables = {"DATABASE_URL": "postgresql://u@db/guichet", "DATABASE_PASSWORD_FILE": str(secret)}
    assert DatabaseUrls.find(tmp_path, variables) == DatabaseUrls(
        "postgresql://u:a%2Fb%40c@db/guichet", "postgresql://u:a%2Fb%40c@db/airflow"
    )


def test_a_password_file_beside_a_password_is_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("one")
    variables = {"DATABASE_URL": "postgresql://u:other@db/guichet", "DATABASE_PASSWORD_FILE": str(secret)}
    with pytest.raises(StackError, match="names a user and no password"):
        DatabaseUrls.find(tmp_path, variables)


def test_a_database_that_was_never_launched_has_no_url(tmp_path: Path) -> None:
    assert DatabaseUrls.find(tmp_path, {}) is None


def test_what_is_launched_gets_the_password_in_its_urls_and_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = tmp_path / "password"
    secret.write_text("s3cret\n")
    monkeypatch.setenv("DATABASE_URL", "postgresql://u@db/guichet")
    monkeypatch.setenv("DATABASE_PASSWORD_FILE", str(secret))
    monkeypatch.setenv("GUICHET_HOME", str(tmp_path))
    given = environment_of(find_process("sftp"), StackConfiguration.from_environment())

    assert given["DATABASE_URL"] == "postgresql://u:s3cret@db/guichet"
    assert "DATABASE_PASSWORD_FILE" not in given
    assert Configuration.from_environment().database_url == given["DATABASE_URL"]


@pytest.mark.parametrize("url", ["mysql://u:secret@db/guichet", "nonsense", "postgresql://[::1"])
def test_an_address_that_is_none_is_told_in_one_sentence_without_its_password(tmp_path: Path, url: str) -> None:
    with pytest.raises(OutageError, match="DATABASE_URL is no address of PostgreSQL") as told:
        find_database_url(tmp_path, {"DATABASE_URL": url})
    assert "secret" not in str(told.value)
    assert told.value.__suppress_context__


def test_a_missing_password_file_is_told_in_one_sentence(tmp_path: Path) -> None:
    variables = {"DATABASE_URL": "postgresql://u@db/guichet", "DATABASE_PASSWORD_FILE": str(tmp_path / "none")}
    with pytest.raises(StackError, match="cannot be read"):
        DatabaseUrls.find(tmp_path, variables)
