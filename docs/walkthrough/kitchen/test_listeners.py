"""What the kitchen does when other modules tell."""

import pytest
from modules.kitchen import api

from kernel.interfaces import interface
from kernel.testing import Scenario


@pytest.mark.needs("recipes")
def test_a_new_recipe_is_planned(scenario: Scenario) -> None:
    recipes = interface("recipes")
    scenario.when(lambda: recipes.add("Soup")).expect(lambda: api.count() == 1)
