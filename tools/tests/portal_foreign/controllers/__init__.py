from . import portal_visit
