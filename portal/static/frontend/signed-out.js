// Nobody is signed in here any more: what is tapped on this phone without a connection is not said to be that person's, and nobody
// else is told what was registered for that person.
const shelf = "guichet.checkins";
const registered = "guichet.registered";

try {
  window.sessionStorage.removeItem(registered);
  const { whose: _, places: __, ...left } = JSON.parse(window.localStorage.getItem(shelf) || "{}");
  window.localStorage.setItem(shelf, JSON.stringify(left));
} catch {
  // nothing that can be read was kept here
}
