"""Audit small Flask apps, broken files and the monolith."""

import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from xml.etree import ElementTree as ET

import pytest
from ladder.audit.__main__ import main
from ladder.audit.files import MAX_BYTES, PathError
from ladder.audit.picture import draw
from ladder.audit.plan import Coupling
from ladder.audit.references import read_app
from ladder.audit.report import Report
from ladder.audit.tables import MAX_SQL

ROOT = Path(__file__).parents[2]
MONOLITH = ROOT / "examples" / "before_monolith"
Audit = Callable[[dict[str, str]], Report]

FLAT = {
    "app.py": """
        from flask import Flask, render_template, url_for, redirect
        from flask_sqlalchemy import SQLAlchemy
        from forms import CommentForm

        app = Flask(__name__)
        db = SQLAlchemy(app)


        class User(db.Model):
            id = db.Column(db.Integer, primary_key=True)
            posts = db.relationship("Post", backref="author")


        class Post(db.Model):
            __tablename__ = "posts"
            id = db.Column(db.Integer, primary_key=True)
            user_id = db.Column(db.Integer, db.ForeignKey("user.id"))


        class Payment(db.Model):
            id = db.Column(db.Integer, primary_key=True)


        @app.route("/login")
        def login():
            return render_template("login.html", user=User.query.first())


        @app.route("/posts")
        def posts():
            return render_template("posts.html", posts=Post.query.all())


        @app.route("/new_post", methods=["POST"])
        def new_post():
            form = CommentForm()
            db.session.add(Post())
            charge(3)
            return redirect(url_for("posts"))


        def charge(amount):
            db.session.add(Payment())


        @app.route("/payment/<int:number>")
        def payment(number):
            payment = Payment.query.get(number)
            limit = app.config["LIMIT"]
            return f"{payment.id}{limit}"


        @app.route("/report")
        def report():
            return f"{Post.query.count()} {Payment.query.count()}"


        @app.route("/healthz")
        def healthz():
            return "ok"
    """,
    "forms.py": """
        from flask_wtf import FlaskForm

        class CommentForm(FlaskForm):
            pass
    """,
    "templates/layout.html": '<a href="/payment/3">Payment</a>',
    "templates/login.html": '{% extends "layout.html" %}{{ user.posts }}',
    "templates/posts.html": """
        {% extends "layout.html" %}
        {% for post in posts %}
        <a href="{{ url_for('payment', number=1) }}">x</a>{% endfor %}
    """,
}


@pytest.fixture
def audit(tmp_path: Path) -> Audit:
    """Return a function that writes files and audits them."""

    def write_and_audit(files: dict[str, str]) -> Report:
        return Report(read_app(write(tmp_path / "shop", files)))

    return write_and_audit


def write(folder: Path, files: dict[str, str]) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")
    return folder


def modules(report: Report) -> dict[str, set[str]]:
    """Return the URLs of each module."""
    return {
        feature.name: {route.url for route in feature.routes}
        for feature in report.proposal.features
    }


def tables(report: Report) -> dict[str, str]:
    """Return the module of each table."""
    return {
        table.title: name
        for table, name in sorted(
            report.proposal.of_table.items(), key=lambda item: item[0].title
        )
    }


def coupling(report: Report, kind: str, what: str) -> Coupling:
    """Return the only coupling of a kind that refers to something."""
    [found] = {
        each for each in report.couplings if (each.kind, each.what) == (kind, what)
    }
    return found


def notes(report: Report) -> str:
    return "\n".join(map(str, report.notes))


# --- what is proposed -------------------------------------------------------


