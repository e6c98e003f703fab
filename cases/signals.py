"""What the apps above may hear from a file."""

from django.dispatch import Signal

# Sent with `case`, locked, inside the transaction that closes it. A receiver refuses by raising core.acts.ActRefused.
case_closing = Signal()

# Sent with `absorbed` and `survivor`, both locked, before anything moves. A receiver refuses by raising ActRefused.
case_merging = Signal()

# Sent with `merge` and `doubles`, the threats that the merge made doubles; or, its state being « undone », that are no
# longer so. Inside the transaction.
case_merged = Signal()

# Sent with `merge` and `threats`, the keys of those that would leave the surviving file. Refused like the others.
case_merge_undoing = Signal()
