"""Sphinx extensions that keep the site honest, one concept a file."""
