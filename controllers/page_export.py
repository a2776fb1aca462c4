import csv
import io
import re
import tempfile
from time import monotonic

import xlsxwriter
from werkzeug.exceptions import NotFound

from odoo.http import content_disposition, request, route

from ..models.base.odoo_http import get_connection
from .page import CustomerPortalPage

# What begins so is a formula for a spreadsheet, and could call out. In many languages a
# semicolon begins a cell; fields with line breaks are quoted.
FORMULA = re.compile(r"^(?=[=+\-@\t\r\n])|(?<=[;\t])(?=[=+\-@])")
STARTS = frozenset("=+-@\t\r\n")
CHUNK = 64 * 1024
# How many seconds a reader has for the whole file, and for a chunk of it.
SEND_SECONDS = 600
CHUNK_SECONDS = 20
DATE_FORMATS = {"date": "yyyy-mm-dd", "datetime": "yyyy-mm-dd hh:mm:ss"}
TYPES = {
    "csv": "text/csv;charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class CustomerPortalPageExport(CustomerPortalPage):
    """The list that is shown as a file.

    It is written to the disk first, as fast as the database reads, and sent then: who
    reads slowly holds no cursor, and is not waited for longer than ``SEND_SECONDS``.
    """

    @route(
        "/my/p/<string:code>/export",
        type="http",
        auth="user",
        website=True,
        readonly=True,
        methods=["GET"],
    )
    def portal_module_export(self, code, **query):
        """Answer with a file.

        :raise UserError: if the list is too long for one
        """
        module = self._get_module(code)
        pages = request.env["customer.portal.record"]
        if "export" not in module["actions"]:
            raise NotFound()
        kind = "xlsx" if query.get("format") == "xlsx" else "csv"
        asked = pages.parse_list_query(code, **query)
        columns = pages.columns(code, "read")
        headers = [
            ("Content-Type", TYPES[kind]),
            ("Content-Disposition", content_disposition(f"{module['name']}.{kind}")),
            ("X-Content-Type-Options", "nosniff"),
        ]
        write = _write_xlsx if kind == "xlsx" else _write_csv
        file = tempfile.TemporaryFile()  # noqa: SIM115  closed once it is sent
        try:
            write(file, columns, pages.export_rows(code, asked))
        except BaseException:
            file.close()
            raise
        headers.append(("Content-Length", str(file.tell())))
        response = request.make_response(_send(file, get_connection()), headers)
        response.call_on_close(file.close)
        return response


def _send(file, connection):
    """Yield a file, and give up on a reader who takes it too slowly.

    :param connection: the socket; None where the server does not tell
    """
    file.seek(0)
    end, patience = monotonic() + SEND_SECONDS, connection and connection.gettimeout()
    if connection:
        connection.settimeout(CHUNK_SECONDS)
    try:
        while (chunk := file.read(CHUNK)) and monotonic() < end:
            yield chunk
    finally:
        if connection:
            connection.settimeout(patience)


def _write_csv(file, columns, rows):
    """Write a CSV file, marked as UTF-8 for spreadsheets."""
    text = io.TextIOWrapper(file, "utf-8-sig", newline="")
    writer = csv.writer(text)
    writer.writerow([_defuse(column["label"]) for column in columns])
    writer.writerows([_defuse(value) for value in row] for row in rows)
    text.detach()  # flushes, and leaves the file open


def _defuse(value):
    if not isinstance(value, str) or not (
        value[:1] in STARTS or ";" in value or "\t" in value
    ):
        return value  # As nearly all are: a search in each would take a tenth of it.
    return FORMULA.sub("'", value)


def _write_xlsx(file, columns, rows):
    """Write a workbook; its rows go to the disk one by one."""
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
    file.seek(0, io.SEEK_END)


def _write_cell(sheet, row, column, value, date_format):
    if isinstance(value, str):
        sheet.write_string(row, column, value)
    elif date_format:
        sheet.write_datetime(row, column, value, date_format)
    else:
        sheet.write_number(row, column, value)
