"""The demo's cards: made once, believed by the installation that made them, made anew when their lists run out."""

import hashlib
from datetime import timedelta

from auth.eid.verification import WithoutRevocation
from commands.demo.cards import PIN, make_demo_cards, settings_of_the_cards
from eid_agent.virtual_card import CardContent
from portal.eid_configuration import EidConfiguration
from portal.eid_trust import CardTrust
from tests.auth.builders import NOON


def test_the_cards_of_the_demo_are_believed_where_they_were_made(tmp_path):
    told = settings_of_the_cards({}, tmp_path, at=NOON)
    paths = list((tmp_path / "demo" / "cards").glob("*.json"))
    pins = frozenset(told["GUICHET_EID_ROOTS"].split())
    configuration = EidConfiguration(tmp_path / "eid_trust", pins, frozenset(), WithoutRevocation.REFUSED)
    trust = CardTrust(configuration, max_age=timedelta(hours=24), fetch=None)

    assert paths
    for path in paths:
        card = CardContent.read(path)
        trust.require_not_revoked(card.authentication, at=NOON + timedelta(days=100))
        assert card.pin == PIN


def test_the_cards_stay_until_their_lists_run_out(tmp_path):
    folders = tmp_path / "cards", tmp_path / "trust"
    first = [path.read_bytes() for path in make_demo_cards(*folders, at=NOON)]

    assert [path.read_bytes() for path in make_demo_cards(*folders, at=NOON + timedelta(days=100))] == first
    assert [path.read_bytes() for path in make_demo_cards(*folders, at=NOON + timedelta(days=200))] != first


def test_the_demo_adds_its_root_to_those_that_are_pinned(tmp_path):
    own = tmp_path / "own"
    told = settings_of_the_cards({"GUICHET_EID_ROOTS": "ab" * 32, "GUICHET_EID_TRUST": str(own)}, tmp_path, at=NOON)

    first, second = told["GUICHET_EID_ROOTS"].split()
    assert first == "ab" * 32
    assert second == hashlib.sha256((own / "anchors" / "demo_root.der").read_bytes()).hexdigest()


def test_nobody_else_may_read_the_cards(tmp_path):
    settings_of_the_cards({}, tmp_path, at=NOON)

    assert {path.stat().st_mode & 0o077 for path in (tmp_path / "demo").rglob("*")} == {0}
