from . import explain
from . import decisions
from . import sentences
from . import sentences_records
from . import links
from . import address
from . import viewers
from . import bindings
