from . import res_company_look
from . import res_company_style
from . import look
from . import host
from . import res_company
from . import ir_http_headers
from . import ir_qweb
from . import ir_http_translation
