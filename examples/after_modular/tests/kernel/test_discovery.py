"""Discovery finds what is a module, and says what is wrong with the rest."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kernel.discovery import discover
from kernel.exceptions import ModuleError

MANIFEST = """
from kernel import Module

module = Module(import_name=__name__, title="T", summary="S", {})
"""


class Folder:
    """A package of modules that a test writes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        (path / "__init__.py").touch()

    def write(self, name: str, manifest: str | None = "") -> None:
        """Write the module ``name``, with further arguments of its manifest."""
        package = self.path / name
        package.mkdir(parents=True)
        text = "" if manifest is None else MANIFEST.format(manifest)
        (package / "__init__.py").write_text(text)

    def names(self, *only: str) -> list[str]:
        """Return the names of the modules found, in order."""
        return [module.name for module in discover(self.path, only=only)]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Folder]:
    """Return an empty folder of modules that can be imported."""
    path = tmp_path / "found"
    path.mkdir()
    monkeypatch.syspath_prepend(tmp_path)
    yield Folder(path)
    for name in [n for n in sys.modules if n.split(".")[0] == "found"]:
        del sys.modules[name]


def test_module_comes_after_what_it_depends_on(folder: Folder) -> None:
    folder.write("aaa", 'depends_on=("zzz",)')
    folder.write("mmm", 'uses=("aaa",)')
    folder.write("zzz")
    assert folder.names() == ["zzz", "aaa", "mmm"]


def test_box_groups_modules(folder: Folder) -> None:
    folder.write("box__community", None)
    folder.write("box__community/blog")
    (module,) = discover(folder.path)
    assert (module.name, module.box, module.url_prefix) == (
        "blog",
        "community",
        "/blog",
    )


def test_stray_files_and_folders_are_left_alone(folder: Folder) -> None:
    (folder.path / "notes.txt").write_text("remember the milk")
    (folder.path / "notes.py").write_text("raise SystemExit")
    (folder.path / "drafts").mkdir()
    (folder.path / "__pycache__").mkdir(exist_ok=True)
    folder.write("blog")
    assert folder.names() == ["blog"]


def test_only_the_named_modules(folder: Folder) -> None:
    folder.write("auth")
    folder.write("blog", 'depends_on=("auth",)')
    folder.write("shop")
    assert folder.names("blog", "auth") == ["auth", "blog"]


def refusal(folder: Folder, *only: str) -> str:
    """Return the message of the refusal: one line that names the fix."""
    with pytest.raises(ModuleError) as caught:
        discover(folder.path, only=only)
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_unknown_module(folder: Folder) -> None:
    folder.write("auth")
    message = refusal(folder, "auth", "blgo")
    assert "MODULES names blgo" in message
    assert "There are auth" in message


def test_missing_dependency(folder: Folder) -> None:
    folder.write("blog", 'depends_on=("auth",)')
    assert "'blog' depends on auth" in refusal(folder)


def test_dependency_left_out(folder: Folder) -> None:
    folder.write("auth")
    folder.write("blog", 'depends_on=("auth",)')
    assert "'blog' depends on auth" in refusal(folder, "blog")


def test_circle(folder: Folder) -> None:
    folder.write("auth", 'depends_on=("blog",)')
    folder.write("blog", 'depends_on=("auth",)')
    assert "auth -> blog -> auth" in refusal(folder)


def test_same_prefix(folder: Folder) -> None:
    folder.write("blog", 'url_prefix="/posts"')
    folder.write("news", 'url_prefix="/posts"')
    message = refusal(folder)
    assert "blog/__init__.py" in message
    assert "news/__init__.py" in message
    assert "'/posts'" in message


def test_same_name_in_two_boxes(folder: Folder) -> None:
    folder.write("box__one", None)
    folder.write("box__one/blog")
    folder.write("blog", 'url_prefix="/other"')
    assert "have the same name, 'blog'" in refusal(folder)


def test_no_manifest(folder: Folder) -> None:
    folder.write("blog", None)
    assert "no manifest" in refusal(folder)


def test_box_in_a_box(folder: Folder) -> None:
    folder.write("box__one", None)
    folder.write("box__one/box__two", None)
    assert "a box can't hold a box" in refusal(folder)


def test_folder_that_can_not_be_imported(folder: Folder) -> None:
    folder.write("my-blog")
    assert "'my-blog' can't be imported" in refusal(folder)


@pytest.mark.parametrize(
    ("manifest", "message"),
    [
        ('depends_on="auth"', "depends_on is 'auth': write a tuple, ('x',)"),
        ('links=("Home",)', "links is ('Home',): write a tuple, (Link,)"),
        ('url_prefix="blog"', "url_prefix is 'blog': write it like '/blog'"),
        ('url_prefix="/auth/"', "url_prefix is '/auth/': write it like '/blog'"),
        ('url_prefix="/"', "url_prefix is '/': write it like '/blog'"),
    ],
)
def test_value_that_is_not_meant(folder: Folder, manifest: str, message: str) -> None:
    folder.write("blog", manifest)
    assert message in refusal(folder)


def test_misspelled_import_name(folder: Folder) -> None:
    folder.write("blog")
    file = folder.path / "blog/__init__.py"
    file.write_text(file.read_text().replace("__name__", "'found.blgo'"))
    message = refusal(folder)
    assert "blog/__init__.py" in message
    assert "import_name is 'found.blgo'. Write import_name=__name__" in message


@pytest.mark.parametrize(
    "line",
    ["raise RuntimeError", "exit()", "class E(BaseException): ...\nraise E", "("],
)
def test_unreadable_manifest_is_left_out_if_it_may_be(
    folder: Folder, line: str
) -> None:
    folder.write("auth")
    folder.write("blog", 'uses=("auth",)')
    with (folder.path / "blog/__init__.py").open("a") as file:
        file.write(line)
    unreadable: dict[str, ModuleError] = {}
    modules = discover(folder.path, only=["auth", "blog"], unreadable=unreadable)
    assert [module.name for module in modules] == ["auth"]
    assert "found.blog" in str(unreadable["blog"])
    assert "found.blog" in refusal(folder)


def test_unreadable_manifest_of_a_module_that_may_be_critical(folder: Folder) -> None:
    folder.write("auth", "critical=True")
    with (folder.path / "auth/__init__.py").open("a") as file:
        file.write("raise RuntimeError")
    with pytest.raises(ModuleError, match=r"found\.auth"):
        discover(folder.path, unreadable={})
