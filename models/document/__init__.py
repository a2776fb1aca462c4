from . import folder
from . import document
from . import gate
from . import document_list
from . import document_portal
from . import ir_attachment
from . import sharing
