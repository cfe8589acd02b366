"""Every way in: the command line, HTTP, pages and Python."""
