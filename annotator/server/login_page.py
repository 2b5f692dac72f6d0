"""The page that asks for name and password. It needs no script."""

from html import escape

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>refvps annotate</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,"><link rel="stylesheet" href="{root}/login.css"></head>
<body><main><h1>refvps annotate</h1>{message}
<form method="post" action="{root}/login">
<label for="name">Name</label>
<input id="name" name="name" autocomplete="username" required autofocus>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
<button>Log in</button></form></main></body></html>
"""

LOGIN_CSS = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 0; color: #1d1d1f; background: #f6f6f7; }
main { max-width: 20rem; margin: 12vh auto; padding: 0 1rem; }
h1 { font-size: 1.25rem; }
label { display: block; margin-top: 1rem; }
input { width: 100%; box-sizing: border-box; padding: .5rem; font: inherit; }
button { margin-top: 1.5rem; padding: .5rem 1rem; font: inherit; }
p[role=alert] { color: #a3003c; }
"""


def login_page(root: str, message: str = "") -> str:
    """Return the page; ``root`` is the path that the application is served below."""
    shown = f'<p role="alert">{escape(message)}</p>' if message else ""
    return _PAGE.format(root=escape(root), message=shown)
