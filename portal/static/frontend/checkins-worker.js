// Open the page of check-ins without a connection: what the browser fetched last stands in. It keeps no answer about anybody.
const shelf = "check-in";
const offline = "/check-in/offline";
const looks = ["guichet.css", "guichet.js", "govuk-frontend.min.js", "htmx.min.js", "supported.js", "checkins.js", "mark.svg"];

self.addEventListener("install", (event) => {
  const files = [new Request(offline, { credentials: "omit" }), ...looks.map((name) => `/static/frontend/${name}`)];
  event.waitUntil(caches.open(shelf).then((kept) => kept.addAll(files)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const path = new URL(request.url).pathname;
  if (request.method !== "GET" || !request.url.startsWith(self.location.origin)) return;
  if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => caches.match(offline, { ignoreSearch: true })));
  else if (path.startsWith("/static/frontend/")) event.respondWith(fresh(request));
});

async function fresh(request) {
  try {
    const answer = await fetch(request);
    if (answer.ok) await (await caches.open(shelf)).put(request, answer.clone());
    return answer;
  } catch {
    return (await caches.match(request)) || Response.error();
  }
}
