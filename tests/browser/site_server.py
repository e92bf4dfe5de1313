"""Serves a built site on localhost the way a web host does: compressed, and at addresses that end in a slash."""

from __future__ import annotations

import functools
import gzip
import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

COMPRESSED = {".html", ".css", ".js", ".json", ".svg", ".xml"}


class Handler(http.server.SimpleHTTPRequestHandler):
    """Files with gzip where it pays."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        """Say nothing."""

    def do_GET(self):  # noqa: N802  (the name http.server calls)
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            self.send_error(404)
            return
        content, headers = packed(path)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@functools.lru_cache(maxsize=512)
def packed(path: Path) -> tuple[bytes, dict[str, str]]:
    """A file as it goes over the wire."""
    content = path.read_bytes()
    if path.suffix not in COMPRESSED:
        return content, {}
    return gzip.compress(content, 6), {"Content-Encoding": "gzip"}


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    """The address of `folder`, served until the block ends."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
