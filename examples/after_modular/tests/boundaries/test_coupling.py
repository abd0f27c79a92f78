"""The coupling of features is counted, in any Flask app."""

from pathlib import Path

from kernel.boundaries.coupling import couplings

ROOT = Path(__file__).parents[2]
MODELS = {"User": "auth", "Post": "blog"}
TANGLE = """\
class User(Base):
    __tablename__ = "users"

class Post(Base):
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    author: Mapped[User] = relationship()

@app.get("/auth/login")
def login():
    return render_template("login.html")

@app.get("/auth/account")
def account():
    return url_for("login"), select(User)

@app.get("/blog/new")
def new():
    return url_for("login"), select(User), select(Post)

def helper():
    return select(User)
"""


def test_a_tangle_is_counted(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(TANGLE)
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_app.py").write_text(TANGLE)
    assert [tuple(each) for each in couplings(tmp_path, MODELS)] == [
        ("app.py", 5, "foreign key", "blog", "auth"),
        ("app.py", 6, "relationship", "blog", "auth"),
        ("app.py", 18, "model", "blog", "auth"),
        ("app.py", 18, "page", "blog", "auth"),
    ]


def test_pages_of_modules_are_known_by_their_blueprints(tmp_path: Path) -> None:
    view = '@blueprint.get("/")\ndef index():\n    return url_for("blog.index")\n'
    for name in ("blog", "box__more/shop"):
        (tmp_path / "modules" / name).mkdir(parents=True)
        (tmp_path / "modules" / name / "view.py").write_text(view)
    assert [tuple(each) for each in couplings(tmp_path, {})] == [
        ("modules/box__more/shop/view.py", 3, "page", "shop", "blog"),
    ]


def test_there_are_none_here() -> None:
    assert couplings(ROOT, MODELS) == []
