"""What our directives show, and what they say when a page asks for too much."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from .conftest import TinySite

APP = """
    from flask import Flask

    limit: int = 5


    class Shop:
        @property
        def name(self):
            return "shop"

        def open(self):
            return True


    def create_app():
        app = Flask(__name__)
        return app
"""
FILES = {
    "examples/app.py": APP,
    "examples/modules/auth/view.py": "",
    "examples/modules/auth/__pycache__/view.pyc": "",
    "examples/modules/blog/view.py": "",
    "examples/page.html": "{% block body %}<p>Hi</p>{% endblock %}\n",
    "tests/test_a.py": """
        def test_b():
            commands, _ = block(
                "index.rst", "look"
            )

        def test_c():
            pass
    """,
}


Html = Callable[[str], BeautifulSoup]


@pytest.fixture
def html(tiny_site: TinySite, tmp_path: Path) -> Html:
    """Build a page and return its HTML."""

    def build(page: str) -> BeautifulSoup:
        result = tiny_site(page, **FILES)
        assert result.returncode == 0, result.stderr
        text = (tmp_path / "html" / "index.html").read_text(encoding="utf-8")
        return BeautifulSoup(text, "html.parser")

    return build


def code(soup: BeautifulSoup) -> str:
    return soup.select_one(".highlight pre").get_text()


def options(**given: str) -> str:
    return ".. example:: examples/app.py\n" + "".join(
        f"   :{name}: {value}\n" for name, value in given.items()
    )


def test_example_shows_a_whole_file_under_its_path(html: Html) -> None:
    soup = html(options())
    assert code(soup).startswith("from flask import Flask")
    assert "return app" in code(soup)
    caption = soup.select_one(".code-block-caption .caption-text").get_text()
    assert caption == "examples/app.py"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("limit", "limit: int = 5\n"),
        ("Shop.open", "def open(self):\n    return True\n"),
        ("Shop.name", '@property\ndef name(self):\n    return "shop"\n'),
    ],
)
def test_example_shows_an_object(html: Html, name: str, shown: str) -> None:
    assert code(html(options(object=name))) == shown


def test_example_shows_what_stands_between_two_texts(html: Html) -> None:
    soup = html(options(**{"from": "def create_app", "to": "Flask("}))
    assert code(soup) == "def create_app():\n    app = Flask(__name__)\n"


def test_example_highlights_by_text(html: Html) -> None:
    soup = html(options(object="create_app", highlight="return app"))
    assert soup.select_one(".hll").get_text() == "    return app\n"


def test_example_knows_templates(html: Html) -> None:
    soup = html(".. example:: examples/page.html\n")
    assert soup.select_one(".highlight-html\\+jinja") is not None


def test_page_is_read_again_when_its_example_changes(
    html: Html, tiny_site: TinySite, tmp_path: Path
) -> None:
    html(options(object="limit"))
    page = (tmp_path / "docs/index.rst").read_text().removeprefix("Tiny\n====\n\n")
    tiny_site(page, **{"examples/app.py": "limit = 7\n"})
    assert "7" in (tmp_path / "html/index.html").read_text()


def names(soup: BeautifulSoup) -> list[str]:
    return [name.get_text() for name in soup.select(".file-tree code")]


def test_tree_shows_the_real_folder(html: Html) -> None:
    soup = html(".. tree:: examples\n   :depth: 3\n")
    assert names(soup) == [
        "examples/",
        "modules/",
        "auth/",
        "view.py",
        "blog/",
        "view.py",
        "app.py",
        "page.html",
    ]


def test_tree_opens_only_what_is_asked(html: Html) -> None:
    options = "   :depth: 1\n   :exclude: *.html\n   :expand: modules/auth\n"
    assert names(html(".. tree:: examples\n" + options)) == [
        "examples/",
        "modules/",
        "auth/",
        "view.py",
        "blog/",
        "app.py",
    ]


def test_tree_shows_remarks_and_lengths(html: Html) -> None:
    soup = html(".. tree:: examples\n   :lines:\n\n   app.py: the *factory*\n")
    assert soup.select_one(".remark").get_text() == "the factory"
    assert soup.select_one(".size").get_text() == "18 lines"


def test_tree_changes_with_its_folder(
    html: Html, tiny_site: TinySite, tmp_path: Path
) -> None:
    html(".. tree:: examples\n")
    page = (tmp_path / "docs/index.rst").read_text().removeprefix("Tiny\n====\n\n")
    tiny_site(page, **{"examples/new.py": ""})
    assert "new.py" in (tmp_path / "html/index.html").read_text()


def console(
    session: str = "$ ls", test: str = "tests/test_a.py::test_b", name: str = "look"
) -> str:
    return f".. console::\n   :name: {name}\n   :test: {test}\n\n   {session}\n"


def test_console_shows_the_session(html: Html) -> None:
    assert code(html(console("$ ls\n   app.py"))) == "$ ls\napp.py\n"


WRONG = {
    "missing file": (
        ".. example:: examples/ap.py",
        "No such path: examples/ap.py. Did you mean examples/app.py?",
    ),
    "file outside": (
        ".. example:: ../../secret.py",
        "../../secret.py is outside the repository.",
    ),
    "folder as file": (".. example:: examples", "examples is a folder."),
    "missing object": (
        options(object="make_app"),
        "No object make_app: the file defines limit, Shop, create_app.",
    ),
    "missing method": (
        options(object="Shop.close"),
        "No object Shop.close: Shop defines name, open.",
    ),
    "missing text": (options(**{"from": "nothing"}), "'nothing' stands on 0 lines."),
    "ambiguous text": (options(**{"from": "return"}), "'return' stands on 3 lines."),
    "missing end": (
        options(**{"from": "def create_app", "to": "class"}),
        "'class' does not follow.",
    ),
    "object and text": (
        options(object="limit", to="class"),
        "Give either :object: or :from: and :to:.",
    ),
    "missing highlight": (
        options(object="create_app", highlight="import os"),
        "Nothing to highlight: 'import os' is not in the lines shown.",
    ),
    "remark on nothing": (
        ".. tree:: examples\n\n   wsgi.py: no\n",
        "examples: a remark is about wsgi.py, which is not listed.",
    ),
    "remark without text": (".. tree:: examples\n\n   app.py\n", "is no remark."),
    "file as folder": (".. tree:: examples/app.py", "examples/app.py is a file."),
    "missing expanded": (
        ".. tree:: examples\n   :expand: modules/aut\n",
        "No such path: modules/aut. Did you mean modules/auth?",
    ),
    "console without command": (
        console("ls"),
        "console: a session starts with '$ ' and a command.",
    ),
    "console without test": (
        ".. console::\n   :name: look\n\n   $ ls\n",
        "console: :test: is missing. Say which test runs it.",
    ),
    "console with missing test": (
        console(test="tests/test_a.py::test_d"),
        "No object test_d: the file defines test_b, test_c.",
    ),
    "console without test name": (
        console(test="tests/test_a.py"),
        "tests/test_a.py names no test. Write FILE::TEST.",
    ),
    "console that its test does not type": (
        console(test="tests/test_a.py::test_c"),
        'test_c does not type this block. Call block("index.rst", "look") in it.',
    ),
}


@pytest.mark.parametrize(("page", "message"), WRONG.values(), ids=WRONG.keys())
def test_wrong_request_fails_with_the_fix(
    tiny_site: TinySite, page: str, message: str
) -> None:
    result = tiny_site(page, **FILES)
    assert result.returncode != 0
    assert message in result.stderr
    assert "index.rst:4: ERROR" in result.stderr
    assert "Traceback" not in result.stderr
