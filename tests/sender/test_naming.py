from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.environments import Environment
from domain.filenames import FileName, Prefix, judge_file_name
from domain.sender_numbers import SenderNumber
from sender.locks import locked
from sender.naming import Taking, adopt_payloads, names_beside, names_of_set, next_key, rename_payloads, require_key
from sender.sequences import OLD_STATE_NAME, STATE_NAME, SequenceBook, following, state_folder
from sender.troubles import SenderError

TODAY = date(2026, 4, 15)
SENDER = SenderNumber("123456")
SEQUENCES = st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=5, max_size=5).filter(lambda text: text != "00000")


def a_key(
    workspace: Path,
    *,
    day: date = TODAY,
    environment: Environment = Environment.PRODUCTION,
    state: Path | None = None,
    taking: Taking = Taking.TAKE,
) -> str:
    book = SequenceBook(state or workspace / "state", SENDER, earlier=[workspace])
    key = next_key(
        book,
        purpose="DIMN",
        sender=SENDER,
        today=day,
        environment=environment,
        folders=[workspace],
        taking=taking,
    )
    return str(key)


def a_state(folder: Path, text: str) -> Path:
    path = folder / "state" / str(SENDER) / STATE_NAME
    path.parent.mkdir(parents=True)
    path.write_text(text)
    return path


@given(
    purpose=st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=4, max_size=4),
    number=st.integers(1, 999_998),
    sequence=SEQUENCES,
    environment=st.sampled_from(Environment),
    parts=st.integers(1, 9),
)
def test_every_name_of_a_set_is_one_that_the_counter_takes(
    purpose: str, number: int, sequence: str, environment: Environment, parts: int
) -> None:
    sender = SenderNumber.parse(f"{number:06d}")
    key = require_key(purpose=purpose, sender=sender, today=TODAY, environment=environment, sequence=sequence)
    names = names_of_set(key, parts=parts)
    every = (*names.payloads, *names.signatures, names.go_ahead)
    assert all(judge_file_name(str(name), today=TODAY) == () for name in every)
    assert {FileName.parse(str(name), today=TODAY).key for name in every} == {key}
    assert len({str(name) for name in every}) == 2 * parts + 1


@given(SEQUENCES.filter(lambda text: text != "ZZZZZ"))
def test_following_sequence_is_well_formed_and_later(sequence: str) -> None:
    later = following(sequence)
    assert len(later) == 5
    assert later != "00000"
    assert (not later.isdigit(), later) > (not sequence.isdigit(), sequence)


def test_digits_are_used_up_before_capitals() -> None:
    assert [following(text) for text in ("00001", "99999", "0009Z", "ZZZZY")] == ["00002", "0000A", "000A0", "ZZZZZ"]


def test_day_whose_sequences_are_used_up_is_told(tmp_path: Path) -> None:
    a_state(tmp_path, '{"123456.20260415.R": "ZZZZZ"}')
    with pytest.raises(SenderError, match="has been used"):
        a_key(tmp_path)


@pytest.mark.parametrize("parts", [0, 10])
def test_set_of_impossible_size_is_refused(parts: int) -> None:
    key = require_key(purpose="DIMN", sender=SENDER, today=TODAY, environment=Environment.TEST, sequence="00001")
    with pytest.raises(SenderError):
        names_of_set(key, parts=parts)


def test_sequence_goes_on_from_the_last_one_taken(tmp_path: Path) -> None:
    assert [a_key(tmp_path)[-7:] for _ in range(3)] == ["00001.R", "00002.R", "00003.R"]


def test_each_day_and_environment_counts_for_itself(tmp_path: Path) -> None:
    a_key(tmp_path)
    assert a_key(tmp_path, day=TODAY + timedelta(days=1)).endswith("00001.R")
    assert a_key(tmp_path, environment=Environment.TEST).endswith("00001.T")


def test_name_that_lies_in_the_workspace_is_not_given_again(tmp_path: Path) -> None:
    (tmp_path / "FI.DMFA.123456.20260415.00001.R.1.1").touch()
    assert a_key(tmp_path) == "DIMN.123456.20260415.00002.R"


def test_lost_state_does_not_repeat_the_names_in_the_workspace(tmp_path: Path) -> None:
    name = names_of_set(
        require_key(purpose="DIMN", sender=SENDER, today=TODAY, environment=Environment.PRODUCTION, sequence="00001"),
        parts=1,
    ).payloads[0]
    (tmp_path / str(name)).touch()
    assert a_key(tmp_path).endswith("00002.R")


def test_sequence_goes_on_in_another_folder(tmp_path: Path) -> None:
    folders = [tmp_path / "monday", tmp_path / "elsewhere"]
    assert [a_key(folder, state=tmp_path / "state")[-7:] for folder in folders] == ["00001.R", "00002.R"]


def test_number_that_was_only_looked_at_stays_free(tmp_path: Path) -> None:
    assert a_key(tmp_path, taking=Taking.LOOK) == a_key(tmp_path, taking=Taking.LOOK) == a_key(tmp_path)


