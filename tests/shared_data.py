"""The published files beside the checkout, when they are there. Nothing of theirs is copied here."""

import pytest

from dev.places import ROOT

SHARED_DATA = ROOT.parent / "shared" / "data"

needs_shared_data = pytest.mark.skipif(
    not SHARED_DATA.is_dir(), reason="the published files are not beside the checkout"
)
