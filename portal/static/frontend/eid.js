// Ask the Web eID extension for what the card signs, and hand it to the counter. The extension's own words, protocol 2.
const place = document.getElementById("eid");
if (place) {
  const start = place.querySelector("[data-eid-start]");
  start.hidden = false;
  start.addEventListener("click", () => signIn(start));
}

async function signIn(start) {
  start.disabled = true;
  tell(place.dataset.waiting);
  try {
    const { nonce } = await send(place.dataset.challenge, undefined);
    const answer = await send(place.dataset.login, await authenticate(nonce));
    window.location.assign(answer.continue);
  } catch (trouble) {
    tell(trouble.told || place.dataset.failed);
    start.disabled = false;
  }
}

// The extension answers within a second that it is there, and within minutes with a token or a failure.
function authenticate(challengeNonce) {
  const action = "web-eid:authenticate";
  return new Promise((resolve, reject) => {
    const missing = window.setTimeout(() => end(reject, { told: place.dataset.missing }), 1500);
    const silent = window.setTimeout(() => end(reject, { told: place.dataset.stopped }), 130000);
    window.addEventListener("message", hear);
    const options = { lang: document.documentElement.lang };
    window.postMessage({ action, libraryVersion: "2.1.0", challengeNonce, options }, window.location.origin);

    function hear({ source, data }) {
      if (source !== window || typeof data?.action !== "string") return;
      if (data.action === `${action}-ack`) window.clearTimeout(missing);
      if (data.action === `${action}-failure`) end(reject, { told: place.dataset.stopped });
      if (data.action === `${action}-success`) {
        const { unverifiedCertificate, algorithm, signature, format, appVersion } = data;
        end(resolve, { unverifiedCertificate, algorithm, signature, format, appVersion });
      }
    }

    function end(settle, value) {
      window.clearTimeout(missing);
      window.clearTimeout(silent);
      window.removeEventListener("message", hear);
      settle(value);
    }
  });
}

async function send(address, content) {
  const headers = { Accept: "application/json", "Content-Type": "application/json" };
  headers["X-CSRFToken"] = place.querySelector("input[name=csrfmiddlewaretoken]").value;
  const answer = await fetch(address, { method: "POST", headers, body: content && JSON.stringify(content) });
  const parsed = await answer.json().catch(() => ({}));
  if (!answer.ok) throw { told: parsed.message };
  return parsed;
}

function tell(words) {
  place.querySelector("[data-eid-status]").textContent = words;
}
