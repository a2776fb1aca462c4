"""The OCA addons beside which the tests run."""

import pytest

from tools import oca, odoo_run

pytestmark = pytest.mark.tools


def test_the_pinned_addons_are_there_and_odoo_finds_them():
    oca.ensure()
    pins = [line for line in oca.WHEELS.read_text().splitlines() if "==" in line]
    names = {pin.removeprefix("odoo-addon-").replace("-", "_") for pin in pins}
    assert {f"{name}=={version}" for name, version in oca.versions().items()} == names
    assert oca.addons_path() in odoo_run.addons_path()