def test_the_monolith_is_cut_into_the_modules_of_the_modular_app() -> None:
    report = Report(read_app(MONOLITH))
    assert report.proposal.names() == [
        "admin",
        "auth",
        "billing",
        "blog",
        "dashboard",
        "notifications",
    ]
    # The monolith may grow; what it is about stays.
    assert (
        tables(report).items()
        >= {
            "Checkout": "billing",
            "Invoice": "billing",
            "LoginSession": "auth",
            "Notification": "notifications",
            "Post": "blog",
            "Subscription": "billing",
            "User": "auth",
            "WebhookReceipt": "billing",
        }.items()
    )
    assert modules(report)["shared"] >= {
        "/",
        "/.well-known/security.txt",
        "/healthz",
        "/readyz",
    }
    assert report.next_step is not None
    assert report.next_step.name == "application factory"


def test_routes_without_prefixes_are_grouped_by_words_and_tables(audit: Audit) -> None:
    report = audit(FLAT)
    assert modules(report) == {
        "auth": {"/login"},
        "payment": {"/payment/<int:number>"},
        "posts": {"/posts", "/new_post"},
        "report": {"/report"},
        "shared": {"/healthz"},
    }
    assert tables(report) == {"Payment": "payment", "Post": "posts", "User": "auth"}


def test_each_coupling_has_its_place_and_a_replacement(audit: Audit) -> None:
    report = audit(FLAT)
    key = coupling(report, "foreign key", "Post.user_id")
    assert (key.source, key.target, key.file, key.line) == (
        "posts",
        "auth",
        "app.py",
        17,
    )
    assert "without the constraint" in key.instead
    assert coupling(report, "relationship", "User.posts").source == "auth"
    assert coupling(report, "write", "through charge").target == "payment"
    [read] = [e for e in report.couplings if e.kind == "read" and e.what == "Post"]
    assert (read.source, read.line) == ("report", 55)
    assert coupling(report, "follow", "user.posts").file == "templates/login.html"
    links = {(e.source, e.file, e.line) for e in report.couplings if e.kind == "link"}
    assert links == {
        ("posts", "templates/posts.html", 3),
        ("shared", "templates/layout.html", 1),
    }


def test_a_local_variable_is_not_the_view_of_the_same_name(audit: Audit) -> None:
    report = audit(FLAT)
    assert not [each for each in report.couplings if each.what in {"payment", "posts"}]


def test_the_order_starts_with_the_cheapest_module(audit: Audit) -> None:
    cuts = audit(FLAT).order
    assert [(cut.feature, cut.cost) for cut in cuts] == [
        ("report", 4),
        ("payment", 3),
        ("auth", 9),
        ("posts", 0),
    ]
    assert cuts[0].couplings == {"read": 2}


def test_templates_forms_and_settings_follow_their_views(audit: Audit) -> None:
    report = audit(FLAT)
    found = {each["name"]: each for each in report.data()["modules"]}  # type: ignore[attr-defined]
    assert found["auth"]["templates"] == ["login.html"]
    assert found["posts"]["templates"] == ["posts.html"]
    assert found["shared"]["templates"] == ["layout.html"]
    assert found["posts"]["forms"] == ["forms.py:CommentForm"]
    assert found["payment"]["settings"] == ["LIMIT"]


def test_the_next_step_is_the_first_that_is_not_done(audit: Audit) -> None:
    report = audit(
        {
            "shop/__init__.py": """
                from flask import Flask
                def create_app():
                    app = Flask(__name__)
                    from . import cart, users
                    app.register_blueprint(cart.bp, url_prefix="/cart")
                    app.register_blueprint(users.bp)
                    return app
            """,
            "shop/cart.py": """
                from flask import Blueprint, render_template
                bp = Blueprint("cart", __name__)
                @bp.get("/")
                def index():
                    return render_template("cart.html")
            """,
            "shop/users.py": """
                from flask import Blueprint, render_template
                bp = Blueprint("users", __name__, url_prefix="/users")
                @bp.get("/")
                def index():
                    return render_template("users.html")
            """,
            "shop/templates/cart.html": "",
            "shop/templates/users.html": "",
        }
    )
    assert modules(report)["cart"] == {"/cart/"}
    done = [step.name for step in report.steps if not step.left]
    assert done[:2] == ["application factory", "blueprints by feature"]
    assert report.next_step is not None
    assert report.next_step.name == "templates"


