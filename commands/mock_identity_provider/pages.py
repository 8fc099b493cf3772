"""The pages of the mock provider: a tester says who signs in and what happens; each says plainly that it is a mock."""

from html import escape

from commands.mock_identity_provider.faults import Fault
from commands.mock_identity_provider.flavours import FLAVOURS, Flavour
from commands.mock_identity_provider.people import Person
from commands.mock_identity_provider.requests import AuthorizationRequest

STYLE = """
:root { color-scheme: light; }
body { margin: 0; font: 1.125rem/1.5 system-ui, sans-serif; color: #1a1a1a; background: #fff; }
.mock { background: #7a1f5c; color: #fff; padding: .75rem 1rem; font-weight: 700; }
main { max-width: 44rem; margin: 0 auto; padding: 1rem; }
fieldset { border: 1px solid #6b6b6b; margin: 1.5rem 0; padding: 1rem; }
legend { font-weight: 700; padding: 0 .5rem; }
label { display: block; padding: .25rem 0; overflow-wrap: anywhere; }
fieldset { min-width: 0; }
details { margin-top: 1.5rem; }
input[type=text], select { font: inherit; padding: .4rem; max-width: 100%; box-sizing: border-box; border: 2px solid #1a1a1a; }
button { font: inherit; font-weight: 700; padding: .6rem 1.2rem; background: #7a1f5c; color: #fff; border: 0; }
button:focus-visible, input:focus-visible, select:focus-visible, a:focus-visible, summary:focus-visible {
  outline: 3px solid #b8860b; outline-offset: 2px; }
dt { font-weight: 700; } dd { margin: 0 0 .5rem; overflow-wrap: anywhere; }
"""

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} - mock identity provider</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
<header class="mock" role="banner">MOCK identity provider, for demos and tests only. Nobody is really identified here.</header>
<main>
<h1>{title}</h1>
{content}
</main>
</body>
</html>
"""


def render_page(title: str, content: str) -> str:
    """Return a whole page around `content`, which is HTML already; `title` is text."""
    return _PAGE.format(title=escape(title), content=content)


def render_start() -> str:
    """Return the page that a browser sees who comes here by himself."""
    items = "".join(f"<li>{escape(flavour.title)}: <code>{escape(flavour.path)}</code></li>" for flavour in FLAVOURS)
    return render_page(
        "Mock identity provider",
        f"<p>This process imitates these identity providers:</p><ul>{items}</ul>"
        "<p>Choose one of them on the sign-in page of the portal to come back here.</p>",
    )


def render_refusal(sentence: str) -> str:
    """Return the page for a request that is not answered."""
    return render_page("This request is not answered", f"<p>{escape(sentence)}</p>")


def render_choices(flavour: Flavour, request: AuthorizationRequest, name: str) -> str:
    """Return the form on which a tester decides."""
    site = request.redirect_uri.partition("/login/")[0]
    content = f"""<p>The site <strong>{escape(site)}</strong> asks you to sign in.</p>
<form method="post" action="{escape(flavour.path)}/decide">
<input type="hidden" name="request" value="{escape(name)}">
<fieldset><legend>Who signs in?</legend>{_people(flavour)}</fieldset>
<fieldset><legend>How surely?</legend>{_levels(flavour, request)}</fieldset>
<fieldset><legend>What happens?</legend>
<label><input type="radio" name="what" value="confirm" checked> The person confirms</label>
<label><input type="radio" name="what" value="refuse"> The person refuses</label>
<label><input type="radio" name="what" value="time-out"> The person does nothing until the time is over</label>
<label><input type="radio" name="what" value="fault"> The person confirms, but this goes wrong:</label>
<label for="fault">What goes wrong</label>
<select name="fault" id="fault">{_faults()}</select>
</fieldset>
<button type="submit">Continue</button>
</form>
<details><summary>What was asked for</summary><dl>
<dt>Level</dt><dd>{escape(request.acr)}</dd>
<dt>Language</dt><dd>{escape(request.language)}</dd>
<dt>Way back</dt><dd>{escape(request.redirect_uri)}</dd>
</dl></details>"""
    return render_page(f"Sign in with {flavour.title} (mock)", content)


def _people(flavour: Flavour) -> str:
    choices = []
    for place, person in enumerate(flavour.people):
        checked = " checked" if place == 0 else ""
        choices.append(
            f'<label><input type="radio" name="person" value="{escape(person.key)}"{checked}> '
            f"{escape(_describe(person))}</label>"
        )
    choices.append(
        '<label><input type="radio" name="person" value="other"> Somebody else, with this national number:</label>'
        '<label for="number">National number (11 digits)</label>'
        '<input type="text" name="number" id="number" inputmode="numeric" autocomplete="off" maxlength="11">'
    )
    return "".join(choices)


def _describe(person: Person) -> str:
    name = f"{person.given_name} {person.family_name}"
    known_by = [person.national_number or "no national number", person.person_identifier]
    return f"{name} ({', '.join(one for one in known_by if one)})"


def _levels(flavour: Flavour, request: AuthorizationRequest) -> str:
    return "".join(
        f'<label><input type="radio" name="acr" value="{escape(level)}"'
        f"{' checked' if level == request.acr else ''}> {escape(told)}"
        f"{' (as asked for)' if level == request.acr else ''}</label>"
        for level, told in flavour.told_levels.items()
    )


def _faults() -> str:
    groups: dict[str, list[str]] = {}
    for fault in Fault:
        place, _, told = fault.value.partition(": ")
        groups.setdefault(place, []).append(f'<option value="{escape(fault.name)}">{escape(told)}</option>')
    return "".join(
        f'<optgroup label="{escape(place)}">{"".join(options)}</optgroup>' for place, options in groups.items()
    )