def test_book_of_an_earlier_version_beside_the_payloads_still_counts(tmp_path: Path) -> None:
    (tmp_path / OLD_STATE_NAME).write_text('{"123456.20260415.R": "0000A"}')
    assert a_key(tmp_path).endswith("0000B.R")


def test_number_that_a_person_chose_is_not_handed_out_again(tmp_path: Path) -> None:
    book = SequenceBook(tmp_path, SENDER)
    book.remember(TODAY, Environment.PRODUCTION, chosen="00002")
    book.remember(TODAY, Environment.PRODUCTION, chosen="ZZZZZ")
    assert [book.take(TODAY, Environment.PRODUCTION) for _ in range(2)] == ["00001", "00003"]


def test_purpose_that_the_counter_refuses_uses_up_no_number(tmp_path: Path) -> None:
    book = SequenceBook(tmp_path, SENDER)
    with pytest.raises(SenderError, match="ACRF-131"):
        next_key(book, purpose="dimn", sender=SENDER, today=TODAY, environment=Environment.TEST)
    assert book.take(TODAY, Environment.TEST) == "00001"


@pytest.mark.parametrize(
    ("chosen", "variable", "expected"),
    [
        (Path("mine"), "/state", Path("mine")),
        (None, "/state", Path("/state/guichet")),
        (None, "relative", Path("~/.local/state/guichet").expanduser()),
        (None, None, Path("~/.local/state/guichet").expanduser()),
    ],
)
def test_state_folder_is_the_one_chosen_else_that_of_the_user(
    chosen: Path | None, variable: str | None, expected: Path
) -> None:
    surroundings = {} if variable is None else {"XDG_STATE_HOME": variable}
    assert state_folder(chosen, surroundings=surroundings) == expected


def test_renamed_payload_never_takes_the_place_of_another(tmp_path: Path) -> None:
    names = names_beside(FileName.parse("FI.DIMN.123456.20260415.00001.R.1.1", today=TODAY))
    source = tmp_path / "declarations.xml"
    source.write_bytes(b"<Dimona/>")
    (renamed,) = rename_payloads([source], names)
    assert (renamed.name, source.exists()) == (str(names.payloads[0]), False)
    source.write_bytes(b"other")
    with pytest.raises(SenderError, match="exists already"):
        rename_payloads([source], names)
    assert renamed.read_bytes() == b"<Dimona/>"


def test_runs_at_the_same_time_never_take_the_same_sequence(tmp_path: Path) -> None:
    book = SequenceBook(tmp_path, SENDER)
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _: book.take(TODAY, Environment.PRODUCTION), range(40)))
    assert sorted(taken) == [f"{number:05d}" for number in range(1, 41)]


@pytest.mark.parametrize("state", ["{", "[]", '{"123456.20260415.R": "1"}', '{"123456.20260415.R": 1}'])
def test_damaged_state_is_told_and_left_as_it_is(tmp_path: Path, state: str) -> None:
    path = a_state(tmp_path, state)
    with pytest.raises(SenderError, match="cannot be read"):
        a_key(tmp_path)
    assert path.read_text() == state


def test_name_without_tail_has_a_set_without_tails() -> None:
    names = names_beside(FileName.parse("FI.ZIMA.123456.20260415.0000A.R", today=TODAY))
    assert [str(name) for name in (*names.payloads, *names.signatures, names.go_ahead)] == [
        f"{prefix}.ZIMA.123456.20260415.0000A.R" for prefix in (Prefix.PAYLOAD, Prefix.SIGNATURE, Prefix.GO_AHEAD)
    ]


def test_payload_is_copied_under_its_name_and_the_source_stays(tmp_path: Path) -> None:
    source = tmp_path / "declarations.xml"
    source.write_bytes(b"<Dimona/>")
    names = names_beside(FileName.parse("FI.DIMN.123456.20260415.00001.R.1.1", today=TODAY))
    (target,) = adopt_payloads([source], names, folder=tmp_path / "out")
    assert target.name == "FI.DIMN.123456.20260415.00001.R.1.1"
    assert target.read_bytes() == source.read_bytes() == b"<Dimona/>"


def test_name_that_bears_another_content_is_not_overwritten(tmp_path: Path) -> None:
    source = tmp_path / "declarations.xml"
    source.write_bytes(b"<Dimona/>")
    name = "FI.DIMN.123456.20260415.00001.R.1.1"
    (tmp_path / name).write_bytes(b"other")
    with pytest.raises(SenderError, match="another content"):
        adopt_payloads([source], names_beside(FileName.parse(name, today=TODAY)), folder=tmp_path)
    assert (tmp_path / name).read_bytes() == b"other"


def test_run_that_died_leaves_nothing_locked(tmp_path: Path) -> None:
    book = SequenceBook(tmp_path, SENDER)
    book.take(TODAY, Environment.TEST)
    assert (tmp_path / str(SENDER) / f"{STATE_NAME}.lock").exists()
    assert book.take(TODAY, Environment.TEST) == "00002"


def test_run_that_never_ends_is_told(tmp_path: Path) -> None:
    with (
        locked(tmp_path / "book"),
        pytest.raises(SenderError, match="Another run"),
        locked(tmp_path / "book", patience=0),
    ):
        pass