# --- the styles of Flask ----------------------------------------------------


def test_nested_blueprints_and_class_based_views(audit: Audit) -> None:
    report = audit(
        {
            "src/shop/app.py": """
                from flask import Flask, Blueprint
                from flask.views import MethodView
                from shop.orders import orders

                class Shop(Flask):
                    pass

                outer = Blueprint("outer", __name__, url_prefix="/shop")
                outer.register_blueprint(orders, url_prefix="/orders")

                class Item(MethodView):
                    def get(self, id):
                        return ""

                def listing():
                    return ""

                def make():
                    app = Shop(__name__)
                    app.add_url_rule("/items/<id>", view_func=Item.as_view("item"))
                    app.add_url_rule("/items/", "listing", listing)
                    app.register_blueprint(outer)

                    @app.route("/items/top")
                    def top():
                        return ""
                    return app
            """,
            "src/shop/orders.py": """
                from flask import Blueprint
                orders = Blueprint("orders", __name__)
                @orders.route("/<int:id>")
                def show(id):
                    return ""
            """,
        }
    )
    assert modules(report) == {
        "items": {"/items/<id>", "/items/", "/items/top"},
        "orders": {"/shop/orders/<int:id>"},
        "shared": set(),
    }
    endpoints = {route.full_endpoint for route in report.app.site.routes}
    assert endpoints == {"item", "listing", "top", "outer.orders.show"}
    assert report.steps[0].left == ""


def test_resources_of_api_libraries(audit: Audit) -> None:
    report = audit(
        {
            "app.py": """
                from flask import Blueprint, Flask
                from flask_restful import Api, Resource
                from flask_restx import Namespace
                from flask_smorest import Blueprint as Smorest
                app = Flask(__name__)
                part = Blueprint("api", __name__, url_prefix="/api/v1")
                api = Api(part)
                ns = Namespace("cats", path="/cats")
                pets = Smorest("pets", __name__, url_prefix="/pets")
                api.add_namespace(ns)

                class Todo(Resource):
                    def get(self):
                        return {}

                class Todos(Resource):
                    def get(self):
                        return {}

                @ns.route("/<id>")
                class Cat(Resource):
                    def get(self, id):
                        return {}

                @pets.route("/<id>")
                class Pet:
                    def get(self, id):
                        return {}

                api.add_resource(Todo, "/todos/<id>", "/todo/<id>")
                api.add_resource(Todos, "/todos")
                app.register_blueprint(part)
            """
        }
    )
    assert modules(report) == {
        "cats": {"/api/v1/cats/<id>"},
        "pets": {"/pets/<id>"},
        "todos": {"/api/v1/todos/<id>", "/api/v1/todo/<id>", "/api/v1/todos"},
        "shared": set(),
    }


def test_generated_views_are_reported_as_partly_understood(audit: Audit) -> None:
    report = audit(
        {
            "app.py": """
                from flask import Flask
                from flask_admin import Admin
                from flask_admin.contrib.sqla import ModelView
                from flask_appbuilder import AppBuilder, Model
                from flask_appbuilder import ModelView as Generated
                from flask_appbuilder.models.sqla.interface import SQLAInterface
                from sqlalchemy import Column, Integer

                class Contact(Model):
                    id = Column(Integer, primary_key=True)

                class ContactView(Generated):
                    datamodel = SQLAInterface(Contact)

                class Rows(ModelView):
                    pass

                def create_app():
                    app = Flask(__name__)
                    appbuilder = AppBuilder(app)
                    appbuilder.add_view(ContactView, "Contacts")
                    Admin(app).add_view(Rows(Contact))
                    return app
            """
        }
    )
    assert set(modules(report)) == {"admin", "contact", "shared"}
    assert "app.py:21: ContactView: a library builds its URLs" in notes(report)
    assert "Rows: a library builds its URLs" in notes(report)


