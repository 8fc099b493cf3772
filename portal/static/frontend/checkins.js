// Check in and out from a phone: what is tapped is kept with its instant until the counter has answered. Forms work without it.
const form = document.querySelector("[data-checkin]");
const carrier = document.querySelector("[data-sends-checkins]");
const shelf = "guichet.checkins";
const prefix = `${shelf}.act.`;
const registered = "guichet.registered";
const patiently = "again";
const atOnce = "kept";
const wait = 20000;
const longest = 16 * 3600 * 1000;
const patience = 10000;
const unanswered = 15000;
const tolerance = 120000;
const twice = 5000;
const untold = 3 * 24 * 3600 * 1000;
const remembered = 50;
const questions = { place: ["number", "place"], company: ["company", "employer"] };
let sending = false;
let isLeaving = false;
const told = [];
let meanwhile = null;
let asked = { sure: "", own: "" };
let signedIn = { whose: "", seen: 0 };
let tapped = { reference: "", at: 0 };
let lastTap = { what: "", at: 0 };
let shownAsKept = [];
let isBegun = false;
let isOfBefore = false;
let hasCounterAsked = false;

adopt();
const opened = read().latest; // what this phone registered last by then
if (form) start(form);
else if (carrier) sendFrom(carrier);

function start(shown) {
  const { whose, now, places } = shown.dataset;
  const store = read();
  if (whose) {
    store.whose = whose;
    store.seen = Date.now();
    store.met = Number(now) * 1000;
    store.skew = offBetween(store.met - store.seen, store.met + 1000 - (store.seen - performance.now()));
    if (places) store.places = JSON.parse(places);
    write(store);
    window.sessionStorage.removeItem(registered); // the page itself tells how things stand
  } else {
    offerPlaces(shown, store);
  }
  arrive();
  shown.addEventListener("submit", (event) => {
    event.preventDefault();
    keep(shown, event.submitter);
  });
  shown.addEventListener("input", () => (isBegun = true), { once: true });
  for (const link of document.querySelectorAll("[data-load-again]")) {
    link.addEventListener("click", (event) => (event.preventDefault(), lead(window.location.href)));
  }
  show(shown);
  tellSent(shown);
  sendFrom(shown);
  prepare(shown.dataset);
}

// What was kept goes from every page of one's own check-ins, which says no more of it than that it carries it.
function sendFrom(shown) {
  const goRound = () => (send(shown), makeWay(shown));
  window.addEventListener("online", goRound);
  document.addEventListener("visibilitychange", () => (document.hidden ? walkOn() : goRound()));
  window.addEventListener("pagehide", walkOn);
  window.setInterval(goRound, wait);
  send(shown);
}

// The page that stands in makes way for the one it stands for once the counter is there, unless something is being filled in, or
// the counter asked about it. What the page itself only reminds of, where nothing is filled in, the page that follows asks better.
async function makeWay({ dataset }) {
  const isIdle = () => !isLeaving && !sending && !waiting().length;
  if (!document.querySelector("h1[data-reached]") || !isIdle()) return;
  const answer = await ask(dataset.state);
  const state = await stateIn(answer);
  if (!isIdle()) return;
  entitle(state !== null || isOwnTrouble(answer));
  if (state?.whose && !isBegun && !hasCounterAsked && !isBeingCompleted() && !document.querySelector("[data-registered] li")) lead(window.location.href);
}

// A word in the address tells the worker script to wait as long as the browser does, or to show at once what stands in.
function lead(address, word = patiently) {
  isLeaving = true;
  const wanted = new URL(address, window.location.href);
  wanted.searchParams.set(word, "yes");
  window.location.assign(wanted);
}

// Opened once more from its address, a page is one where somebody starts.
function arrive() {
  const here = new URL(window.location.href);
  const words = [patiently, atOnce].filter((word) => here.searchParams.has(word));
  for (const word of words) here.searchParams.delete(word);
  if (words.length) window.history.replaceState(null, "", here);
}

// What was tapped here and is kept because nobody is there is followed by what this page does not know: the one that stands in
// offers every act. A counter that answers is there: its trouble is no lack of a connection, and the page stays.
async function goOn({ dataset }, answer) {
  if (!isOutOfReach(answer)) return;
  if (!dataset.whose || !waiting().some(({ reference }) => reference === tapped.reference)) return;
  if (!navigator.serviceWorker?.controller) return;
  if (await caches.match(dataset.offline, { ignoreSearch: true })) lead(dataset.reload, atOnce);
}

