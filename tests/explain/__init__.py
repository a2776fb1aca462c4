from . import test_explain
from . import test_explain_property
from . import test_own_pages
from . import test_viewers
from . import test_ways
from . import test_ways_property
from . import test_sentences
