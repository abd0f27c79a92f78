"""The claims of the guide: the sentence of each one, and what its record must hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Measure = dict[str, Any]
Range = tuple[float | None, float | None]


@dataclass(frozen=True)
class Claim:
    """A sentence that the site may print, because a test tries to break it.

    :param sentence: the sentence, as the site prints it.
    :param tolerance: the smallest and the largest value that each named measure may
        have; ``None`` where there is no limit. The site's build checks them.
    :param limits: where it is known not to hold, and no test is needed to say so.
    :param summarise: adds totals to what several tests have measured.
    """

    sentence: str
    tolerance: dict[str, Range] = field(default_factory=dict)
    limits: tuple[str, ...] = ()
    summarise: Callable[[Measure], Measure] = dict


def summarise_cells(measure: Measure) -> Measure:
    """Count the cells of the fault matrix.

    An app that refuses to start holds the claim, but none of its modules is running:
    these cells are counted apart.
    """
    cells = measure.get("cells", [])
    verdicts = Counter(cell["verdict"] for cell in cells)
    running, refused = verdicts["others answer"], verdicts["fails closed"]
    held = running + refused
    judged = held + verdicts["does not hold"]
    return {
        "modules": len({cell["module"] for cell in cells}),
        "faults": len({cell["fault"] for cell in cells}),
        "cells_judged": judged,
        "cells_held": held,
        "cells_others_kept_running": running,
        "cells_refused_to_start": refused,
        "share_held": round(held / judged, 3) if judged else 0,
        "share_others_kept_running": round(running / judged, 3) if judged else 0,
        **measure,
    }


CLAIMS = {
    "isolation": Claim(
        "A bug in one module leaves the other modules running.",
        {
            "modules": (6, None),
            "faults": (8, None),
            "share_held": (0.75, 1),
            "share_others_kept_running": (0.65, 1),
        },
        (
            "An endless loop, or memory that runs out, stops the whole process. Run "
            "the module in a process of its own.",
        ),
        summarise_cells,
    ),
    "boundaries": Claim(
        "No module imports another module's internals, and a check says so.",
        {"contracts": (8, None), "contracts_without_mutation": (0, 0)},
    ),
    "testability": Claim(
        "A module's tests run without the code of the other modules.",
        {"modules": (6, None), "foreign_files": (0, 0)},
    ),
    "team_scaling": Claim(
        "Five people can build five features side by side and merge without conflict.",
        {"features": (5, None), "modular_conflicts": (0, 0)},
    ),
    "reusability": Claim(
        "A module moves into another app with its tables, pages and tests.",
        {"lines_written_for_the_new_app": (1, 30), "tests_passed_there": (1, None)},
    ),
    "independence": Claim(
        "The app runs with any choice of modules that holds what they depend on.",
        {"choices": (8, None), "choices_that_fail": (0, 0)},
    ),
    "structure": Claim(
        "What the checks find in the monolith, they do not find in the modular app.",
        {"modular_violations": (0, 0), "monolith_violations": (1, None)},
    ),
    "trade_off": Claim(
        "The structure costs more lines and more files, and little time.",
        {
            "lines_ratio": (1, 3),
            "files_ratio": (1, None),
            "startup_ratio": (0, 2),
            "memory_ratio": (0, 1.5),
            "login_ratio": (0, 1.5),
            "blog_ratio": (0, 1.5),
        },
    ),
}
