"""The small parts of the door, each by itself."""

import os
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from time import monotonic, process_time

import pytest
from pyftpdlib.ioloop import IOLoop

from channels.doors.listening import Address, CannotListenError
from channels.ftp.addresses import parse_hosts, parse_masquerade, parse_ports
from channels.ftp.commands import MalformedLine, parse_line
from channels.ftp.data_ports import ForeignPort, parse_extended_port, parse_port, require_own
from channels.ftp.errands import Errands
from channels.ftp.known_passwords import KnownPasswords
from channels.ftp.listings import render_entries, render_trays
from channels.ftp.occupancy import Occupancy
from channels.ftp.penalties import Penalties
from channels.ftp.places import FilePlace, Root, TrayPlace, find_place
from channels.ftp.sources import source_key
from channels.passwords import hash_password, is_password, new_password
from domain.environments import Tray
from domain.mailbox_refusals import MailboxRefusal
from domain.mailboxes import TrayEntry

SALT = b"salt"
NOON = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)


class Time:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_password_is_verified_by_its_hash_alone():
    made = new_password(os.urandom)
    encoded = hash_password(made)
    assert encoded.startswith("$argon2id$")
    assert is_password(made, encoded)
    assert not is_password(made + "x", encoded)
    assert not is_password(made, "no hash")
    assert not is_password("x" * 129, encoded)
    assert len(made) == 32
    assert made != new_password(os.urandom)


def test_a_password_once_right_is_known_for_a_while_and_a_wrong_one_never():
    time, encoded = Time(), hash_password("RIGHT")
    known = KnownPasswords(key=SALT, seconds=300, now=time)
    assert not known.is_password("WRONG", encoded)
    assert known.is_password("RIGHT", encoded)
    began = process_time()
    assert all(known.is_password("RIGHT", encoded) for _ in range(100))
    assert process_time() - began < 0.1
    assert not known.is_password("WRONG", encoded)
    assert not known.is_password("RIGHT", hash_password("CHANGED"))
    time.now += 301
    assert known.is_password("RIGHT", encoded)


def test_the_tenth_failure_within_five_minutes_bans_and_the_ban_ends():
    time = Time()
    penalties = Penalties(failures=10, window=300, ban=900, now=time)
    assert [penalties.note_failure(7) for _ in range(9)] == [False] * 9
    assert not penalties.is_banned(7)
    assert penalties.note_failure(7)
    assert penalties.is_banned(7)
    assert not penalties.is_banned(8)
    time.now += 901
    assert not penalties.is_banned(7)
    assert not penalties.note_failure(7)


def test_failures_further_apart_do_not_ban():
    time = Time()
    penalties = Penalties(failures=3, window=300, ban=900, now=time)
    for _ in range(10):
        assert not penalties.note_failure(7)
        time.now += 160


def test_many_sources_do_not_push_out_one_that_is_banned():
    penalties = Penalties(failures=2, window=300, ban=900, now=Time())
    assert [penalties.note_failure(5) for _ in range(2)] == [False, True]
    for number in range(1, 50):
        penalties.note_failure(5 + 1024 * number)
    assert penalties.is_banned(5)


def test_failures_are_counted_across_processes():
    penalties = Penalties(failures=2, window=300, ban=900)
    child = os.fork()
    if child == 0:
        penalties.note_failure(7)
        os._exit(0)
    os.waitpid(child, 0)
    assert penalties.note_failure(7)


def test_places_are_counted_over_all_workers_and_freed_with_one_that_died():
    occupancy = Occupancy(workers=2, connections=3)
    first, second = occupancy.enter(0, 5, most=2), occupancy.enter(1, 5, most=2)
    assert None not in {first, second}
    assert occupancy.enter(1, 5, most=2) is None
    assert occupancy.name_sender(first, 9, most=1)
    assert not occupancy.name_sender(second, 9, most=1)
    occupancy.empty(0)
    assert occupancy.name_sender(second, 9, most=1)
    assert occupancy.enter(0, 5, most=2) is not None


def test_a_worker_has_no_more_places_than_it_was_given():
    occupancy = Occupancy(workers=1, connections=2)
    assert [occupancy.enter(0, source, most=9) is None for source in (1, 2, 3)] == [False, False, True]


def test_an_ipv6_source_is_its_network_and_a_mapped_one_its_ipv4_address():
    assert source_key("2001:db8::1", salt=SALT) == source_key("2001:db8::ffff", salt=SALT)
    assert source_key("2001:db8::1", salt=SALT) != source_key("2001:db8:0:1::1", salt=SALT)
    assert source_key("::ffff:10.0.0.1", salt=SALT) == source_key("10.0.0.1", salt=SALT)
    assert source_key("fe80::1%eth0", salt=SALT) == source_key("fe80::2", salt=SALT)


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("", TrayPlace(Tray.IN)),
        ("..", Root()),
        ("/", Root()),
        ("../../..", Root()),
        ("../OUT", TrayPlace(Tray.OUT)),
        ("x", FilePlace(Tray.IN, "x")),
        ("./x", FilePlace(Tray.IN, "x")),
        ("/OUT//x", FilePlace(Tray.OUT, "x")),
    ],
)
def test_a_path_leads_to_a_place(path, place):
    assert find_place(TrayPlace(Tray.IN), path) == place


