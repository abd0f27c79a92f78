"""Markdown."""

import pytest

from modules.box__community.blog import text


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("# A\n\n- b", "<h1>A</h1>\n<ul>\n<li>b</li>\n</ul>\n"),
        ("<script>a</script>", "<p>&lt;script&gt;a&lt;/script&gt;</p>\n"),
        ("[a](javascript:b)", "<p>[a](javascript:b)</p>\n"),
    ],
)
def test_markdown_is_safe(source: str, html: str) -> None:
    assert text.render(source) == html


def test_an_excerpt_is_plain_and_ends_after_a_word() -> None:
    assert text.excerpt("<p>A &lt;b&gt; <em>c</em></p>") == "A <b> c"
    assert text.excerpt("<p>word word</p>", length=6) == "word…"
