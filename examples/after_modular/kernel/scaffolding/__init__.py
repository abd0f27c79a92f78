"""Scaffolding: write a module or a box that works, rename one, remove one."""
