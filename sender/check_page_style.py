"""The style of the page that a check makes: light and dark, on a phone, on paper."""

STYLE = """
:root { color-scheme: light dark;
  --ground: #f6f7f9; --card: #fff; --ink: #1b2430; --soft: #586475; --line: #dfe3ea; --code: #eef1f5;
  --taken: #1a7a46; --partly: #96590a; --refused: #b3261e; --link: #1a56b0; }
@media (prefers-color-scheme: dark) { :root {
  --ground: #12161c; --card: #1b212a; --ink: #e6eaf0; --soft: #9aa7b8; --line: #313a47; --code: #262e39;
  --taken: #5cc98c; --partly: #efb453; --refused: #ff8f85; --link: #8ab8ff; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1rem 3rem; max-width: 62rem; background: var(--ground); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; overflow-wrap: anywhere; }
header, section, nav { background: var(--card); border: 1px solid var(--line); border-radius: .6rem;
  padding: 1.1rem 1.3rem; margin-bottom: 1rem; }
.taken { --tone: var(--taken); } .partly { --tone: var(--partly); } .refused { --tone: var(--refused); }
header { border-top: .35rem solid var(--tone); }
section { border-left: .25rem solid var(--tone); }
p { margin: .4rem 0; }
.kind { margin: 0; color: var(--soft); font-size: .85rem; }
h1 { display: flex; gap: .8rem; align-items: center; margin: .3rem 0 .5rem; font-size: 1.5rem; line-height: 1.25; }
.mark { flex: none; width: 2.2rem; height: 2.2rem; border-radius: 50%; display: grid; place-content: center;
  background: var(--tone); color: var(--card); font-size: 1.2rem; font-weight: 700; }
.facts, .remark { color: var(--soft); }
h2 { margin: 0 0 .3rem; font-size: 1.15rem; }
h3 { margin: 0 0 .2rem; font-size: 1.05rem; }
h4 { margin: 1.2rem 0 .4rem; font-size: .9rem; color: var(--soft); font-weight: 600; }
section > h2 ~ article { border-top: 1px solid var(--line); margin-top: .9rem; padding-top: .9rem; }
nav ul { list-style: none; margin: 0; padding: 0; }
nav li { display: flex; flex-wrap: wrap; gap: 0 1rem; justify-content: space-between; padding: .35rem 0; }
nav li + li { border-top: 1px solid var(--line); }
nav span { color: var(--tone); }
a { color: var(--link); }
dl { display: flex; flex-wrap: wrap; gap: .3rem 2rem; margin: .6rem 0; }
dt { color: var(--soft); font-size: .8rem; }
dd { margin: 0; font-weight: 600; font-variant-numeric: tabular-nums; }
table { width: 100%; border-collapse: collapse; margin: .6rem 0; font-size: .93rem; }
th { text-align: left; font-size: .8rem; font-weight: 600; color: var(--soft); }
th, td { padding: .5rem .8rem .5rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td { font-variant-numeric: tabular-nums; }
td:first-child { white-space: nowrap; }
.findings td:nth-child(2) { white-space: nowrap; }
.findings th:nth-child(2), .findings th:nth-child(3) { width: 8rem; }
th:first-child { width: 12rem; }
.codes th:nth-child(2) { width: 5rem; }
tbody tr:last-child td { border-bottom: 0; }
code { background: var(--code); border-radius: .25rem; padding: .1rem .35rem; font-size: .9em; }
.badge { font-size: .75rem; font-weight: 600; color: var(--soft); }
.badge.blocks { color: var(--refused); }
.reference { display: block; color: var(--soft); }
.advice { display: block; color: var(--soft); }
.advice::before { content: "\\2192\\00a0"; }
footer { color: var(--soft); font-size: .85rem; padding: 0 .3rem; }
@media (max-width: 40rem) {
  body { padding: .8rem .6rem 2rem; } header, section, nav { padding: .9rem; } h1 { font-size: 1.25rem; }
  thead { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
  table, tbody, tr, td { display: block; }
  tr { border-bottom: 1px solid var(--line); padding: .5rem 0; }
  tbody tr:last-child { border-bottom: 0; }
  td { border: 0; padding: .1rem 0 .1rem 6.5rem; position: relative; min-height: 1.5rem; }
  td::before { content: attr(data-label); position: absolute; left: 0; color: var(--soft); font-size: .85rem; }
  .reference { display: inline; margin-left: .4rem; } }
@media print {
  :root { --ground: #fff; --card: #fff; --ink: #000; --soft: #444; --line: #bbb; --code: #fff;
    --taken: #000; --partly: #000; --refused: #000; --link: #000; }
  body { padding: 0; max-width: none; font-size: 10pt; }
  header, section, nav { border-radius: 0; padding: .6rem .8rem; }
  .mark { background: #fff; color: #000; border: 2px solid #000; }
  tr, h2, h3, h4, dl { break-inside: avoid; break-after: auto; } h2, h3, h4 { break-after: avoid; }
  thead { display: table-header-group; } }
"""
