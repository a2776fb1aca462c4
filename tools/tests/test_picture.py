"""The picture of the house shows what the code says."""

import re

import pytest

from tools import picture
from tools.console import Stop

GATE = 'class Gate(models.AbstractModel):\n    _name = "customer.portal.gate"\n'


@pytest.fixture
def draw(tmp_path):
    """Return a function that draws files: their code by their path in `models/`."""

    def draw_files(files):
        for path, code in files.items():
            file = tmp_path / path
            file.parent.mkdir(exist_ok=True)
            file.write_text(code)
        return picture.draw(tmp_path)

    return draw_files


def get_arrows(drawn):
    """Return the arrows of a picture, without thickness."""
    return set(re.findall(r"^ +(\w+) [-=]{2}> (\w+)$", drawn, re.MULTILINE))


def test_the_picture_is_up_to_date():
    _before, drawn, _after = picture.split(picture.DOCUMENT.read_text())
    assert drawn == picture.draw(picture.MODELS), "Run `make picture`."


def test_folders_are_explained_in_the_order_they_stand_on_each_other():
    init = (picture.MODELS / "__init__.py").read_text()
    names = re.findall(r"^from \. import (\w+)", init, re.MULTILINE)
    folders = [name for name in names if (picture.MODELS / name).is_dir()]
    text = picture.DOCUMENT.read_text()
    explained = re.findall(r"^\| `(\w+)/` \|", text, re.MULTILINE)
    assert [name for name in explained if name in folders] == folders


@pytest.mark.parametrize(
    "code",
    [
        "from ..gate.gate import Gate",
        "from ..gate import gate",
        "from .. import gate",
        "from odoo.addons.customer_portal.models.gate.gate import Gate",
        'def f(self):\n    return self.env["customer.portal.gate"].may()',
        'class Case(models.AbstractModel):\n    _inherit = "customer.portal.gate"',
        'class Case(models.Model):\n    _inherit = ["x", "customer.portal.gate"]',
        'gate_id = fields.Many2one("customer.portal.gate")',
    ],
)
def test_a_folder_names_another_one(draw, code):
    drawn = draw({"gate/gate.py": GATE, "case/case.py": code})
    assert get_arrows(drawn) == {("case", "gate")}


@pytest.mark.parametrize(
    "code",
    [
        "from ...const import CASE_MODELS",
        "from .case_mail import send",
        "from odoo import models",
        'class Task(models.Model):\n    _inherit = "project.task"',
        'text = "customer.portal.gate decides"',
    ],
)
def test_a_folder_names_no_other_one(draw, code):
    drawn = draw({"gate/gate.py": GATE, "case/case.py": code})
    assert get_arrows(drawn) == set()
    assert "    case\n    gate\n" in drawn


def test_a_model_stands_where_it_is_named_first(draw):
    extended = 'class Gate(models.AbstractModel):\n    _name = "customer.portal.gate"\n'
    extended += '    _inherit = ["customer.portal.gate"]\n'
    drawn = draw({"access/gate.py": extended, "gate/gate.py": GATE})
    assert get_arrows(drawn) == {("access", "gate")}


def test_what_gathers_files_names_nobody(draw):
    drawn = draw({"__init__.py": "from . import gate", "gate/gate.py": GATE})
    assert drawn == "```mermaid\nflowchart TD\n    gate\n```\n"


def test_files_without_a_folder_are_one_box(draw):
    drawn = draw(
        {
            "customer_portal_gate.py": GATE,
            "res_partner.py": "from .customer_portal_gate import Gate",
            "case/case.py": "from ..customer_portal_gate import Gate",
        }
    )
    assert "    case\n    models\n" in drawn
    assert get_arrows(drawn) == {("case", "models")}


def test_what_a_longer_way_says_is_left_out(draw):
    drawn = draw(
        {
            "gate/gate.py": GATE,
            "case/case.py": "from ..gate import gate",
            "home/home.py": "from ..gate import gate\nfrom ..case import case",
        }
    )
    assert get_arrows(drawn) == {("case", "gate"), ("home", "case")}


def test_a_circle_is_thick_and_complete(draw):
    drawn = draw(
        {
            "config/module.py": "from ..case import case",
            "case/case.py": "from ..gate import gate\nfrom ..config import module",
            "gate/gate.py": f"from ..config import module\n{GATE}",
            "home/home.py": "from ..gate import gate\nfrom ..config import module",
        }
    )
    assert "case ==> config" in drawn
    assert "gate ==> config" in drawn
    assert "home --> gate" in drawn
    assert get_arrows(drawn) == {
        *(("config", "case"), ("case", "gate"), ("case", "config")),
        *(("gate", "config"), ("home", "gate"), ("home", "config")),
    }


@pytest.mark.long
@pytest.mark.parametrize("old", ["", "```mermaid\n```\n"])
def test_a_picture_takes_the_place_of_the_one_before(monkeypatch, tmp_path, old):
    document = tmp_path / "architecture.md"
    around = "# Architecture\n", picture.BEGIN, picture.END, "\nThe rules.\n"
    document.write_text("{}{}\n{old}{}{}".format(*around, old=old))
    monkeypatch.setattr(picture, "DOCUMENT", document)
    monkeypatch.setattr(picture, "ROOT", tmp_path)
    picture.run()
    new = picture.draw(picture.MODELS)
    assert document.read_text() == "{}{}\n{new}{}{}".format(*around, new=new)


def test_a_document_without_a_place_is_refused():
    with pytest.raises(Stop, match=r"architecture\.md needs"):
        picture.split("# Architecture\n")
