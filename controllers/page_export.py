import csv
import io
import re
import tempfile

import xlsxwriter
from werkzeug.exceptions import NotFound

from odoo import api
from odoo.http import content_disposition, request, route

from .page import CustomerPortalPage

# What begins so is a formula for a spreadsheet, and could call out. In many languages a
# semicolon begins a cell; fields with line breaks are quoted.
FORMULA = re.compile(r"^(?=[=+\-@\t\r\n])|(?<=[;\t])(?=[=+\-@])")
CHUNK = 64 * 1024
DATE_FORMATS = {"date": "yyyy-mm-dd", "datetime": "yyyy-mm-dd hh:mm:ss"}
TYPES = {
    "csv": "text/csv;charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class CustomerPortalPageExport(CustomerPortalPage):
    """The list that is shown as a file, written while it is read."""

    @route(
        "/my/p/<string:code>/export",
        type="http",
        auth="user",
        website=True,
        readonly=True,
        methods=["GET"],
    )
    def portal_module_export(self, code, **query):
        module = self._get_module(code)
        gate, user = request.env["customer.portal.gate"], request.env.user
        if "export" not in module["actions"]:
            raise NotFound()
        kind = "xlsx" if query.get("format") == "xlsx" else "csv"
        asked = gate.clean_asked(user, code, **query)
        columns = gate.columns(user, code, "read")
        write = _write_xlsx if kind == "xlsx" else _write_csv
        headers = [
            ("Content-Type", TYPES[kind]),
            ("Content-Disposition", content_disposition(f"{module['name']}.{kind}")),
            ("X-Content-Type-Options", "nosniff"),
            ("X-Total-Rows", str(gate.count_rows(user, code, asked, limit=None))),
        ]
        rows = _read_rows(request.env, code, asked)
        return request.make_response(write(columns, rows), headers)


def _read_rows(env, code, asked):
    """Yield the rows with a cursor of their own: the request's is closed by then."""
    registry, uid, context = env.registry, env.uid, dict(env.context)
    with registry.cursor(readonly=True) as cr:
        fresh = api.Environment(cr, uid, context)
        yield from fresh["customer.portal.gate"].export_rows(fresh.user, code, asked)


def _write_csv(columns, rows):
    """Yield the lines of a CSV file, marked as UTF-8 for spreadsheets."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow([_defuse(column["label"]) for column in columns])
    yield "\ufeff".encode()
    for row in rows:
        writer.writerow([_defuse(value) for value in row])
        if buffer.tell() > CHUNK:
            yield _take(buffer)
    yield _take(buffer)


def _take(buffer):
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()


def _defuse(value):
    return FORMULA.sub("'", value) if isinstance(value, str) else value


def _write_xlsx(columns, rows):
    """Yield a workbook; it is written to the disk row by row."""
    with tempfile.TemporaryFile() as file:
        options = {"constant_memory": True, "strings_to_formulas": False}
        with xlsxwriter.Workbook(file, options) as book:
            sheet = book.add_worksheet()
            bold = book.add_format({"bold": True})
            sheet.write_row(0, 0, [column["label"] for column in columns], bold)
            formats = [
                book.add_format({"num_format": DATE_FORMATS[column["type"]]})
                if column["type"] in DATE_FORMATS
                else None
                for column in columns
            ]
            for number, row in enumerate(rows, start=1):
                for place, value in enumerate(row):
                    _write_cell(sheet, number, place, value, formats[place])
        file.seek(0)
        yield from iter(lambda: file.read(CHUNK), b"")


def _write_cell(sheet, row, column, value, date_format):
    if isinstance(value, str):
        sheet.write_string(row, column, value)
    elif date_format:
        sheet.write_datetime(row, column, value, date_format)
    else:
        sheet.write_number(row, column, value)