@pytest.mark.parametrize(
    "code",
    [
        pytest.param(
            """
            from sqlalchemy import Column, ForeignKey, Integer
            from sqlalchemy.orm import declarative_base, relationship
            Base = declarative_base()
            class User(Base):
                __tablename__ = "users"
                id = Column(Integer, primary_key=True)
            class Order(Base):
                __tablename__ = "orders"
                id = Column(Integer, primary_key=True)
                user_id = Column(ForeignKey("users.id"))
            """,
            id="SQLAlchemy 1",
        ),
        pytest.param(
            """
            from sqlalchemy import ForeignKey
            from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
            class Base(DeclarativeBase):
                pass
            class User(Base):
                __tablename__: str = "users"
                id: Mapped[int] = mapped_column(primary_key=True)
            class Order(Base):
                __tablename__ = "orders"
                id: Mapped[int] = mapped_column(primary_key=True)
                user_id: Mapped[int] = mapped_column(ForeignKey(User.id))
            """,
            id="SQLAlchemy 2",
        ),
        pytest.param(
            """
            from peewee import ForeignKeyField, IntegerField, Model
            class Base(Model):
                class Meta:
                    database = None
            class User(Base):
                id = IntegerField()
                class Meta:
                    table_name = "users"
            class Order(Base):
                user = ForeignKeyField(User)
                class Meta:
                    table_name = "orders"
            """,
            id="Peewee",
        ),
    ],
)
def test_tables_and_keys_of_each_orm(audit: Audit, code: str) -> None:
    views = """
        from flask import Flask
        from models import Order, User
        app = Flask(__name__)
        @app.route("/users")
        def users():
            return User.id
        @app.route("/orders")
        def orders():
            return Order.id
    """
    report = audit({"models.py": code, "app.py": views})
    assert {table.name for table in report.app.schema.tables} == {"users", "orders"}
    assert tables(report) == {"User": "users", "Order": "orders"}
    assert [e.target for e in report.couplings if e.kind == "foreign key"] == ["users"]


def test_tables_in_raw_sql(audit: Audit) -> None:
    report = audit(
        {
            "schema.sql": """
                CREATE TABLE user (id INTEGER PRIMARY KEY);
                CREATE TABLE post (
                  id INTEGER PRIMARY KEY,
                  author_id INTEGER NOT NULL,
                  FOREIGN KEY (author_id) REFERENCES user (id)
                );
            """,
            "app.py": '''
                from flask import Flask
                app = Flask(__name__)
                @app.route("/auth/login")
                def login():
                    """Select a user from the list and update it."""
                    db.execute("SELECT * FROM user WHERE id = ?", (1,))
                @app.route("/post")
                def post():
                    column = "id"
                    db.execute(f"SELECT {column} FROM post p JOIN user u ON 1")
                    db.execute("INSERT INTO post (id) VALUES (%s)", (1,))
                    db.execute("SELECT FROM WHERE ((")
                @app.route("/post/text")
                def text():
                    return "Select a plan from the list"
            ''',
        }
    )
    assert tables(report) == {"post": "post", "user": "auth"}
    assert coupling(report, "read", "user").source == "post"
    assert coupling(report, "foreign key", "post.user").line == 2
    assert "app.py:12: this SQL was not understood" in notes(report)
    assert "app.py:15" not in notes(report)


def test_a_package_that_is_audited_itself(tmp_path: Path) -> None:
    files = {
        "__init__.py": """
            from flask import Flask
            from flask_sqlalchemy import SQLAlchemy
            db = SQLAlchemy()
            def create_app():
                app = Flask(__name__)
                db.init_app(app)
                from .news import bp
                app.register_blueprint(bp)
                return app
        """,
        "models.py": """
            from . import db
            class Story(db.Model):
                id = db.Column(db.Integer, primary_key=True)
        """,
        "news.py": """
            from flask import Blueprint
            from paper import models as m
            bp = Blueprint("news", __name__)
            @bp.route("/news")
            def news():
                return m.Story.query.all()
        """,
    }
    report = Report(read_app(write(tmp_path / "paper", files)))
    assert tables(report) == {"Story": "news"}
    assert report.proposal.of_unit[report.app.program.modules[""].units["db"]] == (
        "shared"
    )


