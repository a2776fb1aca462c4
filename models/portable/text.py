import json

from odoo import api, models
from odoo.exceptions import ValidationError

# The largest file, in bytes. A module with its fields and what ten profiles permit of
# it takes about 20,000.
FILE_LIMIT = 5_000_000


class CustomerPortalPortable(models.AbstractModel):
    """Profiles and modules as the text of a file, which people and git can compare."""

    _inherit = "customer.portal.portable"

    @api.model
    def _write_text(self, data):
        """Return values as JSON: one value a line, always in the same order.

        :rtype: str
        """
        return f"{json.dumps(data, indent=2, sort_keys=True, ensure_ascii=False)}\n"

    @api.model
    def _read_text(self, content):
        """Return the values that a file holds; whether they make sense is not checked.

        :param bytes content: of the file
        :raise ValidationError: that says why nobody can read it
        """
        if len(content) > FILE_LIMIT:
            raise ValidationError(
                self.env._(
                    "The file is too large. It can have %(limit)s MB at most.",
                    limit=FILE_LIMIT // 1_000_000,
                )
            )
        try:
            return json.loads(
                content.decode("utf-8-sig"),
                object_pairs_hook=self._read_object,
                parse_constant=self._read_constant,
            )
        except (ValueError, RecursionError) as error:
            problem = self._get_unread_text(error)
            raise ValidationError(
                self.env._("The file is not valid JSON: %(problem)s", problem=problem)
            ) from error

    @api.model
    def _get_unread_text(self, error):
        """Say what is wrong with a file, in words of its own where Python has none."""
        if isinstance(error, UnicodeDecodeError):
            return self.env._("it is not a text file.")
        if isinstance(error, RecursionError):
            return self.env._("it is nested too deeply.")
        return f"{error}"

    @api.model
    def _read_object(self, pairs):
        """Refuse what stands in an object twice: only one of both would count."""
        values = dict(pairs)
        if len(values) < len(pairs):
            names = [name for name, _value in pairs]
            twice = next(name for name in names if names.count(name) > 1)
            raise ValidationError(
                self.env._("The file holds “%(name)s” twice.", name=twice[:100])
            )
        return values

    @api.model
    def _read_constant(self, text):
        raise ValueError(self.env._("“%(text)s” is not a number.", text=text))
