from . import account
from . import form
from . import page
from . import portal
from . import project
from . import session
