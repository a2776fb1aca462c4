from . import profile
from . import widget
from . import chart
from . import gate
from . import chart_groups
from . import chart_data
from . import widget_content
