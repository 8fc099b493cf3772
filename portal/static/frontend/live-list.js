// Keep the list of who is at a work place in its tab, and show it again with its age where there is no connection.
const shelf = "guichet.live-list";
const longest = 4 * 3600 * 1000;
const patiently = "again";
const list = document.querySelector("[data-live-list]");
const standIn = document.querySelector("[data-stands-in]");

forgetOld();
if (list) keep(list);
if (standIn) show(standIn);

async function keep(shown) {
  const { lookedAt, worker, offline } = shown.dataset;
  const before = read();
  const at = before?.lookedAt === lookedAt ? before.at : Date.now();
  const title = document.querySelector("h1").textContent;
  const isKept = write({ path: window.location.pathname, lookedAt, at, title, list: shown.outerHTML });
  tellAge(document.querySelector("[data-age]"), at, 1);
  arrive();
  if (!isKept || !(await prepare(worker, offline))) return;
  for (const told of document.querySelectorAll("[data-is-kept], [data-is-lost]")) told.hidden = "isLost" in told.dataset;
}

// Let the tab open this page without a connection; a browser that cannot is told so by the page.
async function prepare(worker, offline) {
  if (!("serviceWorker" in navigator)) return false;
  try {
    await navigator.serviceWorker.register(worker);
    const fresh = await fetch(offline, { credentials: "omit", cache: "no-store" });
    if (!fresh.ok) return false;
    const kept = await caches.open("live-list");
    await kept.put(offline, fresh);
    const { href } = new URL(offline, window.location.href);
    for (const old of await kept.keys(offline, { ignoreSearch: true })) if (old.url !== href) await kept.delete(old);
    await navigator.serviceWorker.ready;
    return true;
  } catch {
    return false;
  }
}

// What this tab showed at this address, and at no other.
function show(page) {
  for (const link of page.querySelectorAll("[data-load-again]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      const wanted = new URL(window.location.href);
      wanted.searchParams.set(patiently, "yes");
      window.location.assign(wanted);
    });
  }
  const kept = read();
  if (kept?.path !== window.location.pathname) return;
  const told = new DOMParser().parseFromString(kept.list, "text/html").querySelector("[data-live-list]");
  page.querySelector("[data-title]").textContent = kept.title;
  page.querySelector("[data-list]").replaceChildren(document.adoptNode(told));
  page.querySelector("[data-found]").hidden = false;
  page.querySelector("[data-none]").hidden = true;
  tellAge(page.querySelector("[data-age]"), kept.at, 0);
}

// Opened once more from its address, the page is one whose list somebody wants at once.
function arrive() {
  const here = new URL(window.location.href);
  if (!here.searchParams.has(patiently)) return;
  here.searchParams.delete(patiently);
  window.history.replaceState(null, "", here);
}

// In minutes, in the words of the page's language; nothing before it is `least` minutes old.
function tellAge(place, at, least) {
  const words = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "always" });
  const box = place.closest("[data-aged]") || place;
  const tell = () => {
    const minutes = Math.max(0, Math.floor((Date.now() - at) / 60000));
    place.textContent = words.format(-minutes, "minute");
    box.hidden = minutes < least;
  };
  tell();
  window.setInterval(tell, 5000);
}

function forgetOld() {
  const kept = read();
  const age = kept ? Date.now() - kept.at : 0;
  if (age > longest || age < -longest) window.sessionStorage.removeItem(shelf);
}

function read() {
  try {
    return JSON.parse(window.sessionStorage.getItem(shelf));
  } catch {
    return null;
  }
}

function write(kept) {
  try {
    window.sessionStorage.setItem(shelf, JSON.stringify(kept));
    return true;
  } catch {
    return false; // the browser keeps nothing, or not as much
  }
}
