"""Startup errors print one line that ends with the path of the error's page."""

import subprocess
import sys

import pytest

from kernel.exceptions import StartupError, code_of, reason_of

MESSAGE = "PORT is 'x': use a whole number."


def test_the_printed_line_ends_with_the_path_of_the_page() -> None:
    program = (
        "from kernel import StartupError\n"
        f"raise StartupError({MESSAGE!r}, error='invalid-setting')"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert result.stderr == f"{MESSAGE} (errors/invalid-setting)\n"
    assert result.returncode == 1


@pytest.mark.parametrize(
    ("error", "reason", "code"),
    [
        (StartupError(MESSAGE, error="invalid-setting"), MESSAGE, "invalid-setting"),
        (SyntaxError("invalid syntax"), "SyntaxError: invalid syntax", "fallback"),
    ],
)
def test_another_error_repeats_the_reason_and_keeps_the_code(
    error: BaseException, reason: str, code: str
) -> None:
    with pytest.raises(type(error)) as caught:
        raise error
    assert reason_of(caught.value).endswith(reason)
    assert code_of(caught.value, "fallback") == code
