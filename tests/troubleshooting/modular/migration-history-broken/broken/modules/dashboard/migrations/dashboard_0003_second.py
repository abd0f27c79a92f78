"""Add a table."""

revision = "dashboard_0003"
down_revision = None
