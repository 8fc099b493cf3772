"""Write what became of access declarations: a form of a notification for each (access §8.4).

No national number, no password, no code and no link stands in an answer.
"""

from domain.access_declarations import FiledDeclaration, FiledForm
from domain.access_states import DeclaredState
from domain.languages import Language
from domain.student_declarations import EmployerId, Reference
from domain.tickets import Ticket
from ingest.render_handling import render_anomaly, render_path
from ingest.render_notification import Told, render_echo, render_ticket
from ingest.xml_text import block, element, optional

_REFUSED, _PENDING = 0, 2
_OWN, _SEQUENCE = ("1", "1"), ("2", "1")
_BLOCKING_ANOMALIES = 3
_HELD = "AWAITING_CONFIRMATION"


def render_access_form(form: FiledForm, *, language: Language) -> Told:
    """Return what is told of one form: of its first declaration, and of the others."""
    first, *others = (_render(form, one, language=language) for one in form.declarations)
    return first._replace(others=tuple(others))


def _render(form: FiledForm, declaration: FiledDeclaration, *, language: Language) -> Told:
    employer = EmployerId(company=form.company or None)
    references = [] if not form.reference else [Reference(*_OWN, form.reference)]
    if declaration.seq is not None:
        references.append(Reference(*_SEQUENCE, str(declaration.seq)))
    echo = render_echo(header=form.header, references=references, employer=employer, insz=None, quarter=None)
    path = render_path(employer, None, None)
    handling = block(
        "HandlingResult",
        element("ResultCode", declaration.result),
        element("Diagnosis", _BLOCKING_ANOMALIES) if declaration.result == _REFUSED else "",
        *(render_anomaly(finding, path=path, language=language) for finding in declaration.findings),
        _impact(declaration),
    )
    text = f"{echo}{render_ticket(Ticket.parse(declaration.ticket))}{handling}"
    return Told(text, declaration.result == _REFUSED, declaration.result == _PENDING)


def _impact(declaration: FiledDeclaration) -> str:
    """Return where a declaration stands and what it made; nothing for one that was refused at once."""
    if declaration.effective_date is None or declaration.state == DeclaredState.REFUSED:
        return ""
    held = declaration.state == DeclaredState.RECEIVED
    return block(
        "ImpactReport",
        block(
            "AccessImpactReport",
            element("State", _HELD if held else declaration.state),
            element("EffectiveDate", declaration.effective_date),
            optional("UserName", declaration.user_name or None),
            optional("TechnicalUserID", declaration.technical_user or None),
        ),
    )
