"""The demo's cards: made once, believed by the installation that made them, made anew when their lists run out."""

from datetime import timedelta

from auth.eid.verification import WithoutRevocation
from commands.demo.cards import PIN, make_demo_cards
from eid_agent.virtual_card import CardContent
from portal.eid_configuration import EidConfiguration
from portal.eid_trust import CardTrust
from tests.auth.builders import NOON


def test_the_cards_of_the_demo_are_believed_where_they_were_made(tmp_path):
    paths = make_demo_cards(tmp_path / "cards", tmp_path / "trust", at=NOON)
    configuration = EidConfiguration(tmp_path / "trust", frozenset(), frozenset(), WithoutRevocation.REFUSED)
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
