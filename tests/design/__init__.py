"""Both apps look the same: shared files, and pages compared in a browser."""
