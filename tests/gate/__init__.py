from . import test_family
from . import test_gate
from . import test_gate_property
from . import test_hidden_fields
from . import test_hidden_searches
from . import test_page_models
