from . import test_invitation
from . import test_invitation_follow
from . import test_invitation_opened
from . import test_join
from . import test_join_colleague
from . import test_join_confirm
from . import test_join_domain
from . import test_join_pages