# --- bad input --------------------------------------------------------------

APP = """\
from flask import Flask
app = Flask(__name__)
@app.get("/x")
def x(): return 1
"""


@pytest.mark.parametrize(
    ("data", "note"),
    [
        (b"def broken(:\n", "bad.py:1: not parsed: "),
        (b"print 'Python 2'\n", "bad.py:1: not parsed: "),
        (b"a = 1\0\n", "bad.py: not parsed: "),
        (b"a = '\xe9'\n", "bad.py: is neither UTF-8 nor in a declared encoding"),
        (b"# coding: no-such\na = 1\n", "bad.py: is neither UTF-8 nor in a declared"),
        (b"x = " + b"(" * 5000 + b")" * 5000, "bad.py"),
        (b"x = " + b"-" * 100_000 + b"1\n", "bad.py"),
        (b"#" * (MAX_BYTES + 1), "bad.py: skipped: 2,000,001 bytes"),
    ],
)
def test_a_file_that_cannot_be_read_is_noted(
    tmp_path: Path, data: bytes, note: str
) -> None:
    folder = write(tmp_path / "shop", {"app.py": APP})
    (folder / "bad.py").write_bytes(data)
    report = Report(read_app(folder))
    assert note in notes(report)
    assert [route.url for route in report.app.site.routes] == ["/x"]


@pytest.mark.parametrize(
    "data",
    [
        b"# -*- coding: latin-1 -*-\n" + APP.encode() + b"name = '\xe9'\n",
        b"\xef\xbb\xbf" + APP.encode(),
        APP.replace("\n", "\r\n").encode(),
        APP.encode("utf-16"),
        b"x = '\\d'\n" + APP.encode(),
    ],
)
def test_other_encodings_are_read(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "app.py").write_bytes(data)
    report = Report(read_app(tmp_path))
    assert [route.url for route in report.app.site.routes] == ["/x"]
    assert report.notes == []


def test_links_and_foreign_folders_are_not_read(tmp_path: Path) -> None:
    folder = write(
        tmp_path / "shop",
        {
            "app.py": APP,
            "venv/pyvenv.cfg": "",
            "venv/lib/other.py": APP,
            "node_modules/thing/app.py": APP,
            ".hidden/app.py": APP,
            "tests/test_app.py": APP,
            "build/lib/app.py": APP,
            "migrations/env.py": "op = 1",
        },
    )
    (folder / "loop").symlink_to(folder)
    (folder / "self.py").symlink_to(folder / "self.py")
    (folder / "gone.py").symlink_to(folder / "nothing.py")
    os.mkfifo(folder / "pipe.py")
    report = Report(read_app(folder))
    assert report.app.files == 1
    assert "loop: symbolic link, not followed" in notes(report)


def test_circular_imports_classes_and_blueprints(audit: Audit) -> None:
    report = audit(
        {
            "a.py": """
                from b import *
                from b import x
                from c import *
                class One(Two): pass
                one = x
            """,
            "b.py": "from a import *\nfrom a import x\nfrom c import *\n",
            "c.py": "from a import *\nfrom b import *\nclass Two(One): pass\n",
            "d.py": """
                from flask import Blueprint
                p = Blueprint("p", __name__, url_prefix="/p")
                q = Blueprint("q", __name__, url_prefix="/q")
                p.register_blueprint(q)
                q.register_blueprint(p)
                p.register_blueprint(p)
                @q.route("/")
                def index(): return unknown.thing[0](1)
                q.add_url_rule()
                q.route
                register_blueprint()
                @q.route()
                def empty(): return ""
            """,
        }
    )
    assert {route.url for route in report.app.site.routes} >= {"/p/q/"}


