"""What stands before Gradio."""

import base64
import hashlib
import re

import pytest

from annotator.pages.gate import _OPEN, dressed

PAGE = """<!doctype html><html><head><base href="./" />
<meta property="og:image"
  content="https://elsewhere.example/x.jpg" />
<meta name="twitter:card" content="x" />
<script>window.a = "</scr" + "ipt>";</script>
<script type="module" crossorigin src="./assets/index.js"></script></head>
<body><script>
  second();
</script></body></html>"""


def test_inline_scripts_are_named_by_their_digests_and_no_others_run() -> None:
    body, policy = dressed(PAGE, "<link>")
    inline = ['window.a = "</scr" + "ipt>";', "\n  second();\n"]
    for text in inline:
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    assert policy.count("sha256-") == 2
    scripts = re.search("script-src ([^;]*)", policy).group(1)
    assert "unsafe-inline" not in scripts
    assert b"<head>\n\t\t<link>" in body


def test_other_sites_are_not_named() -> None:
    body, policy = dressed(PAGE, "")
    assert b"elsewhere" not in body
    assert b"twitter" not in body
    assert "http" not in policy


@pytest.mark.parametrize(
    ("path", "served"),
    [
        ("/", True),
        ("/config", True),
        ("/assets/index-Dph.js", True),
        ("/gradio_api/queue/join", True),
        ("/gradio_api/heartbeat/abc", True),
        ("/gradio_api/upload", False),
        ("/gradio_api/file=/etc/passwd", False),
        ("/gradio_api/proxy=http://x", False),
        ("/gradio_api/run/predict", False),
        ("/gradio_api/component_server", False),
        ("/gradio_api/deep_link", False),
        ("/gradio_api/openapi.json", False),
        ("/login", False),
        ("/monitoring/x", False),
    ],
)
def test_only_what_the_pages_use_is_served(path: str, served: bool) -> None:
    assert (_OPEN.fullmatch(path) is not None) is served
