"""One submission as an HTML page.  In: a report of one submission.  Out: a file that needs nothing else.

No script, nothing from elsewhere, and a policy in the page that forbids both; light and dark as the reader's system is.
"""

import html
import itertools

from grader.emit.html import claims
from grader.emit.parts import remarks, standing, the_one, where, who
from grader.report import Report, Result

_HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{
  font-family: system-ui, sans-serif; line-height: 1.5; overflow-wrap: anywhere;
  max-width: 58em; margin: 2em auto; padding: 0 1em;
}}
h1 {{ font-size: 1.4em; margin: 0; }}
.sum {{ font-size: 1.15em; margin: .2em 0 1em; }}
footer {{ opacity: .75; font-size: .85em; margin-top: 2em; }}
@media print {{ details > * {{ display: block; }} }}
</style>
</head>
<body>
"""


def text(report: Report) -> str:
    """The page: the sum, what was noticed about the file, and each function's claims."""
    result = the_one(report)
    title = ", ".join(who(result))
    parts = [
        _HEAD.format(title=html.escape(title)),
        f"<header><h1>{html.escape(title)}</h1>\n",
        f'<p class="sum">{html.escape(standing(result))}</p></header>\n<main>\n',
        _notices(result),
        _functions(result),
        f"</main>\n<footer>{_foot(report, result)}</footer>\n</body>\n</html>\n",
    ]
    return "".join(parts)


def _notices(result: Result) -> str:
    lines = "".join(f"<li>{html.escape(notice)}</li>\n" for notice in result.notices)
    return f"<ul>\n{lines}</ul>\n" if lines else ""


def _functions(result: Result) -> str:
    made = []
    for function, group in itertools.groupby(result.items, key=lambda item: item.function):
        items = list(group)
        at = where(result, items[0])
        title = f"{function or 'By hand'} ({at})" if at else function or "By hand"
        made.append(claims(title, items, scored=result.points is not None) + "\n")
    return "".join(made)


def _foot(report: Report, result: Result) -> str:
    said = [
        *remarks(report, result),
        f"grader {report.grader}, checks {report.checks_version}, isolation {result.isolation}",
        f"file {result.sha256[:16]}" if result.sha256 else "",
    ]
    return "<br>".join(html.escape(line) for line in said if line)
