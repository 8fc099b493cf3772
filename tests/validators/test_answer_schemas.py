"""The schemas of the two answers: the published examples pass, each deviation fails."""

from datetime import date

import pytest

from tests.validators.payloads import LIBRARY, parsed

ACRF = """<ACRF><Form><Identification>ACRF001</Identification><FormCreationDate>2025-04-10</FormCreationDate>
<FormCreationHour>12:05:55.075</FormCreationHour><AttestationStatus>0</AttestationStatus><TypeForm>FA</TypeForm>
<FileReference><FileName>GO.DIMN.123456.20250410.00001.T.1</FileName><ReferenceOrigin>2</ReferenceOrigin>
<ReferenceNbr>03804UE9XCMQZ</ReferenceNbr></FileReference>
<ReceptionResult><ResultCode>0</ResultCode><ErrorID>ACRF-125</ErrorID></ReceptionResult></Form></ACRF>"""
PERIOD = (
    "<DimonaPeriod><DimonaPeriodId>610000000192</DimonaPeriodId><IsLocked>0</IsLocked><IsCancelled>0</IsCancelled>"
    "<IsLate>1</IsLate><StartingDate>2025-07-01</StartingDate><EndingDate>2025-08-31</EndingDate>"
    "<PlannedHoursNbr>240</PlannedHoursNbr><JointCommissionNbr>XXX</JointCommissionNbr><WorkerType>STU</WorkerType>"
    "</DimonaPeriod>"
)
QUOTA = "<QuotaFeatures><QuotaType>STUDENT</QuotaType><ExceedingHoursNbr>30</ExceedingHoursNbr></QuotaFeatures>"
NOTI = f"""<NOTIFICATION><Form><Identification>NOTI001</Identification><FormCreationDate>2025-06-27</FormCreationDate>
<FormCreationHour>09:13:02.007</FormCreationHour><AttestationStatus>0</AttestationStatus><TypeForm>FA</TypeForm>
<FileReference><FileName>GO.DIMN.100123.20250627.00042.R.1</FileName><ReferenceOrigin>2</ReferenceOrigin>
<ReferenceNbr>3400001Y1P01G</ReferenceNbr></FileReference>
<FileReceptionInformation><ReceptionDate>2025-06-27</ReceptionDate><ReceptionHour>09:12:50.000</ReceptionHour>
<Channel>14</Channel></FileReceptionInformation><HandledOriginalFile><SenderId>100123</SenderId></HandledOriginalFile>
<HandledOriginalForm><Identification>DIMONA</Identification><FormCreationDate>2025-06-27</FormCreationDate>
<FormCreationHour>09:12:44.120</FormCreationHour><AttestationStatus>0</AttestationStatus><TypeForm>SU</TypeForm>
</HandledOriginalForm><Reference><ReferenceType>1</ReferenceType><ReferenceOrigin>1</ReferenceOrigin>
<ReferenceNbr>STU-2025-000017</ReferenceNbr></Reference><EmployerId><NOSSRegistrationNbr>012345674</NOSSRegistrationNbr>
<CompanyID>0412345614</CompanyID></EmployerId><NaturalPerson><INSS>05071400153</INSS></NaturalPerson>
<HandledReference><ReferenceType>1</ReferenceType><ReferenceOrigin>2</ReferenceOrigin>
<ReferenceNbr>340000JEDT00A</ReferenceNbr></HandledReference><HandlingResult><ResultCode>1</ResultCode>
<AnomalyReport><ErrorID>90017-369</ErrorID><TagName>NaturalPerson</TagName><Value>v</Value>
<AnomalyClass>NP</AnomalyClass><AnomalyLabel>label</AnomalyLabel><AnomalyLocation><LineNbr>7</LineNbr>
<Location>1,1,7,2</Location></AnomalyLocation><AnomalyComplInformation>{QUOTA}</AnomalyComplInformation></AnomalyReport>
<AnomalyReport><ErrorID>90373-334</ErrorID><AnomalyComplInformation>{PERIOD}{PERIOD}</AnomalyComplInformation>
</AnomalyReport><ImpactReport><DimonaImpactReport><DimonaPeriodId>610000000192</DimonaPeriodId><IsLocked>0</IsLocked>
<DimonaFeatures><JointCommissionNbr>XXX</JointCommissionNbr><WorkerType>STU</WorkerType></DimonaFeatures>
<DimonaPeriodBefore><IsCancelled>0</IsCancelled><IsLate>0</IsLate><StartingDate>2025-07-01</StartingDate>
<EndingDate>2025-08-31</EndingDate><PlannedDaysNbr>24</PlannedDaysNbr></DimonaPeriodBefore><DimonaPeriodAfter>
<StartingDate>2025-07-01</StartingDate><EndingDate>2025-08-31</EndingDate><PlannedHoursNbr>240</PlannedHoursNbr>
</DimonaPeriodAfter></DimonaImpactReport></ImpactReport></HandlingResult></Form></NOTIFICATION>"""

BROKEN = {
    "acknowledgement without result": (ACRF, "<ResultCode>0</ResultCode>", ""),
    "result that no acknowledgement has": (ACRF, "<ResultCode>0<", "<ResultCode>2<"),
    "code of another form": (ACRF, "ACRF-125", "125"),
    "file name of 65 characters": (ACRF, "GO.DIMN.123456.20250410.00001.T.1", "x" * 65),
    "identification of the other answer": (ACRF, "ACRF001", "NOTI001"),
    "ticket before file name": (
        ACRF,
        "<FileName>GO.DIMN.123456.20250410.00001.T.1</FileName><ReferenceOrigin>2</ReferenceOrigin>",
        "<ReferenceOrigin>2</ReferenceOrigin><FileName>GO.DIMN.123456.20250410.00001.T.1</FileName>",
    ),
    "notification without its own reference": (NOTI, "HandledReference", "HandledOriginalReference"),
    "ticket of twelve characters": (NOTI, "340000JEDT00A", "340000JEDT00"),
    "anomaly class of no list": (NOTI, ">NP<", ">NB<"),
    "quota of no list": (NOTI, ">STUDENT<", ">PUPIL<"),
    "quota beside a period": (NOTI, QUOTA, QUOTA + PERIOD),
    "period with the dates before its number": (
        NOTI,
        "<DimonaPeriodId>610000000192</DimonaPeriodId><IsLocked>0</IsLocked><IsCancelled>",
        "<IsLocked>0</IsLocked><DimonaPeriodId>610000000192</DimonaPeriodId><IsCancelled>",
    ),
    "flag in words": (NOTI, "<IsLate>1<", "<IsLate>true<"),
    "path that starts at zero": (NOTI, "1,1,7,2", "0,1,7,2"),
    "label of 501 characters": (NOTI, ">label<", f">{'l' * 501}<"),
}


def is_valid(answer: str) -> bool:
    message = "ACRF" if answer.startswith("<ACRF") else "NOTI"
    name = "ACRF_20251.xsd" if message == "ACRF" else "NOTIFICATION_20251.xsd"
    schema = LIBRARY.find(name, message=message, on=date(2025, 6, 27))
    return bool(schema.compiled().validate(parsed(answer)))


@pytest.mark.parametrize("answer", [ACRF, NOTI], ids=["acknowledgement", "notification"])
def test_the_example_of_an_answer_is_valid(answer: str) -> None:
    assert is_valid(answer)


@pytest.mark.parametrize(("answer", "old", "new"), BROKEN.values(), ids=BROKEN.keys())
def test_one_deviation_of_an_answer_is_not(answer: str, old: str, new: str) -> None:
    assert old in answer
    assert not is_valid(answer.replace(old, new))
