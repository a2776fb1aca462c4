from . import account
from . import portal
from . import project
from . import session
