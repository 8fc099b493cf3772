from domain.checkins.codes import OFFICIAL_REMARKS, RefusalCode, Remark
from domain.checkins.items import DayPresence, Worker
from domain.checkins.vocabulary import Sector


def test_there_are_seventeen_official_remarks():
    assert len(OFFICIAL_REMARKS) == 17


def test_official_remarks_keep_their_slips():
    assert Remark.COMPANY_NOT_IN_WORK_PLACE == "COMPANY IS NOT KNOWN  AS BUILDER OR  SUBCONTRACTOR IN THIS DUC"
    assert Remark.NOT_IN_NATIONAL_REGISTER == "NISS IS NOT KNOW IN THE NATIONAL REGISTER"


def test_own_remarks_are_numbered_in_order():
    assert [remark.code for remark in Remark if remark.code] == [f"R{number:02d}" for number in range(1, 10)]


def test_every_refusal_has_a_text():
    assert [code for code in RefusalCode if not code.text] == []


def test_three_sectors_have_a_number():
    assert {sector: sector.number for sector in Sector if sector.number} == {
        Sector.CONSTRUCTION: 1,
        Sector.SECURITY: 2,
        Sector.MEAT: 3,
    }


def test_a_day_presence_without_a_date_is_one_of_the_day_of_reception():
    assert DayPresence(Worker(inss="85011512355"), None, "1Y1003TESTA1Z").date is None
