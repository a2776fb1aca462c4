"""The house, from the ground up: each folder names only those above it here."""

from . import config
from . import gate
from . import access
from . import mail
from . import site
from . import native
from . import record
from . import case
from . import faq
from . import document
from . import account
from . import home
