from . import category
from . import faq
from . import faq_search
from . import faq_comments
from . import vote
from . import reading
from . import gate
