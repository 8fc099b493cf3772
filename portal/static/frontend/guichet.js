// Wake the components, update lists in place, and tell in time that a stay ends. Every page works without it.
import { initAll } from "./govuk-frontend.min.js";
import "./htmx.min.js";

initAll();
document.addEventListener("htmx:afterSettle", (event) => initAll({ scope: event.target }));

const dialog = document.getElementById("session-dialog");
if (dialog) watchStay(dialog);

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// Ask how long the stay still lasts, which does not prolong it, and offer to go on when two minutes are left.
function watchStay(shown) {
  const { state, extend, ended } = shown.dataset;
  let timer = window.setTimeout(look, Number(shown.dataset.seconds) * 1000);

  async function look() {
    const answer = await fetch(state, { headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer) return later(30);
    if (answer.status === 401) return leave();
    const { seconds_left: left, seconds_to_warning: toWarning } = await answer.json();
    if (toWarning > 0) {
      if (shown.open) shown.close();
      return later(toWarning);
    }
    if (!shown.open) shown.showModal();
    return later(Math.min(left + 1, 15));
  }

  function later(seconds) {
    window.clearTimeout(timer);
    timer = window.setTimeout(look, seconds * 1000);
  }

  function leave() {
    window.location.assign(`${ended}?next=${encodeURIComponent(window.location.pathname + window.location.search)}`);
  }

  shown.querySelector("form").addEventListener("submit", async (event) => {
    if (event.submitter && event.submitter.hasAttribute("formaction")) return;
    event.preventDefault();
    const body = new FormData(event.target);
    const answer = await fetch(extend, { method: "POST", body, headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer) return later(5);
    if (!answer.ok) return leave();
    shown.close();
    return later((await answer.json()).seconds_to_warning);
  });

  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) later(0);
  });
}
