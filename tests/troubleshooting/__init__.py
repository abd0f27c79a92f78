"""The errors that the site explains, each produced from a minimal app."""
