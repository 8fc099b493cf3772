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
REFERENCE = (
    "<Reference><ReferenceType>1</ReferenceType><ReferenceOrigin>1</ReferenceOrigin><ReferenceNbr>R</ReferenceNbr>"
    "</Reference>"
)
CORRECTION = (
    "<SystemCorrection><CorrectionType>RC</CorrectionType><BlockAction><DataValue><FieldName>CompanyID</FieldName>"
    "<NewValue>0412345614</NewValue></DataValue></BlockAction></SystemCorrection>"
)
PATH = (
    "<Path><NOSSRegistrationNbr>012345674</NOSSRegistrationNbr><CompanyID>0412345614</CompanyID>"
    "<INSS>05071400153</INSS><DimonaPeriodId>610000000192</DimonaPeriodId></Path>"
)
FEATURES = (
    "<DimonaFeatures><JointCommissionNbr>322</JointCommissionNbr><WorkerType>STU</WorkerType>"
    "<SubEntityNbr>12</SubEntityNbr><UsingEmployer><UsingEmployerName>Firm</UsingEmployerName></UsingEmployer>"
    "</DimonaFeatures>"
)
ABOUT_THE_WORK = (
    "<ConstructionControlCards><FirstMonthC32ANbr>12</FirstMonthC32ANbr><NextMonthC32ANbr>13</NextMonthC32ANbr>"
    "</ConstructionControlCards><StudentPlaceOfWork><Denomination>D</Denomination><Address><Street>S</Street>"
    "<HouseNbr>1</HouseNbr><ZIPCode>9000</ZIPCode><City>Gent</City><Country>150</Country></Address></StudentPlaceOfWork>"
    "<SmallStatutesInformation><EmploymentNature>WORKER</EmploymentNature><ActivityWithRisk>1</ActivityWithRisk>"
    "<WorkerStatus>F1</WorkerStatus></SmallStatutesInformation>"
)
OTHER_MESSAGES = (
    "<WorkerRecordIdentification><OccupationReference/></WorkerRecordIdentification><WorkerRecordIdentification/>"
    "<CBSSInformation/><DeclarationComplInformations/><CoordinatesContactPerson/>"
)
CONFRONTATION = (
    "<DmfADimonaConfrontation><StudentHoursNbr>200</StudentHoursNbr><InQuotaPlannedHoursNbr>170</InQuotaPlannedHoursNbr>"
    "</DmfADimonaConfrontation>"
)
QUOTA = "<QuotaFeatures><QuotaType>STUDENT</QuotaType><ExceedingHoursNbr>30</ExceedingHoursNbr></QuotaFeatures>"
NOTI = f"""<NOTIFICATION><Form><Identification>NOTI001</Identification><FormCreationDate>2025-06-27</FormCreationDate>
<FormCreationHour>09:13:02.007</FormCreationHour><AttestationStatus>0</AttestationStatus><TypeForm>FA</TypeForm>
<FileReference><FileName>GO.DIMN.100123.20250627.00042.R.1</FileName><ReferenceOrigin>2</ReferenceOrigin>
<ReferenceNbr>3400001Y1P01G</ReferenceNbr></FileReference>
<FileReceptionInformation><ReceptionDate>2025-06-27</ReceptionDate><ReceptionHour>09:12:50.000</ReceptionHour>
<Channel>14</Channel></FileReceptionInformation><HandledOriginalFile><SenderId>100123</SenderId><HandledSenderIdentification><CompanyID>0412345614</CompanyID>
<NOSSRegistrationNbr>012345674</NOSSRegistrationNbr></HandledSenderIdentification></HandledOriginalFile>
<HandledOriginalForm><Identification>DIMONA</Identification><FormCreationDate>2025-06-27</FormCreationDate>
<FormCreationHour>09:12:44.120</FormCreationHour><AttestationStatus>0</AttestationStatus><TypeForm>SU</TypeForm>
</HandledOriginalForm><Reference><ReferenceType>1</ReferenceType><ReferenceOrigin>1</ReferenceOrigin>
<ReferenceNbr>STU-2025-000017</ReferenceNbr></Reference><EmployerId><NOSSRegistrationNbr>012345674</NOSSRegistrationNbr>
<CompanyID>0412345614</CompanyID></EmployerId><NaturalPerson><INSS>05071400153</INSS></NaturalPerson>
<ConcernedQuarter><Quarter>20253</Quarter></ConcernedQuarter><HandledReference><ReferenceType>1</ReferenceType><ReferenceOrigin>2</ReferenceOrigin>
<ReferenceNbr>340000JEDT00A</ReferenceNbr></HandledReference>{OTHER_MESSAGES}<HandlingResult><ResultCode>1</ResultCode>
<Diagnosis>0</Diagnosis><Diagnosis>9</Diagnosis>
<AnomalyReport><ErrorID>90017-369</ErrorID><TagName>NaturalPerson</TagName><Value>v</Value>
<AnomalyClass>NP</AnomalyClass><AnomalyLabel>label</AnomalyLabel>{CORRECTION}<AnomalyLocation><LineNbr>7</LineNbr><ColumnNbr>3</ColumnNbr>
<Location>1,1,7,2</Location></AnomalyLocation>{PATH}<AnomalyComplInformation>{QUOTA}</AnomalyComplInformation></AnomalyReport>
<AnomalyReport><ErrorID>90373-334</ErrorID><AnomalyComplInformation>{PERIOD}{PERIOD}</AnomalyComplInformation>
</AnomalyReport><ImpactReport><DimonaImpactReport><DimonaPeriodId>610000000192</DimonaPeriodId><IsLocked>0</IsLocked>
{FEATURES}{ABOUT_THE_WORK}
<DimonaPeriodBefore><IsCancelled>0</IsCancelled><IsLate>0</IsLate><StartingDate>2025-07-01</StartingDate>
<EndingDate>2025-08-31</EndingDate><PlannedDaysNbr>24</PlannedDaysNbr></DimonaPeriodBefore><DimonaPeriodAfter>
<StartingDate>2025-07-01</StartingDate><EndingDate>2025-08-31</EndingDate><PlannedHoursNbr>240</PlannedHoursNbr>
</DimonaPeriodAfter></DimonaImpactReport></ImpactReport></HandlingResult><ApplicationData><Dimona xmlns="urn:any"/></ApplicationData></Form></NOTIFICATION>"""