// Where the page that tells of what was registered could not be shown, the one that stands in for it does; what was kept and
// sent later is told by the page that follows.
function tellRegistered(shown) {
  const box = document.querySelector("[data-registered]");
  if (!box) return;
  const whose = whoseTap(shown, read());
  const here = registeredHere();
  const acts = [...here, ...told.filter((act) => !here.some(({ receipt }) => receipt === act.receipt))].filter((act) => act.whose === whose);
  const [, number] = window.location.pathname.split("/receipts/");
  const isTold = acts.some(({ receipt }) => numberOf(receipt) === number);
  const lines = acts.map((act) => registeredLine(shown, box, act));
  box.querySelector("ul").replaceChildren(...lines, ...(number && !isTold ? [lineOf(`${box.dataset.receipt} ${number}`)] : []));
  box.hidden = !box.querySelector("li");
}

function registeredLine(shown, { dataset }, act) {
  const line = lineOf(wordsOf(shown, act));
  if (!act.receipt) return line;
  const link = document.createElement("a");
  link.className = "govuk-link";
  link.href = act.receipt;
  link.textContent = `${dataset.receipt} ${numberOf(act.receipt)}`;
  line.append(", ", link);
  return line;
}

function numberOf(receipt) {
  return (receipt || "").split("/receipts/")[1];
}

// Told once, by the page that is looked at: whichever tab sent it, and although it led elsewhere.
function tellSent(shown) {
  if (document.hidden || isLeaving || !document.querySelector("[data-registered]")) return;
  const store = read();
  const whose = whoseTap(shown, store);
  const sent = listOf(store.sent);
  const known = new Set(listOf(store.told)); // two tabs that sent the same at once hear late of each other
  const mine = sent.filter((act) => act.whose === whose);
  if (!mine.length) return;
  for (const act of mine.filter(({ receipt }) => !known.has(receipt))) {
    known.add(act.receipt);
    told.push(act);
  }
  write({ ...store, sent: sent.filter((act) => act.whose !== whose), told: [...known].slice(-remembered) });
  tellRegistered(shown);
}

function tellLater(act) {
  if (!act) return;
  const store = read();
  write({ ...store, sent: [...listOf(store.sent), act] });
}

// What nobody came for in days stays no longer on a phone that others may use; the list of one's registrations has it.
function stillToTell(sent) {
  return listOf(sent).filter(({ at }) => Date.now() - Date.parse(at) < untold).slice(-remembered);
}

function listOf(kept) {
  return Array.isArray(kept) ? kept : [];
}

function registeredHere() {
  return JSON.parse(window.sessionStorage.getItem(registered) || "[]");
}

// Let the phone open this page without a connection; a browser that cannot is none the worse.
async function prepare({ worker, offline }) {
  if (!worker || !("serviceWorker" in navigator)) return;
  try {
    await navigator.serviceWorker.register(worker, { scope: "/check-in" });
    const kept = await caches.open("check-in");
    const fresh = await fetch(offline, { credentials: "omit", cache: "no-store" });
    if (!fresh.ok) return;
    await kept.put(offline, fresh);
    const { href } = new URL(offline, window.location.href);
    for (const old of await kept.keys(offline, { ignoreSearch: true })) if (old.url !== href) await kept.delete(old);
  } catch {
    // without it, the page itself keeps what is tapped while it is open
  }
}

// Keep the act first, then send it: an answer that is lost changes nothing, since the same reference is registered once.
function keep(shown, button) {
  adopt();
  const fields = new FormData(shown, button);
  const store = read();
  const now = Date.now();
  const skew = skewOf(store);
  const place = placeNumber(chosen(fields, "place", "number"));
  const whose = whoseTap(shown, store);
  const act = {
    reference: newReference(),
    act: fields.get("act"),
    place,
    employer: employerOf(fields),
    method: place === scannedPlace() ? "QR" : "APP",
    at: withOffset(new Date(now + (skew ?? 0))),
    tapped: now,
    skew,
    met: store.met || 0,
    whose,
    ...asked,
    guessed: "",
    refused: "",
  };
  if (isGuess(shown, fields, act, store)) act.guessed = "yes";
  asked = { sure: "", own: "" };
  hasCounterAsked = false;
  if (!/^[A-HJ-NP-Z0-9]{13}$/.test(act.place) && act.act === "in") return tell(shown, shown.dataset.nowhere, "place");
  if (!act.employer && act.act === "in" && !shown.dataset.whose) return tell(shown, shown.dataset.nobody, "company");
  if (isSecondTap(act)) return;
  tell(shown, "");
  for (const { reference } of store.acts) leave(reference);
  putLast({ ...act, there: now + patience });
  tapped = { reference: act.reference, at: Date.now() };
  show(shown);
  document.getElementById("kept-acts").scrollIntoView({ block: "nearest" });
  send(shown, act.reference);
}

