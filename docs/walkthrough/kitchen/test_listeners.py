"""Reactions to events of other modules."""

import pytest
from modules.kitchen import api as kitchen
from modules.recipes import api as recipes

from kernel.testing import Scenario


@pytest.mark.needs("recipes")
def test_a_new_recipe_is_planned(scenario: Scenario) -> None:
    scenario.when(lambda: recipes.add("Soup")).expect(lambda: kitchen.count() == 1)
