"""Measures the pages of the portal against a bare Django view and against the Django admin. Never in production."""
