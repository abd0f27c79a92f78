"""The files that both apps share have the same content."""

from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
BEFORE, AFTER = EXAMPLES / "before_monolith", EXAMPLES / "after_modular"
BLOG = AFTER / "modules/box__community/blog"
# The modular app has a style sheet per module; the monolith has one for all.
STYLES = (
    "web/static/app.css",
    "modules/auth/static/auth.css",
    "modules/billing/static/billing.css",
    "modules/box__community/blog/static/blog.css",
    "modules/box__community/notifications/static/notifications.css",
    "modules/dashboard/static/dashboard.css",
    "modules/admin/static/admin.css",
)
TEMPLATES = sorted(path.name for path in (AFTER / "web/templates").glob("*.html"))
VENDOR = sorted(path.name for path in (AFTER / "web/static/vendor").iterdir())


def test_the_style_sheets_are_the_same() -> None:
    parts = [(AFTER / path).read_text(encoding="utf-8") for path in STYLES]
    assert (BEFORE / "static/app.css").read_text(encoding="utf-8") == "\n".join(parts)


def test_every_style_sheet_is_compared() -> None:
    sheets = AFTER.glob("**/static/*.css")
    assert {path.relative_to(AFTER).as_posix() for path in sheets} == set(STYLES)


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_templates_around_the_features_are_the_same(name: str) -> None:
    ours = (AFTER / "web/templates" / name).read_bytes()
    assert (BEFORE / "templates" / name).read_bytes() == ours


@pytest.mark.parametrize("name", VENDOR)
def test_fonts_and_icons_are_the_same(name: str) -> None:
    ours = (AFTER / "web/static/vendor" / name).read_bytes()
    assert (BEFORE / "static/vendor" / name).read_bytes() == ours


def test_demo_texts_are_the_same() -> None:
    ours = (BLOG / "demo_text.py").read_bytes()
    assert (BEFORE / "demo_text.py").read_bytes() == ours


def test_data_views_are_the_same() -> None:
    ours = (AFTER / "web/data_view.py").read_bytes()
    assert (BEFORE / "data_view.py").read_bytes() == ours


def test_demo_users_are_the_same() -> None:
    before, after = (
        file.read_text(encoding="utf-8").partition("\n")[2]
        for file in (BEFORE / "demo_users.py", AFTER / "web/demo.py")
    )
    assert before == after
