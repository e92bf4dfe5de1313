"""What contributors work with: a new chapter, a preview that follows edits, a report of what a change does to results."""