// A finger that taps twice means it once: an act is registered for good.
function isSecondTap({ act, place, employer, whose }) {
  const what = [act, place, employer, whose].join(" ");
  const age = Date.now() - lastTap.at;
  const isSecond = what === lastTap.what && age >= 0 && age < twice;
  if (!isSecond) lastTap = { what, at: Date.now() };
  return isSecond;
}

// A tap is of whom the page is that was tapped: another one may have opened a page of his own since. The page that stands in is of
// whom the counter named to this phone last, as long as a stay lasts without activity; later, whoever signs in is asked.
function whoseTap({ dataset }, store) {
  if (dataset.whose) return dataset.whose;
  const last = signedIn.seen > (store.seen || 0) ? signedIn : store;
  const age = Date.now() - (last.seen || 0);
  return age >= 0 && age < Number(dataset.stay) * 1000 ? last.whose || "" : "";
}

// Whom the counter itself named to this page: he alone is asked whether it was he.
function whoIsThere({ dataset }) {
  return dataset.whose || signedIn.whose;
}

// The counter said its time, in whole seconds, after the page was asked for and before it was here: within that, a clock is right.
function offBetween(least, most) {
  return Math.round(Math.max(least, Math.min(0, most)));
}

// How far the phone's clock was off holds for a working day: it may be set right since, and a stale correction makes it wrong.
// `met` is when they were compared, by the counter's own clock.
function skewOf({ seen, skew }) {
  const age = Date.now() - (seen || 0);
  return age >= 0 && age < longest && skew !== undefined ? skew : null;
}

// An act lies between the counter's last answer before it and this one. A correction that puts it elsewhere is of a clock that
// was set since, and where none was known this one is the best. It is done before the act is first sent: what a reference names
// never changes then.
function settle(seconds) {
  const now = seconds * 1000;
  for (const { reference } of read().acts.filter(({ tapped }) => tapped)) {
    change(reference, (act) => {
      const lies = (instant) => instant > act.met - tolerance && instant < now + tolerance;
      const measured = act.tapped + now - Date.now();
      if ((act.skew === null || !lies(Date.parse(act.at))) && lies(measured)) act.at = withOffset(new Date(measured));
      delete act.tapped;
    });
  }
}

// Where somebody comes from when he goes or pauses, the page only remembers: another device may have checked him in elsewhere
// since. What was typed, and what this phone itself still has to send, is no guess.
function isGuess(shown, fields, act, store) {
  if (act.act === "in" || lastKept(store, [act.whose])) return false;
  return !fields.get("number") || act.place === shown.dataset.guess;
}

// What was typed counts before what was chosen: a field that is empty was left alone.
function chosen(fields, choice, typed) {
  return String(fields.get(typed) || "").trim() || String(fields.get(choice) || "");
}

// The work place whose code was scanned, which the address of the page names; empty for a page that was opened otherwise.
function scannedPlace() {
  return placeNumber(window.location.pathname.split("/at/")[1] || "");
}

function placeNumber(text) {
  return text.replace(/[\s-]/g, "").toUpperCase();
}

function companyNumber(text) {
  return text.replace(/[\s.-]/g, "").toUpperCase().replace(/^BE(?=[01])/, "");
}

function employerOf(fields) {
  const value = companyNumber(chosen(fields, "employer", "company"));
  const isOwn = fields.get("self_employed") && value && !value.includes("/");
  return isOwn ? `${value.padStart(10, "0")}/SELF_EMPLOYED` : value;
}

// A number that nobody knows, and an own company that knows him as its staff, are each asked about once, by the tap that sends
// them; the next tap sends them as they are. What the phone said that it kept is never asked about so: whoever tapped it has
// walked on.
function again(shown, act, { ask: words, lacks }) {
  asked = lacks === "capacity" ? { sure: act.sure, own: act.employer } : { sure: act.place, own: act.own };
  hasCounterAsked = true;
  lastTap.at = 0;
  forget(act.reference);
  show(shown);
  tell(shown, words, lacks);
}

