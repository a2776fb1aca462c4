"""The OCA addons beside which the tests run."""

import pytest

from tools import oca, odoo_run

pytestmark = pytest.mark.tools


def test_the_pinned_addons_are_there_and_odoo_finds_them():
    oca.ensure()
    lines = oca.WHEELS.read_text().splitlines()
    pins = dict(line.split("==") for line in lines if "==" in line)
    wheels = {
        name.removeprefix("odoo-addon-").replace("-", "_"): version
        for name, version in pins.items()
    }
    versions = oca.versions()
    assert versions.keys() == wheels.keys()
    # A wheel that was built again for the same addon has a number more.
    for name, version in versions.items():
        assert f"{wheels[name]}.".startswith(f"{version}."), name
    assert oca.addons_path() in odoo_run.addons_path()
