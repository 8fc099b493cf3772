"""Addresses of people and rights."""

from django.urls import path, register_converter

from portal.pages.people import appointments, as_of, event_log, invitations, leaving, register_file, user_steps, views


class _OneOf:
    """One of the steps that there are; anything else is no address."""

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class _UserStep(_OneOf):
    regex = "|".join(user_steps.MOVES)


class _AppointmentStep(_OneOf):
    regex = "|".join(appointments.MOVES)


register_converter(_UserStep, "user-step")
register_converter(_AppointmentStep, "appointment-step")

_USER = "people/users/<int:account_id>"
_RIGHT = f"{_USER}/rights/<int:grant_id>"
_OWN = "appointments/<int:appointment_id>"
_INVITED = "invitations/<int:account_id>"

urlpatterns = [
    path("people", views.overview, name="people"),
    path("people/users/new", views.add, name="people-add"),
    path("people/execute", views.execute, name="people-execute"),
    path("people/become-manager", appointments.take_up, name="people-take-up"),
    path("people/resign", appointments.resign_own, name="people-resign"),
    path("people/appointments/<int:appointment_id>/<appointment-step:step>", appointments.move, name="people-manager"),
    path("people/events", event_log.download, name="people-events"),
    path("people/register", register_file.download, name="people-register"),
    path(_USER, views.one, name="people-user"),
    path(f"{_USER}/on-day", as_of.on_day, name="people-on-day"),
    path(f"{_USER}/rights", user_steps.rights, name="people-rights"),
    path(f"{_RIGHT}/confirm", user_steps.confirm_right, name="people-right-confirm"),
    path(f"{_RIGHT}/refuse", user_steps.refuse_right, name="people-right-refuse"),
    path(f"{_USER}/password", user_steps.password, name="people-password"),
    path(f"{_USER}/appoint", appointments.appoint_user, name="people-appoint"),
    path(f"{_USER}/invite", user_steps.invite, name="people-invite"),
    path(f"{_USER}/<user-step:step>", user_steps.move, name="people-step"),
    path("appointments", appointments.own, name="own-appointments"),
    path(f"{_OWN}/accept", appointments.accept_own, name="own-appointment-accept"),
    path(f"{_OWN}/decline", appointments.decline_own, name="own-appointment-decline"),
    path(f"{_OWN}/end", leaving.end_own, name="own-appointment-end"),
    path("accounts/<int:account_id>/leave", leaving.leave_own, name="own-account-leave"),
    path(f"{_INVITED}/accept", invitations.accept_own, name="own-invitation-accept"),
    path(f"{_INVITED}/decline", invitations.decline_own, name="own-invitation-decline"),
]
