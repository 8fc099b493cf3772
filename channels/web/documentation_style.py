"""How the page of the description looks, for narrow and wide, light and dark; it stands in the page, which loads nothing."""

import base64
import hashlib

STYLE = """
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #ffffff; --line: #d5dae1; --text: #1b2430; --soft: #54606f; --link: #0b57a4;
  --method: #0b57a4; --on-method: #ffffff;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #12161c; --card: #1b212a; --line: #343d4a; --text: #e8ecf1; --soft: #a5b0be; --link: #82b9f5;
    --method: #82b9f5; --on-method: #12161c;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 52rem; margin: 0 auto; padding: 2rem 1rem; overflow-wrap: anywhere; }
p, dl, dd, ul { margin: 0; }
h1 { margin: 0 0 0.5rem; font-size: 1.75rem; line-height: 1.2; }
h2 { margin: 0 0 0.5rem; font-size: 1.05rem; line-height: 1.6; }
h3 { margin: 0.75rem 0 0.25rem; color: var(--soft); font-size: 0.9rem; }
code { font: 0.95em ui-monospace, monospace; }
pre {
  margin: 0; padding: 0.5rem; background: var(--page); border: 1px solid var(--line); border-radius: 0.25rem;
  white-space: pre-wrap;
}
summary { margin-top: 0.75rem; padding: 0.4rem 0; color: var(--link); cursor: pointer; }
a { color: var(--link); }
a:focus-visible, summary:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.product { color: var(--soft); font-weight: 600; letter-spacing: 0.03em; }
nav ul { list-style: none; margin: 1.5rem 0; padding: 0; }
nav a { display: block; padding: 0.4rem 0; text-decoration: none; }
nav a:hover code { text-decoration: underline; }
section {
  margin-bottom: 0.75rem; padding: 1rem; background: var(--card); border: 1px solid var(--line); border-radius: 0.5rem;
}
.method {
  display: inline-block; padding: 0 0.5rem; border-radius: 0.25rem; background: var(--method); color: var(--on-method);
  font-size: 0.8rem; font-weight: 700; white-space: nowrap;
}
dt { margin-top: 0.4rem; font-weight: 600; }
dt span, dd, .open { color: var(--soft); font-weight: 400; }
@media (min-width: 40rem) {
  dl { display: grid; grid-template-columns: 14rem 1fr; gap: 0.25rem 1rem; }
  dt { margin: 0; }
}
"""
POLICY_SOURCE = f"'sha256-{base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode('ascii')}'"
"""What lets a browser apply this style and no other, as a content security policy writes it."""
