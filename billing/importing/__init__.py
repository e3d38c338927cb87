"""Back-filling: usage from before the ledger, or beside it, booked from the canonical CSV."""

from billing.importing.errors import AccountError, ImportRefused
from billing.importing.importing import import_usage
from billing.importing.model import Import, ImportedSum

__all__ = ["AccountError", "Import", "ImportRefused", "ImportedSum", "import_usage"]
