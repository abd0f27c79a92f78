"""The peers, each by the shortest sequence of its documentation that works.

Commands run in an empty directory, with an empty virtual environment active; `PIECES`
holds what is written by hand. A version is named only where another does not work.
"""

from __future__ import annotations

from pathlib import Path

from benchmarks.peers.peer import Live, Peer, Rules, Step, admin, module, page
from tests.environment import TOOL

ROOT = Path(__file__).resolve().parents[2]
PIECES = Path(__file__).parent / "pieces"
SHOPYO = ROOT / "docs/walkthrough/shopyo"
EMAIL, PASSWORD = "you@example.com", "a-long-pass-phrase"
SECRET = "k" * 40

DJANGO_SCAFFOLD = """
import os, sys
from pathlib import Path

import django
from django.core.management import call_command

os.environ["DJANGO_SETTINGS_MODULE"] = "mysite.settings"
django.setup()
urls = Path("mysite/urls.py")
settings = Path("mysite/settings.py")
for name in sys.argv[1:]:
    call_command("startapp", name)
    Path(name, "views.py").write_text(Path("product/views.py").read_text())
    Path(name, "urls.py").write_text(Path("product/urls.py").read_text())
    with urls.open("a") as file:
        file.write(f"urlpatterns.append(path('{name}/', include('{name}.urls')))\\n")
    with settings.open("a") as file:
        file.write(f"INSTALLED_APPS.append('{name}')\\n")
"""
SHOPYO_SCAFFOLD = """
import sys
from shopyo.api.cli import cli

for name in sys.argv[1:]:
    cli(["startapp", name], standalone_mode=False)
"""
OUR_SCAFFOLD = """
import sys
from app import create_app
from kernel.scaffolding.create import start_module
from kernel.scaffolding.project import Project

project = Project.of(create_app({"APP_ENV": "testing"}))
for name in sys.argv[1:]:
    start_module(project, name)
"""

COPY = f"copier copy --quiet --defaults --vcs-ref HEAD {ROOT} ."
GENERATE: tuple[Step, ...] = (page(f"uvx {COPY}"),)
if TOOL != "uv":
    GENERATE = (page("pip install copier"), page(COPY))

OURS = Peer(
    name="This example",
    package="flask",
    note="The generator of this repository, all optional modules but none left out.",
    steps=(
        *GENERATE,
        page("pip install -r requirements.txt"),
        module("flask startapp product"),
        module("flask initialize"),
    ),
    serve=f"flask start {EMAIL} --password {PASSWORD} --port {{port}}",
    login=("/auth/login", {"email": EMAIL, "password": PASSWORD}),
    panel=("/admin/", "Admin"),
    # A third of them; all take five minutes.
    tests=("pip install -r requirements-dev.txt", "pytest -q tests/contract"),
    live=Live(
        "app:create_app()",
        simple="/",
        login="/auth/login",
        env={
            "APP_ENV": "production",
            "SECRET_KEY": SECRET,
            "WEBHOOK_SECRET": "whsec_" + "d" * 40,
            "DATABASE_URL": "sqlite:///app.db",
            "BASE_URL": "http://127.0.0.1",
            "MAIL_BACKEND": "locmem",
        },
    ),
    scaffold=OUR_SCAFFOLD,
    rules=Rules(
        "modules/{}/view.py",
        "from modules.{}.models import Entry as Theirs",
        "flask modules check",
    ),
)

DJANGO = Peer(
    name="Django",
    package="django",
    note="``startproject``, and the admin that it brings.",
    steps=(
        page("pip install django"),
        page("django-admin startproject mysite ."),
        admin("python manage.py migrate"),
        admin(
            f"python manage.py createsuperuser --noinput --username you --email {EMAIL}"
        ),
        module("python manage.py startapp product"),
        module(f"cp {PIECES}/django/views.py product/", edits=5),
        module(f"cp {PIECES}/django/urls.py product/", edits=5),
        module(f"patch mysite/urls.py {PIECES}/django/urls.diff", edits=2),
    ),
    serve="python manage.py runserver {port}",
    login=("/admin/login/", {"username": "you", "password": PASSWORD}),
    panel=("/admin/", "Site administration"),
    tests=("python manage.py test",),
    env={"DJANGO_SUPERUSER_PASSWORD": PASSWORD},
    live=Live(
        "mysite.wsgi:application",
        simple="/product/",
        login="/admin/login/",
        prepare=(f"cp {PIECES}/django/live.py .",),
        env={"DJANGO_SETTINGS_MODULE": "live"},
    ),
    scaffold=DJANGO_SCAFFOLD,
    rules=Rules(
        "{}/views.py", "from {}.views import index as theirs", "python manage.py check"
    ),
)

WAGTAIL = Peer(
    name="Wagtail",
    package="wagtail",
    note="A content management system on Django: ``wagtail start``.",
    steps=(
        page("pip install wagtail"),
        page("wagtail start mysite ."),
        page("python manage.py migrate"),
        admin(
            f"python manage.py createsuperuser --noinput --username you --email {EMAIL}"
        ),
        module("python manage.py startapp product"),
        module(f"cp {PIECES}/django/views.py product/", edits=5),
        module(f"cp {PIECES}/django/urls.py product/", edits=5),
        module(f"patch mysite/urls.py {PIECES}/wagtail/urls.diff", edits=1),
    ),
    serve="python manage.py runserver {port}",
    login=("/admin/login/", {"username": "you", "password": PASSWORD}),
    panel=("/admin/", "Dashboard"),
    tests=("python manage.py test",),
    env={"DJANGO_SUPERUSER_PASSWORD": PASSWORD},
    live=Live(
        "mysite.wsgi:application",
        simple="/product/",
        login="/admin/login/",
        prepare=(f"cp {PIECES}/wagtail/live.py .",),
        env={"DJANGO_SETTINGS_MODULE": "live"},
    ),
)

