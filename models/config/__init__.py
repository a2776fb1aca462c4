from . import definition
from . import publishing
from . import module
from . import module_preset
from . import module_field
from . import profile
from . import permission
from . import permission_field
