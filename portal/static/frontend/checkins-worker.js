// Open the page of check-ins, or the list of who is at a work place, without a connection: what the browser fetched last stands
// in. It keeps no answer about anybody. Its own address says for which of the two it is.
const home = new URL(".", self.location).pathname;
const isOfLists = home === "/presences/work-places/";
const shelf = isOfLists ? "live-list" : "check-in";
const offline = `${home}offline`;
const script = isOfLists ? "live-list.js" : "checkins.js";
const looks = ["guichet.css", "guichet.js", "govuk-frontend.min.js", "htmx.min.js", "supported.js", script, "mark.svg"];
const stoodInFor = isOfLists ? /\/live$/ : /^\/check-in/;
const starts = /^\/check-in(\/at\/[^/]+)?$/;
const patiently = "again";
const atOnce = "kept";
const patience = 5000;
let isGone = false;

self.addEventListener("install", (event) => event.waitUntil(fetchAnew().then(() => self.skipWaiting())));

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const path = new URL(request.url).pathname;
  if (request.method !== "GET" || !request.url.startsWith(self.location.origin)) return;
  if (request.mode === "navigate") {
    if (stoodInFor.test(path)) event.respondWith(pageOf(request));
  } else if (path.startsWith("/static/frontend/")) event.respondWith(fileOf(event));
});

// The page that an older release left, too, whatever its language: it goes with the files that come with it.
async function fetchAnew() {
  const kept = await caches.open(shelf);
  const pages = (await kept.keys(offline, { ignoreSearch: true })).map(({ url }) => url);
  const fresh = { credentials: "omit", cache: "no-store" };
  const files = looks.map((name) => `/static/frontend/${name}`);
  await kept.addAll([...(pages.length ? pages : [offline]).map((page) => new Request(page, fresh)), ...files]);
}

// A line that hangs, and a proxy that finds no counter behind it, are no connection either. Whoever just tapped what was kept
// goes on at once, which a word in the address says.
async function pageOf(request) {
  const isGoingOn = new URL(request.url).searchParams.has(atOnce);
  const standIn = isGoingOn && (await found(offline));
  if (standIn) {
    isGone = true;
    return standIn;
  }
  const asked = fetch(request);
  const told = asked.then(unlessOfAProxy);
  const answer = await (isStart(request) ? inTime(told, patience) : told.catch(() => null));
  isGone = !answer;
  return answer || (await found(offline)) || asked;
}

// Who comes to check in is not kept waiting. What a sent form leads to tells what became of it, and who loads a page again has
// time, which a word in the address says: both are waited for as the browser does, the line may only be slow. Who needs to know
// who is there waits for nothing, unless he says so.
function isStart({ url, cache }) {
  const { pathname, search, searchParams } = new URL(url);
  if (isOfLists) return !searchParams.has(patiently);
  return starts.test(pathname) && !search && cache === "default";
}

// The files of the page that stands in ask nobody again: it is shown at once.
async function fileOf(event) {
  const kept = await found(event.request);
  if (kept && isGone) return kept;
  const asked = fetch(event.request).then(keep.bind(null, event.request));
  if (!kept) return asked;
  event.waitUntil(asked.catch(() => null));
  const answer = await inTime(asked, patience);
  return answer?.ok ? answer : kept;
}

async function found(asked) {
  return (await caches.open(shelf)).match(asked, { ignoreSearch: asked === offline });
}

async function keep(request, answer) {
  if (answer.ok) await (await caches.open(shelf)).put(request, answer.clone());
  return answer;
}

// Our own pages bring our files, whatever their status.
async function unlessOfAProxy(answer) {
  if (![502, 503, 504].includes(answer.status)) return answer;
  return (await answer.clone().text()).includes("/static/frontend/") ? answer : null;
}

// What comes in time; null where nothing does.
function inTime(asked, most) {
  return Promise.race([asked.catch(() => null), new Promise((resolve) => self.setTimeout(resolve, most, null))]);
}