@pytest.mark.parametrize("path", ["/etc", "/IN/a/b", "/in", "/IN/" + "x" * 65, "/IN/\x7f"])
def test_a_path_outside_the_trays_leads_nowhere(path):
    with pytest.raises(MailboxRefusal):
        find_place(Root(), path)


def test_ports_of_clients_are_read():
    assert parse_port("127,0,0,1,200,1") == (ip_address("127.0.0.1"), 51201)
    assert parse_extended_port("|2|::1|5000|") == (ip_address("::1"), 5000)
    assert require_own(ip_address("::"), 5000, client="::1") == ("::1", 5000)
    for text in ("", "1,2,3,4,5", "1,2,3,4,5,256", "a,0,0,1,200,1", "256,0,0,1,2,3"):
        with pytest.raises(ValueError):
            parse_port(text)
    for text in ("|", "||||", "|1|::1|5|", "|1|1.2.3.4|x|", "|1|1.2.3.4|5|6|"):
        with pytest.raises(ValueError):
            parse_extended_port(text)


@pytest.mark.parametrize(
    ("address", "port", "client"),
    [
        ("10.0.0.1", 5000, "10.0.0.2"),
        ("10.0.0.2", 1023, "10.0.0.2"),
        ("10.0.0.2", 70000, "10.0.0.2"),
        ("::", 5000, "10.0.0.2"),
    ],
)
def test_foreign_and_privileged_ports_are_refused(address, port, client):
    with pytest.raises(ForeignPort):
        require_own(ip_address(address), port, client=client)


def test_addresses_are_named_one_by_one():
    named = parse_hosts("127.0.0.1, [::1]", port=21, is_any_allowed=False)
    assert named == (Address("127.0.0.1", 21), Address("::1", 21))
    assert parse_hosts("0.0.0.0", port=21, is_any_allowed=True) == (Address("0.0.0.0", 21),)  # noqa: S104 - parsed alone
    for text in ("", "0.0.0.0", "::", "[::]", "localhost"):  # noqa: S104 - refused
        with pytest.raises(CannotListenError):
            parse_hosts(text, port=21, is_any_allowed=False)


def test_ports_are_a_range_and_a_masquerade_an_address():
    assert parse_ports("50000-50001") == range(50000, 50002)
    assert not parse_ports("")
    assert (parse_masquerade("192.0.2.1"), parse_masquerade("")) == ("192.0.2.1", "")
    for text in ("1", "2-1", "0-5", "1-99999", "a-b"):
        with pytest.raises(CannotListenError):
            parse_ports(text)
    for text in ("::1", "ftp.example"):
        with pytest.raises(CannotListenError):
            parse_masquerade(text)


def test_an_errand_that_comes_back_to_nobody_stops_no_other():
    ioloop, came = IOLoop(), []
    errands = Errands(ioloop, operation=nullcontext, threads=1)
    errands.run(lambda: 1, fail)
    errands.run(lambda: 2, lambda done: came.append(done.result()))
    until = monotonic() + 10
    while not came and monotonic() < until:
        ioloop.loop(timeout=0.1, blocking=False)
    errands.close()
    ioloop.close()
    assert came == [2]


def fail(_done: object) -> None:
    raise ValueError("the session is gone")


def test_lines_are_commands_or_nothing():
    assert parse_line(b"stor  x y") == ("STOR", " x y")
    assert parse_line(b"\xff\xf4\xff\xf2ABOR") == ("ABOR", "")
    for line in (b"", b"ST0R x", b"STOR \x00", b"STOR a\rb", b"\xe9", b"STOR\tx"):
        with pytest.raises(MalformedLine):
            parse_line(line)


def test_listings_have_the_forms_that_clients_read():
    entry = TrayEntry("FO.X", 12, NOON)
    assert render_trays("NLST").split() == [tray.value.encode() for tray in Tray]
    assert render_entries("NLST", Tray.OUT, [entry], now=NOON) == b"FO.X\r\n"
    assert (
        render_entries("MLSD", Tray.OUT, [entry], now=NOON)
        == b"type=file;size=12;modify=20260701120000;perm=dr; FO.X\r\n"
    )
    assert render_entries("LIST", Tray.IN, [entry], now=NOON).endswith(b"      12 Jul 01 12:00 FO.X\r\n")
    old = render_entries("LIST", Tray.IN, [entry], now=NOON + timedelta(days=300))
    assert old.endswith(b"      12 Jul 01  2026 FO.X\r\n")
