// Tell GOV.UK Frontend, before anything is drawn, that scripts run; a file of its own because no page holds a script.
document.body.className += " js-enabled" + ("noModule" in HTMLScriptElement.prototype ? " govuk-frontend-supported" : "");
