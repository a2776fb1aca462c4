from . import grace
from . import grace_gate
from . import grace_rule
from . import grace_http
from . import grace_users
from . import grace_qweb
