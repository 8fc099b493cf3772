"""Addresses of the e-Box."""

from django.urls import path

from portal.pages.ebox import alerting, views

urlpatterns = [
    path("ebox", views.overview, name="ebox"),
    path("ebox/hidden", views.hidden, name="ebox-hidden"),
    path("ebox/parameters", views.parameters, name="ebox-parameters"),
    path("ebox/parameters/<int:account_id>", views.routes, name="ebox-routes"),
    path("ebox/mails", alerting.address, name="ebox-alert"),
    path("ebox/mails/code", alerting.code, name="ebox-alert-code"),
    path("ebox/mails/stop", alerting.stop, name="ebox-alert-stop"),
    path("ebox/<int:document_id>", views.one, name="ebox-document"),
    path("ebox/<int:document_id>/attachments/<int:attachment_id>", views.attachment, name="ebox-attachment"),
    path("ebox/<int:document_id>/handle", views.step, {"step": "handle"}, name="ebox-handle"),
    path("ebox/<int:document_id>/label", views.own_label, name="ebox-label"),
    path("ebox/<int:document_id>/hide", views.step, {"step": "hide"}, name="ebox-hide"),
    path("ebox/<int:document_id>/show", views.step, {"step": "show"}, name="ebox-show"),
]