FILE_NAME = "<FileName>GO.DIMN.123456.20250410.00001.T.1</FileName>"
BROKEN_ACKNOWLEDGEMENT = {
    "no result": ("<ResultCode>0</ResultCode>", ""),
    "no result block": (ACRF[ACRF.index("<ReceptionResult>") : ACRF.index("</Form>")], ""),
    "a result that no acknowledgement has": ("<ResultCode>0<", "<ResultCode>2<"),
    "two results": ("<ResultCode>0</ResultCode>", "<ResultCode>0</ResultCode><ResultCode>0</ResultCode>"),
    "a code of another form": ("ACRF-125", "125"),
    "a code of ten characters": ("ACRF-125", "ACRF-1250"),
    "the code before the result": (
        "<ResultCode>0</ResultCode><ErrorID>ACRF-125</ErrorID>",
        "<ErrorID>ACRF-125</ErrorID><ResultCode>0</ResultCode>",
    ),
    "no file name": (FILE_NAME, ""),
    "a file name of 65 characters": ("GO.DIMN.123456.20250410.00001.T.1", "x" * 65),
    "the identification of the other answer": ("ACRF001", "NOTI001"),
    "a date in words": ("2025-04-10", "10 April 2025"),
    "a date that is none": ("2025-04-10", "2025-02-30"),
    "an hour without thousandths": ("12:05:55.075", "12:05:55"),
    "a type of no answer": (">FA<", ">SU<"),
    "a status": ("<AttestationStatus>0<", "<AttestationStatus>1<"),
    "an origin of no list": ("<ReferenceOrigin>2<", "<ReferenceOrigin>8<"),
    "a ticket of 21 characters": ("03804UE9XCMQZ", "0" * 21),
    "the ticket before the file name": (
        f"{FILE_NAME}<ReferenceOrigin>2</ReferenceOrigin>",
        f"<ReferenceOrigin>2</ReferenceOrigin>{FILE_NAME}",
    ),
    "no form": (ACRF[ACRF.index("<Form>") : ACRF.index("</ACRF>")], ""),
    "a namespace": ("<ACRF>", '<ACRF xmlns="urn:x">'),
}
BROKEN_NOTIFICATION = {
    "no reference of its own": (NOTI[NOTI.index("<HandledReference>") : NOTI.index("<WorkerRecord")], ""),
    "a ticket of twelve characters": ("340000JEDT00A", "340000JEDT00"),
    "a ticket in small letters": ("340000JEDT00A", "340000jedt00a"),
    "a ticket that is no ticket": (
        "<ReferenceOrigin>2</ReferenceOrigin>\n<ReferenceNbr>340000JEDT00A",
        "<ReferenceOrigin>1</ReferenceOrigin>\n<ReferenceNbr>340000JEDT00A",
    ),
    "the identification of the other answer": ("NOTI001", "ACRF001"),
    "a form that is a submission": ("<TypeForm>FA<", "<TypeForm>SU<"),
    "a status of no list": (
        "<AttestationStatus>0</AttestationStatus><TypeForm>FA",
        "<AttestationStatus>9</AttestationStatus><TypeForm>FA",
    ),
    "a channel of no list": ("<Channel>14<", "<Channel>18<"),
    "no channel": ("<Channel>14</Channel>", ""),
    "a sender above the last": ("100123<", "1000000<"),
    "sender number 0": ("<SenderId>100123<", "<SenderId>0<"),
    "a sender's registration number before its company number": (
        "<HandledSenderIdentification>",
        "<HandledSenderIdentification><NOSSRegistrationNbr>012345674</NOSSRegistrationNbr>",
    ),
    "an echoed date that is none": (
        "<FormCreationDate>2025-06-27</FormCreationDate>\n<FormCreationHour>09:12:44.120",
        "<FormCreationDate>2025-06-31</FormCreationDate>\n<FormCreationHour>09:12:44.120",
    ),
    "an echoed code of eight characters": (">DIMONA<", ">DIMONA12<"),
    "a reference type of no list": (
        "<ReferenceType>1</ReferenceType><ReferenceOrigin>1<",
        "<ReferenceType>5</ReferenceType><ReferenceOrigin>1<",
    ),
    "a reference origin of no list": (
        "<ReferenceType>1</ReferenceType><ReferenceOrigin>1<",
        "<ReferenceType>1</ReferenceType><ReferenceOrigin>9<",
    ),
    "five references": ("<EmployerId>", f"{REFERENCE * 4}<EmployerId>"),
    "two registration numbers": (
        "<EmployerId>",
        "<EmployerId><ProvisionalNSSONbr>5000012342</ProvisionalNSSONbr>",
    ),
    "a registration number of ten digits": (
        "<EmployerId><NOSSRegistrationNbr>012345674",
        "<EmployerId><NOSSRegistrationNbr>1012345674",
    ),
    "a national number of ten digits": ("<NaturalPerson><INSS>05071400153", "<NaturalPerson><INSS>0507140015"),
    "a person's name before its number": ("<NaturalPerson>", "<NaturalPerson><WorkerName>P</WorkerName>"),
    "a fifth quarter": ("20253", "20255"),
    "a quarter before the person": (
        "<NaturalPerson>",
        "<ConcernedQuarter><Quarter>20253</Quarter></ConcernedQuarter><NaturalPerson>",
    ),
    "two quarters": (
        "</ConcernedQuarter>",
        "</ConcernedQuarter><ConcernedQuarter><Quarter>20253</Quarter></ConcernedQuarter>",
    ),
    "a worker record before the ticket": ("<HandledReference>", "<WorkerRecordIdentification/><HandledReference>"),
    "two contact persons": ("<CoordinatesContactPerson/>", "<CoordinatesContactPerson/>" * 2),
    "a result of no list": ("<HandlingResult><ResultCode>1<", "<HandlingResult><ResultCode>5<"),
    "a diagnosis of no list": ("<Diagnosis>9<", "<Diagnosis>10<"),
    "a diagnosis after the anomalies": (
        "</AnomalyReport><ImpactReport>",
        "</AnomalyReport><Diagnosis>3</Diagnosis><ImpactReport>",
    ),
    "an anomaly without code": ("<ErrorID>90017-369</ErrorID>", ""),
    "an anomaly with the code of a file": ("90017-369", "ACRF-369"),
    "an anomaly class of no list": (">NP<", ">NB<"),
    "a label of 501 characters": (">label<", f">{'l' * 501}<"),
    "the label before the class": (
        "<AnomalyClass>NP</AnomalyClass><AnomalyLabel>label</AnomalyLabel>",
        "<AnomalyLabel>label</AnomalyLabel><AnomalyClass>NP</AnomalyClass>",
    ),
    "a correction of no list": (">RC<", ">XX<"),
    "a correction without action": (CORRECTION[CORRECTION.index("<BlockAction>") : CORRECTION.index("</System")], ""),
    "line 0": ("<LineNbr>7<", "<LineNbr>0<"),
    "a path that starts at zero": ("1,1,7,2", "0,1,7,2"),
    "the record before the place": ("<AnomalyLocation>", f"{PATH}<AnomalyLocation>"),
    "a period of eleven digits in the record": (
        "610000000192</DimonaPeriodId></Path>",
        "61000000019</DimonaPeriodId></Path>",
    ),
    "a quota of no list": (">STUDENT<", ">PUPIL<"),
    "a quota beside a period": (QUOTA, QUOTA + PERIOD),
    "a confrontation of something else": (QUOTA, CONFRONTATION.replace("StudentHours", "Student")),
    "a confrontation below nothing": (QUOTA, CONFRONTATION.replace(">200<", ">-1<")),
    "a quota exceeded by hours and days": (
        "</ExceedingHoursNbr>",
        "</ExceedingHoursNbr><ExceedingDaysNbr>1</ExceedingDaysNbr>",
    ),
    "an excess of four digits": ("<ExceedingHoursNbr>30<", "<ExceedingHoursNbr>1000<"),
    "a period with the dates before its number": (
        "<DimonaPeriodId>610000000192</DimonaPeriodId><IsLocked>0</IsLocked><IsCancelled>",
        "<IsLocked>0</IsLocked><DimonaPeriodId>610000000192</DimonaPeriodId><IsCancelled>",
    ),
    "a flag in words": ("<IsLate>1<", "<IsLate>true<"),
    "an impact of two messages": ("</DimonaImpactReport>", "</DimonaImpactReport><CapeloImpactReport/>"),
    "an empty impact": (NOTI[NOTI.index("<DimonaImpactReport>") : NOTI.index("</ImpactReport>")], ""),
    "a joint committee of no list": (">322<", ">999<"),
    "a kind of worker of no list": (
        "<WorkerType>STU</WorkerType><SubEntityNbr>",
        "<WorkerType>ZZZ</WorkerType><SubEntityNbr>",
    ),
    "one control card": ("<NextMonthC32ANbr>13</NextMonthC32ANbr>", ""),
    "the workplace before the cards": ("<ConstructionControlCards>", "<StudentPlaceOfWork/><ConstructionControlCards>"),
    "an address without street": ("<Street>S</Street>", ""),
    "a worker status of no list": (">F1<", ">F3<"),
    "hours and days": (
        "<PlannedDaysNbr>24</PlannedDaysNbr>",
        "<PlannedDaysNbr>24</PlannedDaysNbr><PlannedHoursNbr>1</PlannedHoursNbr>",
    ),
    "the state after before the state before": (
        "<DimonaPeriodBefore>",
        "<DimonaPeriodAfter><StartingDate>2025-07-01</StartingDate></DimonaPeriodAfter><DimonaPeriodBefore>",
    ),
    "application data before the result": ("<HandlingResult>", "<ApplicationData/><HandlingResult>"),
    "a block of nobody": ("<CBSSInformation/>", "<CBSSInformation/><Other/>"),
}
BROKEN = {
    **{f"acknowledgement, {name}": (ACRF, *change) for name, change in BROKEN_ACKNOWLEDGEMENT.items()},
    **{f"notification, {name}": (NOTI, *change) for name, change in BROKEN_NOTIFICATION.items()},
}


