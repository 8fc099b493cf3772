// Wake the components, update lists in place, and tell in time that a stay ends. Every page works without it.
import { initAll } from "./govuk-frontend.min.js";
import "./htmx.min.js";

for (const input of document.querySelectorAll("input[type=file][data-largest]")) watchSize(input);
initAll();
document.addEventListener("htmx:afterSettle", (event) => initAll({ scope: event.target }));

const dialog = document.getElementById("session-dialog");
if (dialog) watchStay(dialog);

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// Tell of a file that is larger than its page takes, as soon as it is chosen and before anything of it is sent.
function watchSize(input) {
  const group = input.closest(".govuk-form-group");
  const shown = document.createElement("p");
  shown.className = "govuk-error-message";
  shown.setAttribute("role", "alert");

  function look() {
    const bytes = [...input.files].reduce((sum, file) => sum + file.size, 0)
    const isTooLarge = bytes > Number(input.dataset.largest);
    group.classList.toggle("govuk-form-group--error", isTooLarge);
    shown.textContent = isTooLarge ? input.dataset.tooLarge : "";
    if (isTooLarge) (group.querySelector(".govuk-drop-zone") || input).before(shown);
    else shown.remove();
    return isTooLarge;
  }

  input.addEventListener("change", look);
  input.form.addEventListener("submit", (event) => {
    if (look()) event.preventDefault();
  });
}

// Ask how long the stay still lasts, which does not prolong it, and offer to go on when two minutes are left.
function watchStay(shown) {
  const { state, extend, ended } = shown.dataset;
  const form = shown.querySelector("form");
  let timer = window.setTimeout(look, Number(shown.dataset.seconds) * 1000);

  async function look() {
    const answer = await fetch(state, { headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer) return later(30);
    if (answer.status === 401) return leave();
    const { seconds_left: left, seconds_to_warning: toWarning, token } = await answer.json();
    take(token);
    if (toWarning > 0) {
      if (shown.open) shown.close();
      return later(toWarning);
    }
    if (!shown.open) shown.showModal();
    return later(Math.min(left + 1, 15));
  }

  // The stay may have another token since this page was shown. Only the dialog goes on with it: the page's own forms were filled
  // in for the company and the person that it names.
  function take(token) {
    form.elements.csrfmiddlewaretoken.value = token;
  }

  function later(seconds) {
    window.clearTimeout(timer);
    timer = window.setTimeout(look, seconds * 1000);
  }

  function leave() {
    window.location.assign(`${ended}?next=${encodeURIComponent(window.location.pathname + window.location.search)}`);
  }

  form.addEventListener("submit", async (event) => {
    if (event.submitter && event.submitter.hasAttribute("formaction")) return;
    event.preventDefault();
    const body = new FormData(form);
    const answer = await fetch(extend, { method: "POST", body, headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer) return later(5);
    if (answer.status === 401) return leave();
    if (!answer.ok) return look();
    shown.close();
    const { seconds_to_warning: toWarning, token } = await answer.json();
    take(token);
    return later(toWarning);
  });

  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) later(0);
  });
}
