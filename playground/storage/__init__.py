"""How rows and bytes are kept, and the locks between processes; not what they mean.

Open storage/databases.py for connections, storage/media.py and s3.py for files.
"""
