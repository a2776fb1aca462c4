from . import account
from . import form
from . import page
from . import page_states
from . import portal
from . import project
from . import session
from . import thread
