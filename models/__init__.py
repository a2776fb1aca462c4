"""The house, from the ground up: a folder names only those that stand before it."""

from . import base  # isort:skip
from . import config  # isort:skip
from . import gate  # isort:skip
from . import site  # isort:skip
from . import mail  # isort:skip
from . import access  # isort:skip
from . import record  # isort:skip
from . import native  # isort:skip
from . import case  # isort:skip
from . import faq  # isort:skip
from . import document  # isort:skip
from . import account  # isort:skip
from . import home  # isort:skip
from . import settings  # isort:skip
