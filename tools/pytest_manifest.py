"""A pytest plugin: Odoo's own linter knows the keys of manifests that OCA adds."""

OCA_KEYS = {"development_status", "maintainers"}


def pytest_collection_modifyitems(items):
    """Add them to the keys that the linter lets pass."""
    for module in {item.module for item in items}:
        if keys := getattr(module, "MANIFEST_KEYS", None):
            keys.update(OCA_KEYS)
