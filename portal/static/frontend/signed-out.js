// Nobody is signed in here any more: what is tapped on this phone without a connection is not said to be that person's.
const shelf = "guichet.checkins";

try {
  const { whose: _, places: __, ...kept } = JSON.parse(window.localStorage.getItem(shelf) || "{}");
  if (kept.acts) window.localStorage.setItem(shelf, JSON.stringify(kept));
} catch {
  // nothing that can be read was kept here
}
