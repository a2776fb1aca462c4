"""The linters."""


def run():
    """Run all linters."""
