from . import profile
from . import dismissal
from . import widget
from . import chart
from . import announcements
from . import chart_groups
from . import chart_data
from . import gate
