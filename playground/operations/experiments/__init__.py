"""What `manage.py experiment` reads, says and prints. The command itself is in `management/`."""
