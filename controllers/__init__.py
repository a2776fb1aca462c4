from . import account
from . import mail
from . import page
from . import page_comments
from . import page_documents
from . import portal
from . import project
from . import session
