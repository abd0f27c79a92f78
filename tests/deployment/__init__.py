"""The deployment: its files, and the app with real services around it."""
