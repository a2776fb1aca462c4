from . import touchpoint
from . import refusal
from . import refusal_rule
from . import refusal_alert
from . import ir_http
from . import ir_rule
