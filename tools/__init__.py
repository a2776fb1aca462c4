"""The developer commands: everything `make` runs, and no part of the installable addon.

Run from the repository's root as ``python3 -m tools <command>``. Until the virtual
environment exists only the standard library is used; commands that need more continue
inside the environment (see `python_env.enter`).
"""
