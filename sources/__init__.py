"""How news comes in: files, feeds, pages and lists become `Article` or `Reject`, no analysis."""
