"""What a file may say of how a person is reached: only while he is the company's alone, and never over what he proved.

An address is a person's, not a company's: codes and letters of his other companies go to it (decision 0044).
"""

from collections.abc import Sequence

from domain.access_declarations import Action, UserSubject
from registers.access.declarations.questions import Question
from registers.access.declarations.worlds import Contact


def kept_elements(question: Question) -> Sequence[str]:
    """Return the elements of an UPDATE that change nothing, since they are not the company's to say."""
    user, account = question.declared.subject, question.account
    if question.action is not Action.UPDATE or not isinstance(user, UserSubject) or account is None:
        return ()
    known = question.world.people.contacts.get(account.person_id) or Contact("")
    said = {"EMail": (user.email, known.email), "Mobile": (user.mobile, known.mobile)}
    is_anothers = account.person_id in question.world.elsewhere
    return [
        element
        for element, (new, old) in said.items()
        if new and new.lower() != old.lower() and (is_anothers or element in known.proved)
    ]
