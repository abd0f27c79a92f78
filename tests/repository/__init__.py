"""Tests of the repository itself: its paths, its lock files and its workflows."""
