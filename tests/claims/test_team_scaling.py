"""Team scaling: five people, five features, five branches, one merge after the other.

The branches are made in a temporary Git repository of each app and merged by Git
itself. Every branch is proved to work before it is merged.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from .conftest import Recorder
from .copies import ROOT, copy_app, must, python, run
from .features import FEATURES, SUBTITLE, TAGS, Feature, build

AUTHOR = ("-c", "user.name=Team", "-c", "user.email=team@example.com")
MARKERS = re.compile(r"^(<{7} .*|={7}|>{7} .*)\n", re.MULTILINE)


@dataclass
class Merged:
    """What Git said while the branches were merged."""

    conflicts: int = 0  # places that somebody has to decide on by hand
    files: set[str] = field(default_factory=set)  # in which they are
    shared: set[str] = field(default_factory=set)  # changed by more than one branch


class Team:
    """People who work on one app, each on a branch of their own."""

    def __init__(self, app: str, folder: Path) -> None:
        self.app = app
        self.folder = copy_app(app, folder)
        self.env = {"DATABASE_URL": f"sqlite:///{folder.parent / app}.db"}
        self.git("init", "--quiet", "--initial-branch=main")
        self.commit("The app")

    def git(self, *command: str) -> str:
        """Run Git; it must succeed."""
        return must(run("git", *AUTHOR, *command, folder=self.folder))

    def commit(self, message: str) -> None:
        """Commit everything."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)

    def build(self, feature: Feature) -> set[str]:
        """Build a feature on its branch; return the files that were touched."""
        self.git("switch", "--quiet", "--create", feature.name, "main")
        work = getattr(feature, self.app)
        build(self.folder, work)
        for command in self.migrate(work.migration_of, feature.name):
            database = Path(self.env["DATABASE_URL"].removeprefix("sqlite:///"))
            must(python("-m", "flask", *command, folder=self.folder, env=self.env))
        database.unlink()
        self.commit(feature.name)
        self.works([feature])
        return set(self.git("diff", "--name-only", "main", feature.name).split())

    def migrate(self, module: str, message: str) -> list[list[str]]:
        """Return the commands with which this app's developers write a migration."""
        if self.app == "after":
            return [["migrate", module, message]]
        return [["initialize"], ["db", "migrate", "-m", message]]

    def merge(self, features: list[Feature]) -> Merged:
        """Merge the branches of the features into main, and count conflicts."""
        merged = Merged()
        touched: list[str] = []
        self.git("switch", "--quiet", "main")
        for feature in features:
            changed = self.git("diff", "--name-only", f"main...{feature.name}")
            touched += changed.split()
            command = ("merge", "--no-edit", "--quiet", feature.name)
            if run("git", *AUTHOR, *command, folder=self.folder).returncode:
                self.settle(merged)
        merged.shared = {file for file in touched if touched.count(file) > 1}
        return merged

    def settle(self, merged: Merged) -> None:
        """Count the conflicts of a merge, and keep both sides to go on."""
        files = self.git("diff", "--name-only", "--diff-filter=U").split()
        for name in files:
            file = self.folder / name
            source = file.read_text(encoding="utf-8")
            merged.conflicts += len(re.findall(r"^<{7} ", source, re.MULTILINE))
            file.write_text(MARKERS.sub("", source), encoding="utf-8")
        merged.files.update(files)
        self.commit("Merge by hand")

    def works(self, features: list[Feature]) -> None:
        """Start the app on an empty database and open the page of each feature."""
        pages = [text for each in features for text in (each.path, each.says)]
        command = ("-m", "tests.claims.probe", str(self.folder), *pages)
        must(python(*command, folder=ROOT))

    def heads(self) -> dict[str, int]:
        """Return how many newest migrations each history has: one, or there is work."""
        histories = {"after": "modules/**/migrations", "before": "migrations/versions"}
        return {
            folder.parent.name: _count_heads(folder)
            for folder in sorted(self.folder.glob(histories[self.app]))
        }


def _count_heads(folder: Path) -> int:
    sources = [file.read_text(encoding="utf-8") for file in folder.glob("*.py")]

    def found(name: str) -> list[str]:
        pattern = rf"^{name}[^=\n]*= [\"']([^\"']+)"
        return [m for source in sources for m in re.findall(pattern, source, re.M)]

    revisions = found("revision")
    twice = len(revisions) - len(set(revisions))
    return len(set(revisions) - set(found("down_revision"))) + twice


@pytest.fixture(params=["after", "before"])
def team(request: pytest.FixtureRequest, tmp_path: Path) -> Team:
    return Team(request.param, tmp_path / "app")


def test_five_features_are_merged(team: Team, record: Recorder) -> None:
    touched = {feature.name: team.build(feature) for feature in FEATURES}
    merged = team.merge(FEATURES)
    heads = team.heads()
    kind = {"after": "modular", "before": "monolith"}[team.app]
    record(
        "team_scaling",
        features=len(FEATURES),
        **{
            f"{kind}_conflicts": merged.conflicts,
            f"{kind}_files_in_conflict": len(merged.files),
            f"{kind}_files_changed_by_several": len(merged.shared),
            f"{kind}_files_touched": sum(map(len, touched.values())),
            f"{kind}_newest_migrations": max(heads.values()),
        },
    )
    if team.app == "after":
        assert (merged.conflicts, merged.shared) == (0, set())
        assert set(heads.values()) == {1}, heads
        team.works(FEATURES)
        must(python("-m", "flask", "modules", "check", folder=team.folder))
    else:
        assert merged.conflicts > 0
        # Several heads: `flask initialize` refuses to run until they are merged.
        assert heads == {"migrations": len(FEATURES)}


def test_two_people_in_one_module_get_into_each_others_way(
    tmp_path: Path, record: Recorder
) -> None:
    team = Team("after", tmp_path / "app")
    pair = [TAGS, SUBTITLE]
    for feature in pair:
        team.build(feature)
    merged = team.merge(pair)
    heads = team.heads()
    record(
        "team_scaling",
        exceptions=(
            "Two people who change the same module meet as in any app: two fields on "
            f"a post are {merged.conflicts} conflicts and {heads['blog']} newest "
            "migrations.",
        ),
        same_module_conflicts=merged.conflicts,
        same_module_newest_migrations=heads["blog"],
    )
    assert merged.conflicts > 0
    assert heads["blog"] == 2