def is_valid(answer: str) -> bool:
    message = "ACRF" if answer.startswith("<ACRF") else "NOTI"
    name = "ACRF_20251.xsd" if message == "ACRF" else "NOTIFICATION_20251.xsd"
    schema = LIBRARY.find(name, message=message, on=date(2025, 6, 27))
    return bool(schema.compiled().validate(parsed(answer)))


VALID = {
    "the acknowledgement": ACRF,
    "an accepting one": ACRF.replace(
        "<ResultCode>0</ResultCode><ErrorID>ACRF-125</ErrorID>", "<ResultCode>1</ResultCode>"
    ),
    "one without ticket": ACRF.replace("<ReferenceOrigin>2</ReferenceOrigin>", "").replace(
        "<ReferenceNbr>03804UE9XCMQZ</ReferenceNbr>", ""
    ),
    "one with several codes": ACRF.replace("<ErrorID>", "<ErrorID>ACRF-120</ErrorID><ErrorID>"),
    "the notification": NOTI,
    "a provisional one": NOTI.replace("<TypeForm>FA<", "<TypeForm>PA<").replace(
        "<HandlingResult><ResultCode>1<", "<HandlingResult><ResultCode>3<"
    ),
    "a quota of an article": NOTI.replace(">STUDENT<", ">A17_SOCIO<"),
    "the confrontation with DmfA": NOTI.replace(QUOTA, CONFRONTATION),
    "a confrontation in days": NOTI.replace(
        QUOTA,
        "<DmfADimonaConfrontation><StudentDaysNbr>23</StudentDaysNbr><PlannedDaysNbr>20</PlannedDaysNbr>"
        "</DmfADimonaConfrontation>",
    ),
    "a daily registration": NOTI.replace(
        QUOTA,
        "<DailyRegistration><DailyRegistrationId>620000000061</DailyRegistrationId>"
        "<DimonaPeriodId>610000000192</DimonaPeriodId><StartingDate>2025-07-01</StartingDate>"
        "<StartingHour>0900</StartingHour></DailyRegistration>",
    ),
}


@pytest.mark.parametrize("answer", VALID.values(), ids=VALID.keys())
def test_an_answer_of_the_structure_is_valid(answer: str) -> None:
    assert is_valid(answer)


@pytest.mark.parametrize(("answer", "old", "new"), BROKEN.values(), ids=BROKEN.keys())
def test_one_deviation_of_an_answer_is_not(answer: str, old: str, new: str) -> None:
    assert old in answer
    assert not is_valid(answer.replace(old, new, 1))
