"""What the apps above may hear from a file."""

from django.dispatch import Signal

# Sent with `case`, locked, inside the transaction that closes it. A receiver refuses by raising core.acts.ActRefused.
case_closing = Signal()
