"""Arrays in, arrays out: what is measured on token tables. No files, no network, no plotting."""
