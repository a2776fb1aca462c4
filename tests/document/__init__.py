from . import test_document
from . import test_document_matrix
from . import test_document_queries
