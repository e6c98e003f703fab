"""What a merge of files means for referrals."""

from __future__ import annotations

from cases.services import stays
from support.models import Referral

# The agreement was given about the file of that day; the panel of the survivor reads the whole family.
stays(Referral)
