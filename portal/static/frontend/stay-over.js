// The stay is over: a list of who is at a work place is kept in this tab no longer.
try {
  window.sessionStorage.removeItem("guichet.live-list");
} catch {
  // a browser that keeps nothing has nothing to forget
}
