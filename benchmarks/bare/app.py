"""The least that Flask does: the yardstick of the benchmarks."""

from datetime import datetime

from flask import Flask, render_template
from markupsafe import Markup

app = Flask(__name__)

POSTS = [
    {
        "id": number,
        "title": f"Post number {number}",
        "author_name": "Ada Abara",
        "published_at": datetime(2026, 11, 22, 12, number),
        "excerpt": "What a list shows of a post is how it begins. " * 4,
    }
    for number in range(20)
]


@app.template_filter()
def day(moment: datetime) -> Markup:
    """Show a day, as both apps do."""
    shown = f"{moment.day} {moment:%b %Y}"
    return Markup(f'<time datetime="{moment.isoformat()}">{shown}</time>')


@app.get("/")
def hello() -> str:
    """Say hello."""
    return "Hello, World!"


@app.get("/page")
def page() -> str:
    """Show the list of posts as the apps do, but from memory and to strangers only.

    What Flask and Jinja need for such a page, and nothing else.
    """
    return render_template("page.html", posts=POSTS)
