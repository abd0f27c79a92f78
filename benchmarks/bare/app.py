"""The least that Flask does: the yardstick of the benchmarks."""

from flask import Flask, render_template

app = Flask(__name__)

POSTS = [
    {
        "id": number,
        "title": f"Post number {number}",
        "author": "Ada Abara",
        "day": "22 Nov 2026",
        "excerpt": "What a list shows of a post is its beginning. " * 4,
    }
    for number in range(20)
]


@app.get("/")
def hello() -> str:
    """Say hello."""
    return "Hello, World!"


@app.get("/page")
def page() -> str:
    """Show a list of twenty posts: a page with Jinja, and nothing that it costs."""
    return render_template("page.html", posts=POSTS)
