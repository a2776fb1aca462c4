from . import category
from . import faq
from . import faq_search
from . import feedback
from . import gate
from . import faq_portal
