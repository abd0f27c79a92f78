"""Names for modules and boxes: those that work, and those that are refused."""

# Ordinary features, and words that collide with something of the demo's: rules, URLs,
# endpoints, files of a module, tables, commands, and layers of the kernel.
ORDINARY = """
analytics assets calendar cart categories chat comments files followers images likes
media messages orders payments products projects reports shop support tags tasks teams
uploads wiki wishlists
"""
OF_OTHER_MODULES = """
account confirm export feed followed invoice invoices login logout mail member members
new password plan plans post posts profile register reset search status subscriptions
text tokens upgrade user users webhook
"""
OF_A_MODULE = """
api commands demo entries entry errors events fake forms index listeners models service
settings view
"""
OF_THE_APP = """
access agents boundaries cli csrf dispatchers doctor error exceptions favicon filters
initialize layout links macros main manifest migrate name navigation operations page
pagination readme remote robots routes run scaffolding security shell sitemap site start
startapp testing title worker
"""
OF_PYTHON = """
abc ast case code dict email id input int io json list logging match none object open os
print property queue random re secrets self str string sys test this time
token true type types typing
"""
OF_PACKAGES = """
alembic celery click flask jinja2 markdown openapi pytest redis sqlalchemy svcs werkzeug
wtforms
"""
OF_DATABASES = """
base ck columns fk group information_schema ix_a metadata order pk postgres public query
registry select session table uq where
"""
SHAPES = """
a z9 a1_b2_c3 ab authx auth2 box community labs long_name_of_27_character_a x2024
blueprint current_user g module request url
"""
ACCEPTED = " ".join(
    [
        *(ORDINARY, OF_OTHER_MODULES, OF_A_MODULE, OF_THE_APP, OF_PYTHON),
        *(OF_PACKAGES, OF_DATABASES, SHAPES),
    ]
).split()

# Names that can't work, and part of the reason.
REFUSED = {
    "admin": "modules/admin exists already",
    "auth": "modules/auth exists already",
    "blog": "There is a module 'blog' already",  # in a box
    "notifications": "There is a module 'notifications' already",
    "outbox": "There is a module 'outbox' already",  # a package of the kernel
    "auth_extra": "all tables that start with auth_ belong to 'auth'",
    "blog_posts": "all tables that start with blog_ belong to 'blog'",
    "outbox_x": "all tables that start with outbox_ belong to 'outbox'",
    "users_extra": "all tables that start with users_ belong to 'users'",
    "site_packages": "all tables that start with site_ belong to 'site'",
    "app": "the app has app.py",
    "config": "the app has config.py",
    "conftest": "the app has conftest.py",
    "kernel": "the app has kernel",
    "modules": "the app has modules",
    "web": "the app has web",
    "static": "a folder in each module",
    "healthz": "/healthz is a page",
    "readyz": "/readyz is a page",
    "metrics": "/metrics is a page",
    "pages": "a blueprint has this name",
    "health": "a blueprint has this name",
    "migrations": "a folder in each module",
    "templates": "a folder in each module",
    "tests": "a folder in each module",
    "sqlite": "databases name their own tables sqlite_",
    "sqlite_x": "databases name their own tables sqlite_",
    "pg": "databases name their own tables pg_",
    "pg_stats": "databases name their own tables pg_",
    "and": "a keyword of Python",
    "async": "a keyword of Python",
    "class": "a keyword of Python",
    "def": "a keyword of Python",
    "import": "a keyword of Python",
    "None": "such as none",
    "box__labs": "Use `flask startbox labs`",
    "Blog": "such as blog",
    "BLOG": "such as blog",
    "myBlog": "such as myblog",
    "my-blog": "such as my_blog",
    "my blog": "such as my_blog",
    "my.blog": "such as my_blog",
    "2nd": "such as nd",
    "42": "start with a letter.",
    "_private": "such as private",
    "x_": "such as x",
    "two__lines": "such as two_lines",
    "__init__": "such as init",
    "déjà": "such as deja",
    "café": "such as cafe",
    "über": "such as uber",
    "日本": "start with a letter.",
    "λog": "such as og",
    "x\n": "such as x",
    "x\ty": "such as x_y",
    "": "start with a letter.",
    " ": "start with a letter.",
    ".": "start with a letter.",
    "..": "start with a letter.",
    "../evil": "such as evil",
    "/etc/passwd": "such as etc_passwd",
    "a/b": "such as a_b",
    "a\\b": "such as a_b",
    "modules.blog": "such as modules_blog",
    "{{ 7 }}": "start with a letter.",
    "[[ name ]]": "such as name",
    "%s": "such as s",
    "'; DROP TABLE": "such as drop_table",
    "-x": "such as x",
    "--help": "such as help",
    "name_of_twenty_eight_chars_ab": "has 29 characters",
    "a_name_that_is_far_too_long_for_the_table_of_versions": "may have 27",
    "x" * 300: "has 300 characters",
    "déjà" * 100_000: "such as deja",
}

BOXES_ACCEPTED = ("labs", "box__more", "auth", "users", "api", "a_box_of_20_letters1")
BOXES_REFUSED = {
    "community": "modules/box__community exists already",
    "box__community": "modules/box__community exists already",
    "box__box__x": "is the name of a box",
    "Labs": "such as labs",
    "../evil": "such as evil",
    "class": "a keyword of Python",
    "": "start with a letter.",
    "a_name_of_21_letters1": "the name of a box may have 20",
}
# A module, a box for it, and the folder.
IN_BOXES = (
    ("guestbook", "community", "modules/box__community/guestbook"),
    ("forum", "box__community", "modules/box__community/forum"),
    ("lab", "labs", "modules/box__labs/lab"),
)
IN_BOXES_REFUSED = (
    ("polls", "nowhere", "Create it with `flask startbox nowhere`"),
    ("polls", "community/blog", "can't be the name of a box"),
    ("polls", "../../elsewhere", "can't be the name of a box"),
    ("blog", "labs", "There is a module 'blog' already"),  # in another box
    ("forum", "labs", "There is a module 'forum' already"),
)
