"""HTML that is escaped by construction: text is text until ``tag`` makes markup of it."""

import html


class Markup(str):
    """HTML source. Only ``tag`` and ``join`` make it; everything else is text and is escaped."""

    __slots__ = ()


_VOID = frozenset({"br", "img", "link", "meta"})

Attribute = str | int | float | bool | None


def tag(name: str, /, *children: str, **attributes: Attribute) -> Markup:
    """Return an element.

    Args:
        name: its tag.
        children: markup as it is, any other text escaped.
        attributes: by name, ``_`` for ``-``, a trailing ``_`` dropped; None and False leave an
            attribute out, True writes it without a value.

    >>> tag("p", "a < b", tag("br"), class_="note")
    '<p class="note">a &lt; b<br></p>'
    """
    written = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _VOID and not children:
        return Markup(f"<{name}{written}>")
    return Markup(f"<{name}{written}>{join(*children)}</{name}>")


def join(*children: str) -> Markup:
    """Return markup and text one after the other, text escaped."""
    return Markup(
        "".join(
            child if isinstance(child, Markup) else html.escape(child, quote=False)
            for child in children
        )
    )


def _attribute(key: str, value: Attribute) -> str:
    name = key.rstrip("_").replace("_", "-")
    if value is None or value is False:
        return ""
    if value is True:
        return f" {name}"
    return f' {name}="{html.escape(str(value))}"'