@pytest.mark.parametrize(
    "template",
    [
        "{% for x %}",
        "{{ 'a' ",
        "{% unknown %}",
        "{{ " + "(" * 3000,
        "\0",
        "{% include x %}",
    ],
)
def test_a_broken_template_is_noted(audit: Audit, template: str) -> None:
    report = audit({"app.py": APP, "templates/a.html": template})
    assert "a.html" in report.app.templates
    if "include" not in template and template != "\0":
        assert "templates/a.html" in notes(report)


def test_a_dump_in_sql_is_not_parsed(audit: Audit) -> None:
    dump = "CREATE TABLE a (id int);" + "INSERT INTO a VALUES (1);" * (MAX_SQL // 20)
    started = monotonic()
    report = audit({"app.py": APP, "dump.sql": dump})
    assert monotonic() - started < 5
    assert "dump.sql: this SQL was not understood" in notes(report)


def test_a_large_app_takes_seconds(audit: Audit) -> None:
    views = "".join(
        f"\n@app.route('/part{n % 50}/{n}')\ndef view{n}(): return helper(db, {n})\n"
        for n in range(3000)
    )
    started = monotonic()
    report = audit({"app.py": f"{APP}def helper(db, n): return n\n{views}"})
    assert len(report.app.site.routes) == 3001
    assert monotonic() - started < 15


# --- the command ------------------------------------------------------------


def test_the_code_is_neither_imported_nor_changed(tmp_path: Path) -> None:
    folder = write(tmp_path / "shop", {"app.py": f"{APP}\nraise SystemExit('ran')\n"})
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    assert main([str(folder)]) == 0
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


@pytest.mark.parametrize("files", [{}, {"a.py": "import os\n"}, {"readme.txt": "hi"}])
def test_without_flask_the_exit_code_is_1(
    tmp_path: Path, files: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(write(tmp_path / "shop", files))]) == 1
    assert "No Flask app was found" in capsys.readouterr().out


@contextmanager
def exits_with_2(capsys: pytest.CaptureFixture[str], message: str) -> Iterator[None]:
    with pytest.raises(SystemExit) as stopped:
        yield
    assert stopped.value.code == 2
    assert message in capsys.readouterr().err


def test_a_wrong_path_or_option_gives_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path / "shop", {"app.py": APP, "notes.md": ""})
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with exits_with_2(capsys, "can't be read"):
        main([str(tmp_path / "nothing")])
    with exits_with_2(capsys, "can't be read"):
        main([str(tmp_path / "loop")])
    with exits_with_2(capsys, "neither a folder nor a Python file"):
        main([str(tmp_path / "shop" / "notes.md")])
    with exits_with_2(capsys, "can't be written"):
        main([str(tmp_path / "shop"), "--svg", str(tmp_path / "no" / "a.svg")])
    with pytest.raises(PathError):
        read_app(tmp_path / "nothing")


def test_a_single_file_is_read_with_its_templates(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write(tmp_path / "shop", FLAT)
    assert main([str(folder / "app.py")]) == 0
    out = capsys.readouterr().out
    assert "1 Python files" not in out
    assert "1 Python file, " in out
    assert "3 templates" in out
    assert "Only this file and its templates were read" in out


def test_json_is_the_same_in_each_run(tmp_path: Path) -> None:
    folder = write(tmp_path / "shop", FLAT)
    outputs = [
        subprocess.run(
            [sys.executable, "-m", "ladder.audit", "--json", str(folder)],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert outputs[0] == outputs[1]
    data = json.loads(outputs[0])
    assert data["next_step"] == "application factory"
    assert {"from", "to", "kind", "file", "line", "instead"} <= data["couplings"][
        0
    ].keys()


def test_the_picture_shows_each_module(audit: Audit) -> None:
    picture = ET.fromstring(draw(audit(FLAT)))
    texts = {each.text for each in picture.iter("{http://www.w3.org/2000/svg}text")}
    assert {"auth", "payment", "posts", "report", "shared"} <= texts


def test_a_picture_of_one_module(audit: Audit) -> None:
    assert ET.fromstring(draw(audit({"app.py": APP}))) is not None
