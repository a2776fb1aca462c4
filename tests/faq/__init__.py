from . import test_faq
from . import test_faq_comments
