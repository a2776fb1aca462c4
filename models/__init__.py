"""The house, from the ground up: a folder names only those that stand before it."""

from . import base
from . import config
from . import gate
from . import site
from . import mail
from . import access
from . import record
from . import native
from . import case
from . import faq
from . import document
from . import account
from . import lifecycle
from . import colleague
from . import promise
from . import home
from . import portable
from . import settings
from . import onboarding
from . import explain
from . import effect
from . import viewing
from . import version
from . import leak
from . import reporting
