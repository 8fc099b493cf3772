"""Access declarations of a company as the register keeps them: one that waits, one that is done, and a file that is held."""

from datetime import UTC, datetime, timedelta

from domain.brussels import brussels_date
from evidence.models import Submission, SubmissionState
from registers.access.models import DeclaredAccess, DeclaredForm

WAITING, DONE, HELD = "W0000000000T1", "W0000000000T2", "F0000000000T1"


def settle_declarations(entity_id: int, *, account_id: int) -> None:
    """Keep them without what they say, as if their key were elsewhere: a technical user to confirm, and users to remove."""
    now = datetime.now(UTC)
    form = _form(entity_id, "F0000000000T2", now, state="FILED")
    _declared(form, WAITING, 1, "CREATE", "TECHNICAL", "PENDING_CONFIRMATION", now, technical_user="EXP_100003")
    _declared(form, DONE, 2, "GRANT", "USER", "APPLIED", now, account_id=account_id)
    held = _form(entity_id, HELD, now, state="AWAITING_CONFIRMATION")
    for number, action in enumerate(("BLOCK", "REMOVE"), start=1):
        _declared(held, f"W000000000{number}H1", number, action, "USER", "RECEIVED", now, account_id=account_id)


def _form(entity_id: int, ticket: str, at: datetime, *, state: str) -> DeclaredForm:
    submission = Submission.objects.create(
        environment="R",
        channel="SFTP",
        tray="IN",
        owner="100002",
        technical_user="EXP_100002",
        reception="COMPLETE",
        subject_name=f"FI.ACCS.100002.{at:%Y%m%d}.{ticket[-5:]}.R.1.1",
        purpose="ACCS",
        ticket=ticket,
        received_at=at,
        received_on=brussels_date(at),
        state=SubmissionState.FILED,
    )
    return DeclaredForm.objects.create(
        environment="R",
        submission=submission,
        form_index=1,
        sender="100002",
        reference="PERSONEEL-17",
        digest=b"-" * 32,
        is_accepted=state == "FILED",
        company="0412345614",
        entity_id=entity_id,
        quality="EMPLOYER",
        state=state,
        received_at=at,
        filed_at=at,
        expires_at=None if state == "FILED" else at + timedelta(days=30),
    )


def _declared(
    form: DeclaredForm, ticket: str, number: int, action: str, subject: str, state: str, at: datetime, **more: object
) -> None:
    is_over = state == "APPLIED"
    DeclaredAccess.objects.create(
        environment="R",
        form=form,
        number=number,
        seq=number,
        ticket=ticket,
        action=action,
        subject=subject,
        effective_date=brussels_date(at),
        state=state,
        result=1 if is_over else 2,
        expires_at=None if is_over else at + timedelta(days=30),
        settled_at=at if is_over else None,
        **more,
    )
