from . import test_bounce
from . import test_customer_language
from . import test_first_mail
from . import test_letters
from . import test_mail_states
from . import test_others_learn_nothing
from . import test_portal_link
from . import test_test_mail