// Who tapped is asked as long as he can be: not once the phone is in his pocket, nor when he has waited long, nor once the page
// has said that it keeps the act.
function isThere({ reference }) {
  return tapped.reference === reference && Date.now() - tapped.at < patience;
}

function walkOn() {
  tapped.at = 0;
  leave(tapped.reference);
}

function leave(reference) {
  if (actOf(reference)?.there) change(reference, (act) => (act.there = 0));
}

// Whoever tapped it in another tab is there and may be asked: what he is asked about is sent by nobody else meanwhile.
function isAskedElsewhere({ reference, there }) {
  const left = (there || 0) - Date.now();
  return reference !== tapped.reference && left > 0 && left <= patience;
}

// An answer that asks comes too late where nobody is there any more: the act is sent as what it is since, one that was kept.
async function bring(shown, token, act) {
  if (isThere(act)) {
    const answer = await post(shown.dataset.acts, token, act);
    if (answer === null || answer.status !== 409 || isThere(act)) return answer;
  }
  return post(shown.dataset.acts, token, { ...act, sure: act.place, own: act.employer });
}

// Whoever wants to send while that is done already is heard afterwards: what is on its way may be lost, or know nothing of a tap.
async function send(shown, wanted = "") {
  adopt();
  if (!waiting().length) return void (sending || catchUp(shown));
  if (sending) return void (meanwhile = wanted || meanwhile || "");
  sending = true;
  try {
    let led = null;
    let answer = await ask(shown.dataset.state);
    const state = await stateIn(answer);
    if (state === null) {
      entitle(isOwnTrouble(answer));
      show(shown);
      return await goOn(shown, answer);
    }
    signedIn = { whose: state.whose || "", seen: Date.now() };
    if (!state.whose) return void (entitle(true), show(shown, state));
    settle(state.now);
    const mine = () => waiting().filter((each) => each.whose === state.whose);
    const before = mine().filter((act) => !isAskedElsewhere(act));
    for (const act of before) {
      answer = await bring(shown, state.token, act);
      if (isOwnTrouble(answer)) continue; // our trouble with this one act holds no other back; it stays kept
      if (answer === null || answer.status > 500 || answer.status === 429 || answer.status === 0) break;
      const said = await answer.json().catch(() => ({}));
      if (answer.ok && said.receipt) {
        isOfBefore = true;
        const isAwaited = [wanted, meanwhile].includes(act.reference) || isThere(act);
        const isOfAnotherTab = !isKept(act); // which sent it at the same time, and tells of it
        const done = taken(act, said.receipt);
        if (isAwaited) {
          tellLater(led);
          led = done;
        } else if (!isOfAnotherTab) tellLater(done);
      } else if (answer.ok) break; // somebody else's page, or half an answer: nothing says that the act was registered
      else if (said.ask && isThere(act)) return void (tellLater(led), again(shown, act, said));
      else if (said.lacks === "capacity") break; // who walked on while the answer came is not asked: it is taken next time
      else if (said.ask || said.message) refuse(act.reference, said);
      else break;
    }
    // A receipt waits for what was tapped since: that is sent first, and leads to its own. A question is answered where it stands.
    if (led && !isAsked() && !waiting().some(({ reference }) => reference === meanwhile)) return follow(led);
    tellLater(led);
    isOfBefore = isOfBefore || isOutdated();
    const isBehind = (isOfBefore || (before.length && !refused(state.whose).length)) && !mine().length;
    entitle(isOwnTrouble(answer) || (answer !== null && answer.status !== 0 && answer.status <= 500));
    show(shown, whoIsThere(shown) === state.whose ? null : state);
    if (isBehind && shown.dataset.reload && !isAsked() && !isBeingCompleted()) lead(shown.dataset.reload);
    else await goOn(shown, answer);
    tellSent(shown);
  } finally {
    const next = meanwhile;
    sending = false;
    meanwhile = null;
    if (!next) walkOn();
    if (next !== null) send(shown, next);
  }
}

// What this page still shows as kept was sent, here or by another tab, or that one registered something since this page was opened:
// what it says of how things stand is of before. What was refused is told again by the page that follows.
function isOutdated() {
  return shownAsKept.some((reference) => !isKept({ reference })) || (!isBegun && read().latest !== opened);
}

