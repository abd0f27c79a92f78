"""The build fails on a code block that nothing proves."""

from __future__ import annotations

import pytest

from .conftest import TinySite

FIX = "Include it from a tested file with 'example'"

UNPROVED = {
    "code-block": ".. code-block:: python\n\n   print()\n",
    "literal block": "Look::\n\n   print()\n",
    "parsed literal": ".. parsed-literal::\n\n   print()\n",
    "shell session": ".. code-block:: console\n\n   $ ls\n",
    "JSON": '.. code-block:: json\n\n   {"a": 1}\n',
    "raw HTML": ".. raw:: html\n\n   <pre>print()</pre>\n",
    "included from elsewhere": ".. literalinclude:: ../notes/idea.py\n",
}
PROVED = {
    "included by us": ".. example:: examples/app.py\n",
    "included by Sphinx": ".. literalinclude:: ../examples/app.py\n",
    "Python session": ".. code-block:: pycon\n\n   >>> 1 + 1\n   2\n",
    "doctest": ">>> 1 + 1\n2\n",
    "console": """
        .. console::
           :name: look
           :test: tests/test_a.py::test_b

           $ ls
    """,
    "output": """
        .. output:: json
           :name: look
           :test: tests/test_a.py::test_b

           {"a": 1}
    """,
    "excused": ".. untested:: a sketch\n\n   .. code-block:: python\n\n      print()\n",
}
FILES = {
    "examples/app.py": "app = 1\n",
    "notes/idea.py": "idea = 1\n",
    "tests/test_a.py": 'def test_b():\n    block("index.rst", "look")\n',
}


@pytest.mark.parametrize("block", UNPROVED.values(), ids=UNPROVED.keys())
def test_unproved_block_fails_the_build(tiny_site: TinySite, block: str) -> None:
    result = tiny_site(block, **FILES)
    assert result.returncode != 0
    assert "ERROR: Nothing proves this code block." in result.stderr
    assert FIX in result.stderr
    assert "index.rst:" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("block", PROVED.values(), ids=PROVED.keys())
def test_proved_block_passes(tiny_site: TinySite, block: str) -> None:
    result = tiny_site(block, **FILES)
    assert result.returncode == 0, result.stderr


def test_message_names_page_and_line(tiny_site: TinySite) -> None:
    result = tiny_site("Text.\n\n.. code-block:: python\n\n   print()\n")
    assert "index.rst:6: ERROR" in result.stderr


def test_second_build_of_an_unproved_page_fails_too(tiny_site: TinySite) -> None:
    page = ".. code-block:: python\n\n   print()\n"
    assert tiny_site(page).returncode != 0
    assert tiny_site(page).returncode != 0


def test_repaired_page_passes(tiny_site: TinySite) -> None:
    assert tiny_site(".. code-block:: python\n\n   print()\n").returncode != 0
    assert tiny_site("No code.\n").returncode == 0


def test_untested_needs_a_reason(tiny_site: TinySite) -> None:
    result = tiny_site(".. untested::\n\n   .. code-block:: python\n\n      print()\n")
    assert result.returncode != 0
    assert "1 argument(s) required, 0 supplied" in result.stderr


def test_untested_without_indented_content_is_refused(tiny_site: TinySite) -> None:
    result = tiny_site(".. untested:: a sketch\n\n.. code-block:: python\n\n   1\n")
    assert result.returncode != 0
    assert "'untested' is empty. Indent the code block under it." in result.stderr


def test_untested_without_code_is_refused(tiny_site: TinySite) -> None:
    result = tiny_site(".. untested:: a sketch\n\n   Words.\n")
    assert result.returncode != 0
    assert "'untested' holds no code block. Remove it." in result.stderr
