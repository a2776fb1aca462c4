from functools import lru_cache
from inspect import Parameter, signature
from traceback import walk_tb

from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import BadRequest

from odoo import fields, models
from odoo.http import request
from odoo.tools import str2bool

from odoo.addons.base.models.ir_qweb import QWebError

from ...utils import MAX_INTEGER

# Parameters of a list that name one of the choices it offers.
CHOICES = ("sortby", "filterby", "groupby", "search_in")
# What core hands to the database as it is.
DATES = ("date_begin", "date_end")

# What core reads as yes or no.
FLAGS = {"use_delivery_as_billing", "try_skip_step"}

# Parameters that are files; all others are texts.
FILE_PARAMETERS = ("ufile",)
# The longest text that an address can hold, in characters; longer ones mean nothing.
PARAMETER_LENGTH = 2000
# The kinds of parameters of a method that are filled by their names.
NAMED = (Parameter.POSITIONAL_OR_KEYWORD, Parameter.KEYWORD_ONLY)


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _dispatch(cls, endpoint):
        """Answer as if what is invalid in the address of a portal page were not there.

        Core looks up what lists are sorted and filtered by without a default. It must
        not be answered with an error, nor differently where there is a record.
        """
        if cls._is_portal_endpoint(endpoint):
            cls._check_parameters(endpoint)
        token = request.params.get("access_token") or ""
        if not isinstance(token, str) or not token.isascii():
            del request.params["access_token"]  # No token is; core cannot compare it.
        if not cls._get_portal_paths(endpoint):
            return super()._dispatch(endpoint)
        request.params.pop("self", None)  # Core calls methods with it as it is.
        cls._drop_invalid_flags()
        if request.httprequest.method != "GET":
            return super()._dispatch(endpoint)
        cls._drop_invalid_params()
        try:
            return super()._dispatch(endpoint)
        except (KeyError, TypeError, QWebError) as error:
            invalid_params = cls._get_invalid_params(error.__cause__ or error)
            if not invalid_params:
                raise
            for name in invalid_params:
                del request.params[name]
            return cls._dispatch(endpoint)

    @classmethod
    def _check_parameters(cls, endpoint):
        """Let no method of ours meet a file where it reads a text, nor a text for one.

        :raise BadRequest: if something is missing that the method needs
        """
        for name, value in list(request.params.items()):
            if isinstance(value, FileStorage) != (name in FILE_PARAMETERS):
                del request.params[name]
        request.params.pop("self", None)  # Core calls methods with it as it is.
        if not request.params.keys() >= _get_needed_names(endpoint.original_endpoint):
            raise BadRequest

    @classmethod
    def _drop_invalid_flags(cls):
        """Core reads them without a default, also those that forms send."""
        for name in FLAGS & request.params.keys():
            if not cls._is_flag(request.params[name]):
                del request.params[name]

    @classmethod
    def _is_flag(cls, value):
        try:
            return isinstance(value, str) and str2bool(value or "false") is not None
        except ValueError:
            return False

    @classmethod
    def _drop_invalid_params(cls):
        for name, value in list(request.params.items()):
            if not cls._is_parameter(name, value):
                del request.params[name]

    @classmethod
    def _get_invalid_params(cls, error):
        """Return the parameters that made a page fail.

        A token does where a record has none to compare it with, as deliveries without
        an order: the answer would tell that there is such a record. Any other error of
        a type is a mistake in the code, which must not look like a wrong token.
        """
        if isinstance(error, TypeError):
            *_frames, (frame, _line) = walk_tb(error.__traceback__)
            is_compared = "consteq" in frame.f_code.co_names
            return {"access_token"} & request.params.keys() if is_compared else set()
        asked = {name: request.params.get(name) for name in CHOICES}
        return {name for name, key in asked.items() if key and key in error.args}

    @classmethod
    def _is_parameter(cls, name, value):
        if not isinstance(value, str):
            return True
        try:
            if name in DATES and len(value) <= PARAMETER_LENGTH:
                fields.Datetime.to_datetime(value)
        except ValueError:
            return False
        return cls._is_short(value)

    @classmethod
    def _is_short(cls, text):
        return "\0" not in text and len(text) <= PARAMETER_LENGTH

    @classmethod
    def _is_possible(cls, name, value):
        """Say whether a part of an address can be; lists turn to the nearest page."""
        if isinstance(value, int):
            return name == "page" or 0 < value <= MAX_INTEGER
        return not isinstance(value, str) or cls._is_short(value)


@lru_cache(maxsize=1024)
def _get_needed_names(method):
    """Return the parameters without which a controller's method cannot be called.

    :rtype: frozenset[str]
    """
    parameters = list(signature(method).parameters.values())[1:]  # the controller first
    return frozenset(
        parameter.name
        for parameter in parameters
        if parameter.default is parameter.empty and parameter.kind in NAMED
    )