function catchUp(shown) {
  if (isLeaving) return;
  const isBehind = isOfBefore || isOutdated();
  if (isBehind && shown.dataset.reload && !isAsked() && !isBeingCompleted()) return lead(shown.dataset.reload);
  if (isBehind || shownAsKept.some((each) => !waiting().some(({ reference }) => reference === each))) show(shown);
  tellSent(shown);
}

// A question that stands on the page is answered there: what was tapped is kept nowhere meanwhile.
function isAsked() {
  return Boolean(document.querySelector("[data-told]")?.textContent);
}

// The page that stands in says that there is no connection as long as that is so.
function entitle(isReached) {
  const heading = document.querySelector("h1[data-reached]");
  if (!heading) return;
  const { lost, reached } = heading.dataset;
  const [before, words] = [heading.textContent, isReached ? reached : lost];
  if (before === words) return;
  heading.textContent = words;
  document.title = document.title.replace(before, words);
}

// What hangs is given up, and tried again: a tunnel or a captive portal holds back nothing that is tapped later.
function inTime() {
  const given = new AbortController(); // AbortSignal.timeout is unknown to phones that are some years old
  window.setTimeout(() => given.abort(), unanswered);
  return given.signal;
}

async function ask(address) {
  try {
    const headers = { Accept: "application/json" };
    return await fetch(address, { headers, redirect: "manual", cache: "no-store", signal: inTime() });
  } catch {
    return null;
  }
}

// How things stand, or why nothing is taken; null where an answer says neither.
async function stateIn(answer) {
  const says = answer?.ok || [401, 403].includes(answer?.status);
  return says ? answer.json().catch(() => null) : null;
}

// Nothing came, or what a proxy says that finds no counter behind it.
function isOutOfReach(answer) {
  return answer === null || ([502, 503, 504].includes(answer.status) && !isOwnTrouble(answer));
}

// The counter is there, and in trouble: it says so in words of its own, which no proxy knows.
function isOwnTrouble(answer) {
  if (answer?.status === 500) return true;
  return answer?.status === 503 && (answer.headers.get("Content-Type") || "").startsWith("application/problem+json");
}

