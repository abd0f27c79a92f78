"""Source files as syntax trees: Python, Jinja, HTML, JavaScript, CSS and SQL."""