SHOPYO_PEER = Peer(
    name="Shopyo",
    package="shopyo",
    note="With its packages for accounts and the admin panel.",
    steps=(
        page(
            "pip install shopyo==4.19.0 shopyo-dashboard==1.5.4 shopyo-auth==1.10.3"
            " python-dotenv"
        ),
        page("shopyo new myapp -m"),
        page("cd myapp"),
        page("shopyo env"),
        admin(f"patch init.py {SHOPYO}/init.diff", edits=7),
        admin(
            f"SHOPYO_AUTH_SEED_ADMIN_EMAIL={EMAIL}"
            f" SHOPYO_AUTH_SEED_ADMIN_PASSWORD={PASSWORD} shopyo initialise -y"
        ),
        module("shopyo startapp product"),
    ),
    serve="flask run --port {port}",
    login=("/shopyo-auth/login", {"email": EMAIL, "password": PASSWORD}),
    panel=("/shopyo-appadmin/", EMAIL),
    tests=("pip install pytest", "python -m pytest -q"),
    live=Live(
        "app:create_app('production')",
        simple="/product/",
        login="/shopyo-auth/login",
        prepare=(f"cp {PIECES}/shopyo/config.py instance/",),
        env={"SECRET_KEY": SECRET, "SQLALCHEMY_DATABASE_URI": "sqlite:///shopyo.db"},
    ),
    scaffold=SHOPYO_SCAFFOLD,
    rules=Rules(
        "modules/{}/view.py",
        "from modules.{}.view import blueprint as theirs",
        "shopyo audit",
    ),
)

FLASKR = Peer(
    name="flaskr",
    package="flask",
    note="The app of Flask's tutorial, from the source release; it has no admin page.",
    steps=(
        page("pip download --no-deps --no-binary flask flask==3.1.3"),
        page(
            "tar -xzf flask-3.1.3.tar.gz --strip-components=3 --wildcards '*/tutorial'"
        ),
        page("pip install -e ."),
        page("flask --app flaskr init-db"),
        module(f"cp {PIECES}/flaskr/product.py flaskr/", edits=8),
        module(f"patch flaskr/__init__.py {PIECES}/flaskr/init.diff", edits=2),
    ),
    serve="flask --app flaskr run --port {port}",
    tests=("pip install .[test]", "pytest -q"),
    live=Live("flaskr:create_app()", simple="/product/", login="/auth/login"),
)

APPBUILDER = Peer(
    name="Flask-AppBuilder",
    package="flask-appbuilder",
    note="By its generator, which loads a template from another server.",
    steps=(
        page("pip install flask-appbuilder"),
        page(f"flask fab create-app --name myapp --secret-key {SECRET}"),
        page("cd myapp"),
        admin(
            "flask fab create-admin --username you --firstname You --lastname Too"
            f" --email {EMAIL} --password {PASSWORD}"
        ),
    ),
    serve="flask run --port {port}",
    login=("/login/", {"username": "you", "password": PASSWORD}),
    panel=("/users/list/", EMAIL),
    own=None,
)

APPBUILDER_BY_HAND = Peer(
    name="Flask-AppBuilder, by hand",
    package="flask-appbuilder",
    note="With an ``app.py`` that is written by hand, which needs no generator.",
    steps=(
        page("pip install flask-appbuilder"),
        page(f"cp {PIECES}/appbuilder/app.py .", edits=16),
        admin(
            "flask fab create-admin --username you --firstname You --lastname Too"
            f" --email {EMAIL} --password {PASSWORD}"
        ),
        module(f"cp {PIECES}/appbuilder/product.py .", edits=11),
        module(f"patch app.py {PIECES}/appbuilder/app.diff", edits=2),
    ),
    serve="flask run --port {port}",
    login=("/login/", {"username": "you", "password": PASSWORD}),
    panel=("/users/list/", EMAIL),
    live=Live("app:create_app()", simple="/product/", login="/login/"),
)

TURBOGEARS = Peer(
    name="TurboGears",
    package="turbogears2",
    note="``gearbox quickstart``, with accounts; it has no admin page.",
    steps=(
        page("pip install tg.devtools"),
        page("gearbox quickstart myapp"),
        page("cd myapp"),
        page("pip install -e .[development]"),
        page("gearbox setup-app"),
        module(
            f"cat {PIECES}/turbogears/root.txt >> myapp/controllers/root.py", edits=4
        ),
    ),
    serve="sed -i 's/^port = .*/port = {port}/' development.ini; gearbox serve",
    own="/product",
    tests=("pytest -q",),
    live=Live(
        "live:application",
        simple="/product",
        login="/login",
        prepare=(
            "sed -i 's/^debug = true/debug = false/' development.ini",
            f"cp {PIECES}/turbogears/live.py .",
        ),
    ),
)

COOKIECUTTER = Peer(
    name="cookiecutter-flask",
    package="cookiecutter",
    note="Its template is on no package index.",
    steps=(
        page("pip install cookiecutter"),
        page(
            "cookiecutter --no-input"
            " https://github.com/cookiecutter-flask/cookiecutter-flask"
        ),
    ),
    serve="flask run --port {port}",
    own=None,
)

PEERS = {
    "ours": OURS,
    "django": DJANGO,
    "wagtail": WAGTAIL,
    "shopyo": SHOPYO_PEER,
    "flaskr": FLASKR,
    "turbogears": TURBOGEARS,
    "appbuilder_by_hand": APPBUILDER_BY_HAND,
    "appbuilder": APPBUILDER,
    "cookiecutter": COOKIECUTTER,
}
