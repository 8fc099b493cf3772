// Ask the device for a passkey, or let it make one, and send what it answers with the page's form.
const form = document.querySelector("form[data-passkey]");
if (form && window.PublicKeyCredential) wake(form);

function wake(shown) {
  const button = shown.querySelector("button[type=submit]");
  const trouble = document.getElementById("passkey-trouble");
  button.hidden = false;
  shown.addEventListener("submit", async (event) => {
    if (shown.elements.answer.value) return;
    event.preventDefault();
    trouble.hidden = true;
    try {
      const options = read(JSON.parse(shown.dataset.options));
      const made =
        shown.dataset.passkey === "create"
          ? await navigator.credentials.create({ publicKey: options })
          : await navigator.credentials.get({ publicKey: options });
      shown.elements.answer.value = JSON.stringify(write(made));
      shown.submit();
    } catch {
      trouble.hidden = false;
      trouble.focus();
    }
  });
}

function read(options) {
  const read = { ...options, challenge: bytes(options.challenge) };
  if (options.user) read.user = { ...options.user, id: bytes(options.user.id) };
  for (const name of ["excludeCredentials", "allowCredentials"]) {
    if (options[name]) read[name] = options[name].map((each) => ({ ...each, id: bytes(each.id) }));
  }
  return read;
}

function write(credential) {
  const { response } = credential;
  const told = { clientDataJSON: text(response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) told[name] = text(response[name]);
  }
  return { id: credential.id, rawId: text(credential.rawId), type: credential.type, response: told, clientExtensionResults: {} };
}

function bytes(encoded) {
  const plain = atob(encoded.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (character) => character.charCodeAt(0));
}

function text(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}
