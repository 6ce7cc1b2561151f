"""Every limit on pictures, checked before anything is decoded."""

MAX_BYTES = 20 * 1024 * 1024  # one picture
MAX_PIXELS = 40_000_000  # one picture: 160 MB once decoded with transparency
MAX_IMAGES = 16  # one form; also the provider's limit
MAX_FORM_BYTES = 64 * 1024 * 1024  # all pictures of one form
MAX_PDF_PAGES = 500

MAX_FRAMES = 2_000  # a minute and more of animation; only the first frame is ever used
MAX_SCANS = 100  # a progressive JPEG has about 10; each scan is a pass over all the pixels
MAX_PARTS = 100_000  # chunks, segments or blocks; a real 20 MB file has a few thousand
DECODE_WAIT_SECONDS = 30.0  # how long a picture waits for its turn to be decoded
