"""The settings of operations."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kernel import ModuleSettings, StartupError, setting


@dataclass(frozen=True, kw_only=True)
class OperationsSettings(ModuleSettings):
    """Settings for metrics, logs and traces."""

    METRICS_TOKEN: str = setting("", strong=True)
    PROMETHEUS_MULTIPROC_DIR: str = ""
    LOG_FORMAT: str = setting("text", choices=("text", "json"))
    LOG_LEVEL: str = setting("INFO", choices=("DEBUG", "INFO", "WARNING", "ERROR"))
    OTEL_EXPORTER_OTLP_ENDPOINT: str = ""
    OTEL_SERVICE_NAME: str = ""

    def check(self) -> None:
        """Refuse a missing metrics folder, and a traces endpoint that is no URL."""
        folder = self.PROMETHEUS_MULTIPROC_DIR
        if folder and not Path(folder).is_dir():
            raise StartupError(
                f"PROMETHEUS_MULTIPROC_DIR is {folder!r}, which is not a folder: "
                "create it, empty, before the first process starts.",
                error="metrics-folder-missing",
            )
        endpoint = self.OTEL_EXPORTER_OTLP_ENDPOINT
        if endpoint and not endpoint.startswith(("http://", "https://")):
            raise StartupError(
                "OTEL_EXPORTER_OTLP_ENDPOINT does not start with one of http://, "
                "https://: write it like http://host:4318.",
                error="invalid-url-setting",
            )
