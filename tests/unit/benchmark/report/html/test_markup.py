import html.parser

from hypothesis import given
from hypothesis import strategies as st

from benchmark.report.html.markup import join, tag


def test_children_are_text_unless_they_are_markup() -> None:
    found = tag("p", "<b>", tag("i", "&"), title='"<>', hidden=True, lang=None)
    assert found == '<p title="&quot;&lt;&gt;" hidden>&lt;b&gt;<i>&amp;</i></p>'


def test_joined_text_is_escaped_once() -> None:
    assert join("<", tag("br"), join("&")) == "&lt;<br>&amp;"


class Reader(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.text = ""

    def handle_starttag(self, name: str, attributes: list) -> None:
        self.tags.append((name, dict(attributes)))

    def handle_data(self, data: str) -> None:
        self.text += data


@given(st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs"])))
def test_whatever_a_name_is_it_comes_back_as_text(name: str) -> None:
    reader = Reader()
    reader.feed(tag("td", name, title=name))
    reader.close()
    assert reader.tags == [("td", {"title": name})]
    assert reader.text == name
