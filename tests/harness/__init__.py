"""What makes the suite strict: its databases, its servers, its browser, and what it refuses to let pass."""
