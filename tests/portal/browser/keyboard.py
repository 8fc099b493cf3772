"""Go through an open page with the keyboard alone, and say what it reaches."""

from dataclasses import dataclass

from playwright.sync_api import Page as Tab

MOST_STOPS = 80
BESIDES = 4
"""Stops that are tried beyond what can be used: the way past the end, to the first once more."""

WATCH = """() => {
  const places = new Map([...document.querySelectorAll('*')].map((each, place) => [each, place]));
  window.keyboardStops = [];
  window.addEventListener('focusin', () => {
    const it = document.activeElement;
    if (!it || it === document.body) return;
    const box = it.getBoundingClientRect(), style = getComputedStyle(it);
    const marked = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0
      || style.boxShadow !== 'none' || style.backgroundColor === 'rgb(255, 210, 74)';
    const seen = box.width > 1 && box.height > 1;
    window.keyboardStops.push([places.get(it) ?? -1, marked && seen, it.outerHTML.slice(0, 90)]);
  });
  return [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]
    .filter(e => e.checkVisibility() && !e.disabled && e.type !== 'radio').length;
}"""
"""Every stop is looked at while it has the focus, after all that the page itself does about it."""


@dataclass(frozen=True)
class Walk:
    """What the keyboard came to on a page: how much of what can be used, and what does not show that it has the focus."""

    usable: int
    reached: int
    unmarked: list[str]

    def deviations(self) -> list[str]:
        hidden = [f"keyboard: has the focus and does not show it: {each}" for each in self.unmarked]
        if self.reached < self.usable:
            return [*hidden, f"keyboard: reaches {self.reached} of {self.usable} that can be used"]
        return hidden


def walk(tab: Tab) -> Walk:
    """Hold Tab until something has the focus a second time; the page was just opened and nothing has the focus yet."""
    usable = tab.evaluate(WATCH)
    pressed, presses = 0, min(usable + BESIDES, MOST_STOPS)
    while True:
        for _ in range(presses):
            tab.keyboard.down("Tab")
        tab.keyboard.up("Tab")
        pressed += presses
        stops = tab.evaluate("window.keyboardStops")
        first_round = _first_round(stops)
        if len(first_round) < len(stops) or pressed >= MOST_STOPS:
            break
        presses = min(BESIDES, MOST_STOPS - pressed)
    return Walk(usable, len(first_round), [what for _, is_marked, what in first_round if not is_marked])


def _first_round(stops: list[tuple[int, bool, str]]) -> list[tuple[int, bool, str]]:
    places: set[int] = set()
    for count, (place, _, _) in enumerate(stops):
        if place in places:
            return stops[:count]
        places.add(place)
    return stops
