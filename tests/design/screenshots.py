"""Write the pictures of both apps into docs/_static/screenshots/."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from .sites import Scheme, launch, serve, visit

FOLDER = Path(__file__).parents[2] / "docs" / "_static" / "screenshots"
PAGES = {"home": "/", "dashboard": "/dashboard/"}
VIEWS: tuple[tuple[str, int, Scheme], ...] = (
    ("light", 1280, "light"),
    ("dark", 1280, "dark"),
    ("phone", 390, "light"),
)


def main() -> None:
    """Take the pictures; each is below 150 kB."""
    FOLDER.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder, launch() as browser:
        for app in ("before", "after"):
            with serve(app, Path(folder)) as address:
                for view, width, scheme in VIEWS:
                    for name, path in PAGES.items():
                        page = visit(
                            *(browser, address),
                            width=width,
                            scheme=scheme,
                            log_in=name != "home",
                        )
                        page.set_viewport_size({"width": width, "height": 800})
                        page.goto(f"{address}{path}")
                        page.wait_for_load_state("networkidle")
                        file = FOLDER / f"{app}-{name}-{view}.png"
                        page.screenshot(path=file)
                        page.context.close()
                        sys.stdout.write(f"{file.name}: {file.stat().st_size} bytes\n")


if __name__ == "__main__":
    main()
