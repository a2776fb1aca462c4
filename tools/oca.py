"""The addon `helpdesk_mgmt` of the Odoo Community Association, from its wheel."""

from .console import run
from .paths import BUILD
from .python_env import PYTHON
from .step import once, rebuilt

FOLDER = BUILD / "oca"
WHEEL = "odoo-addon-helpdesk-mgmt==19.0.1.3.2"


def ensure():
    """Have the addon, and return the folder of addons where Odoo finds it."""
    once("Downloading helpdesk_mgmt", "oca", [WHEEL, str(FOLDER)], _install)
    return FOLDER / "odoo/addons"


def _install():
    # Without what it depends on: that would be Odoo itself, which is no such package.
    pip = [PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "--no-deps"]
    with rebuilt(FOLDER) as folder:
        run([*pip, "--no-input", "--target", folder, WHEEL], log="oca")