async function post(address, token, act) {
  const headers = { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": token };
  const { act: what, place, employer, method, at, reference, sure, own, guessed } = act;
  const body = JSON.stringify({ act: what, place, employer, method, at, reference, sure, own, guessed });
  try {
    return await fetch(address, { method: "POST", headers, body, redirect: "manual", signal: inTime() });
  } catch {
    return null;
  }
}

// Show what waits and what was refused, each with its time; nothing of it when there is neither. A problem says why all waits:
// nobody is signed in, by a key that is too weak, or it is somebody else than whose page this is.
function show(shown, problem = null) {
  const box = document.getElementById("kept-acts");
  if (!box) return;
  const list = box.querySelector("ul");
  const whose = whoseTap(shown, read());
  const acts = read().acts;
  const shownActs = acts.filter((act) => !act.whose || act.whose === whose);
  shownAsKept = shownActs.filter(({ refused }) => !refused).map(({ reference }) => reference);
  const typed = typedIn(list);
  list.replaceChildren(
    ...shownActs.map((act) => {
      const line = document.createElement("li");
      line.textContent = wordsOf(shown, act);
      if (act.refused) {
        const reason = document.createElement("strong");
        reason.textContent = ` ${act.refused} `;
        const gone = buttonOf(act.lacks ? shown.dataset.forget : shown.dataset.understood);
        gone.type = "button";
        gone.classList.add("govuk-!-margin-top-3");
        gone.addEventListener("click", () => (forget(act.reference), show(shown)));
        line.append(reason, ...(act.lacks ? [completion(shown, act)] : []), gone);
      } else if (whoIsThere(shown) && !act.whose) {
        line.append(claim(shown, act));
      }
      return line;
    }),
    ...(shownActs.length < acts.length ? [lineOf(whose ? shown.dataset.others : shown.dataset.earlier)] : []),
  );
  typeAgain(typed);
  box.hidden = acts.length === 0;
  const isWeak = Boolean(problem && problem.required_level);
  const isAnother = Boolean(problem && problem.whose);
  box.querySelector("[data-sign-in]").hidden = !problem || isWeak || isAnother;
  const another = box.querySelector("[data-another]"); // a page that an older release left has none
  if (another) another.hidden = !isAnother;
  const stepUp = box.querySelector("[data-step-up]");
  stepUp.hidden = !isWeak;
  if (isWeak) leadTo(stepUp.querySelector("a"), problem);
  const why = problem && (isAnother ? shown.dataset.another : isWeak ? shown.dataset.tooWeak : signedOut(shown, shownActs));
  box.querySelector("[data-kept]").textContent = why || headline(shown, shownActs);
  tellRegistered(shown);
}

// What was tapped while nobody was known is sent by no signing in alone: whoever tapped it says so. A page that an older release
// left has no words of it.
function signedOut({ dataset }, acts) {
  if (!acts.length) return dataset.signedOutAlone;
  return acts.some(({ whose }) => whose) ? dataset.signedOut : dataset.signedOutNobodys || dataset.signedOut;
}

// Ask for a key that is strong enough; where those of this stay count elsewhere alone, for other ones.
function leadTo(link, { required_level: level, confined }) {
  link.search = new URLSearchParams({ level, ...(confined && { confined: "yes" }), next: link.dataset.next });
}

function headline(shown, acts) {
  const { dataset } = shown;
  const left = acts.filter((act) => !act.refused);
  if (!acts.length) return "";
  if (!left.length) return dataset.notTaken;
  if (left.some((act) => act.whose)) return dataset.kept;
  return whoIsThere(shown) ? dataset.unknown : dataset.nobodys;
}

function wordsOf(shown, { act, at, place }) {
  return [shown.dataset[act] || act, whenOf(at), placeName(place)].filter(Boolean).join(", ");
}

// The name of a place as the pages say it, where the phone was told it; else its number.
function placeName(number) {
  return (read().places || []).find((each) => each.number === number)?.name || number;
}

function lineOf(words) {
  const line = document.createElement("li");
  line.textContent = words;
  return line;
}

// A phone that several people use knows nobody without a connection: what was tapped then is nobody's until somebody says so.
function claim(shown, act) {
  const button = buttonOf(shown.dataset.mine);
  button.type = "button";
  button.addEventListener("click", () => {
    change(act.reference, (kept) => (kept.whose = whoIsThere(shown)));
    show(shown);
    send(shown, read().acts.every(({ whose }) => whose) ? act.reference : ""); // else the next one is asked about here
  });
  return tall(button);
}

function buttonOf(words) {
  const button = document.createElement("button");
  button.className = "govuk-button govuk-button--secondary";
  button.textContent = words;
  return button;
}

// What sends an act is as tall as the acts of the page: it is pressed with gloves on, too.
function tall(button) {
  const box = document.createElement("div");
  box.className = "counter-acts govuk-!-margin-top-3 govuk-!-margin-bottom-3";
  box.append(button);
  return box;
}

// What only lacks a number is not lost: it is given here, and the act is sent with the instant at which it was tapped.
function completion(shown, act) {
  const line = document.createElement("form");
  const group = document.createElement("div");
  const label = document.createElement("label");
  const number = document.createElement("input");
  const button = buttonOf(shown.dataset.again);
  number.id = `lacking-${act.reference}`;
  label.htmlFor = number.id;
  label.className = "govuk-label";
  label.textContent = act.lacks === "place" ? shown.dataset.lackedPlace : shown.dataset.lackedCompany;
  number.className = "govuk-input govuk-input--width-20";
  number.autocomplete = "off";
  number.required = true;
  number.maxLength = 20;
  group.className = "govuk-form-group govuk-!-margin-top-3";
  group.append(label, number);
  line.append(group, tall(button));
  line.addEventListener("submit", (event) => {
    event.preventDefault();
    complete(act, number.value);
    show(shown);
    send(shown, act.reference);
  });
  return line;
}

// What is being typed while something is sent stays, with the cursor where it was.
function typedIn(list) {
  return [...list.querySelectorAll("input")].map((field) => ({
    id: field.id,
    value: field.value,
    cursor: field === document.activeElement ? [field.selectionStart, field.selectionEnd] : null,
  }));
}

function typeAgain(fields) {
  for (const { id, value, cursor } of fields) {
    const field = document.getElementById(id);
    if (!field) continue;
    field.value = value;
    if (!cursor) continue;
    field.focus({ preventScroll: true });
    field.setSelectionRange(...cursor);
  }
}

// Somebody types the number that a refused act lacks: another page would lose it.
function isBeingCompleted() {
  const list = document.querySelector("#kept-acts ul");
  return Boolean(list) && typedIn(list).some(({ value, cursor }) => value || cursor);
}

// A place that was asked for and typed is no guess any more: the counter looks up no other one.
function complete({ reference, lacks }, text) {
  change(reference, (act) => {
    if (lacks === "place") [act.place, act.guessed] = [placeNumber(text), ""];
    else act.employer = companyNumber(text);
    act.refused = act.lacks = "";
  });
}

// What is asked stands at its own question, as the form without scripts has it; what is of none stands above them.
function tell(shown, words, lacks = "") {
  const line = shown.querySelector("[data-told]");
  if (!line) return;
  const field = words ? fieldOf(shown, lacks) : null;
  bringBack(shown, line);
  if (field) standAt(field, line);
  line.textContent = words;
  if (words) line.scrollIntoView({ block: "center" });
}

// What was typed counts before what was chosen, and a tick that says that the company is one's own before either; none where a page
// asks nothing of the kind.
function fieldOf(shown, lacks) {
  if (lacks === "capacity") return shown.querySelector('[name="self_employed"]:checked') || fieldOf(shown, "company");
  const [typed, choice] = questions[lacks] || [];
  const find = (name) => shown.querySelector(`[name="${name}"]:not([type="hidden"])`);
  const text = find(typed);
  return text?.value.trim() ? text : find(choice) || text;
}

function standAt(field, line) {
  const group = field.closest(".govuk-form-group");
  const item = field.closest(".govuk-radios__item, .govuk-checkboxes__item");
  const described = field.type === "radio" ? field.closest("fieldset") : field;
  line.id = "told";
  group.classList.add("govuk-form-group--error");
  if (!item) field.classList.add("govuk-input--error");
  described.setAttribute("aria-describedby", [described.getAttribute("aria-describedby"), line.id].filter(Boolean).join(" "));
  if (!item) field.before(line);
  else if (item.parentElement === group) item.before(line);
  else item.parentElement.before(line);
  field.closest("details")?.setAttribute("open", "");
}

function bringBack(shown, line) {
  const group = line.closest(".govuk-form-group");
  if (!group) return;
  const described = group.querySelector('[aria-describedby~="told"]');
  const others = described.getAttribute("aria-describedby").split(" ").filter((id) => id !== line.id);
  if (others.length) described.setAttribute("aria-describedby", others.join(" "));
  else described.removeAttribute("aria-describedby");
  group.classList.remove("govuk-form-group--error");
  for (const field of group.querySelectorAll(".govuk-input--error")) field.classList.remove("govuk-input--error");
  shown.prepend(line);
}

// Without a connection the page knows no places: those that were shown last are offered again, on the same day.
function offerPlaces(shown, store) {
  const list = shown.querySelector("datalist");
  const isRecent = Date.now() - (store.seen || 0) < longest;
  for (const each of isRecent ? store.places || [] : []) {
    const option = document.createElement("option");
    option.value = each.number;
    option.label = each.name;
    list.append(option);
  }
  const [lately] = isRecent ? store.places || [] : [];
  const last = lastKept(store, ["", store.whose]) || lately;
  const number = new URLSearchParams(window.location.search).get("place") || scannedPlace();
  shown.elements.number.value = number || (last ? last.number : "");
  shown.dataset.guess = number || !last ? "" : last.number;
  if (last && last.employer) {
    const [company, own] = last.employer.split("/");
    shown.elements.company.value = company;
    shown.elements.self_employed.checked = Boolean(own);
  }
  if (!isRecent) delete store.whose;
  write(store);
}

// Where this phone checked in last is where it goes on, whatever the page knew that was loaded before.
function lastKept({ acts }, whoses) {
  const since = Date.now() - longest;
  const ins = acts.filter((act) => comes(act) && !act.refused && act.place && whoses.includes(act.whose) && Date.parse(act.at) > since);
  const act = ins[ins.length - 1];
  return act && { number: act.place, employer: act.employer };
}

function comes({ act }) {
  return act === "in" || act === "back";
}

function follow({ receipt }) {
  isLeaving = true;
  window.location.assign(receipt);
}

function taken(act, receipt) {
  const { act: what, at, place, whose } = act;
  const done = { act: what, at, place, whose, receipt };
  if (isKept(act)) window.sessionStorage.setItem(registered, JSON.stringify([...registeredHere(), done]));
  forget(act.reference);
  write({ ...read(), latest: act.reference });
  if (comes(act) && act.place) learn(act);
  return done;
}

function isKept({ reference }) {
  return read().acts.some((each) => each.reference === reference);
}

// An own company may have to be confirmed: what was kept does not tell whether it was. The page teaches those that need not be;
// any other is asked about the next time, too.
function learn(act) {
  const store = read();
  const places = store.places || [];
  const known = places.find(({ number }) => number === act.place) || { number: act.place, name: "", employer: "" };
  const others = places.filter(({ number }) => number !== act.place);
  store.places = [{ ...known, employer: learned(act, known.employer) }, ...others];
  write(store);
}

function learned({ act, employer, own }, known) {
  if (!employer || (act === "back" && employer.includes("/"))) return known;
  const isUntaught = employer.includes("/") && (employer === own || employer !== known);
  return isUntaught ? "" : employer;
}

function waiting() {
  return read().acts.filter((act) => !act.refused);
}

// What was refused of one person; of what is nobody's yet, everybody is told.
function refused(whose) {
  return read().acts.filter((act) => act.refused && (!act.whose || act.whose === whose));
}

function refuse(reference, { ask, message, lacks }) {
  lastTap.at = 0;
  change(reference, (act) => {
    act.refused = ask || message;
    act.lacks = lacks || "";
  });
}

function forget(reference) {
  window.localStorage.removeItem(prefix + reference);
}

// What is kept here. Each act has a key of its own: browsers tell tabs a little later what others wrote, and a tab that writes at
// the same moment must write over nothing but what it means.
function read() {
  const keys = Object.keys(window.localStorage).filter((key) => key.startsWith(prefix));
  const acts = keys.map((key) => actOf(key.slice(prefix.length))).filter(Boolean);
  return { ...stored(shelf), acts: acts.sort((one, other) => one.order - other.order) };
}

function write({ acts: _, ...store }) {
  adopt();
  window.localStorage.setItem(shelf, JSON.stringify({ ...store, sent: stillToTell(store.sent) }));
}

function stored(key) {
  try {
    return JSON.parse(window.localStorage.getItem(key)) || {};
  } catch {
    return {};
  }
}

function actOf(reference) {
  const act = stored(prefix + reference);
  return act.reference === reference ? act : null;
}

function put(act) {
  window.localStorage.setItem(prefix + act.reference, JSON.stringify(act));
}

// Acts are sent in the order in which they were tapped, whatever the phone's clock did between.
function putLast(act) {
  put({ ...act, order: Math.max(act.tapped || Date.parse(act.at), ...read().acts.map(({ order }) => order + 1)) });
}

// What was sent meanwhile stays gone.
function change(reference, alter) {
  const act = actOf(reference);
  if (!act) return;
  alter(act);
  put(act);
}

// A page of an older release, which may stand open in another tab, keeps all acts in one list.
function adopt() {
  const { acts, ...store } = stored(shelf);
  if (!Array.isArray(acts)) return;
  for (const act of acts.filter(({ reference }) => !isKept({ reference }))) putLast(act);
  window.localStorage.setItem(shelf, JSON.stringify(store));
}

function newReference() {
  return Array.from(window.crypto.getRandomValues(new Uint8Array(11)), (each) => each.toString(16).padStart(2, "0")).join("");
}

// The time of day, with the day where it is not today, and with the zone in the hour that October has twice.
function whenOf(at) {
  const instant = new Date(at);
  const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "Europe/Brussels" }; // as on every page
  const tongue = document.documentElement.lang.replace(/^en$/, "en-GB"); // days before months, as on every page
  const say = (moment, more) => moment.toLocaleString(tongue, { ...clock, ...more });
  const isTwice = [-1, 1].some((hour) => say(new Date(instant.getTime() + hour * 3600000)) === say(instant));
  const dayOf = (moment) => moment.toLocaleDateString("en", { timeZone: "Europe/Brussels" });
  const isToday = dayOf(instant) === dayOf(new Date());
  return say(instant, { ...(isToday ? {} : { weekday: "short", day: "numeric", month: "short" }), ...(isTwice ? { timeZoneName: "short" } : {}) });
}

// The instant with the offset that the phone keeps, to the second: 2026-11-23T05:58:31+01:00.
function withOffset(date) {
  const minutes = -date.getTimezoneOffset();
  const local = new Date(date.getTime() + minutes * 60000).toISOString().slice(0, 19);
  const two = (number) => String(Math.floor(Math.abs(number))).padStart(2, "0");
  return `${local}${minutes < 0 ? "-" : "+"}${two(minutes / 60)}:${two(minutes % 60)}`;
}
