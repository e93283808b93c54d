"""Names the state of everything a page can show, for ETags and kept pages."""
import time

from django.utils import timezone

from accounts.models import Revision

# A new release renders differently: what browsers kept from the old one must not answer for it.
STARTED = int(time.time())


def content_version() -> str:
    """Changes with the data, the day (agreements age), and the running code. One query."""
    return f"{Revision.current()}-{timezone.localdate():%Y%m%d}-{STARTED}"
