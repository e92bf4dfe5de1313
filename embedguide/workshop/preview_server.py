"""Serves the folder of a site with live reload: pages learn of a new build, of work in progress, and of errors."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Condition, Thread
from urllib.parse import parse_qs, urlsplit

from embedguide.results import ResultError

SCRIPT = Path(__file__).with_name("preview.js")
STANDBY = Path(__file__).parent / "templates/standby.html"
# Seconds that a page's question for news is held open.
PATIENCE = 20.0


@dataclass(frozen=True)
class News:
    """How the preview stands.

    Args:
        version: Changes with every build that pages are to be reloaded for.
        text: What to show on top of the page; nothing when all is well.
        failed: Whether `text` is an error.
    """

    version: int
    text: str = ""
    failed: bool = False

    @property
    def mark(self) -> str:
        """What a page sends back to say that it has seen this."""
        return f"{int(self.failed)}{hash(self.text):x}"


class PreviewServer:
    """A folder served at an address, with news for the pages that show it.

    Args:
        host: An address of this machine.
        port: 0 for any that is free.

    Raises:
        ResultError: the port is taken.
    """

    def __init__(self, host: str, port: int) -> None:
        self.folder: Path | None = None
        self._news = News(time.time_ns() // 1_000_000)
        self._changed = Condition()
        try:
            self._server = ThreadingHTTPServer((host, port), partial(_Handler, self))
        except OSError as error:
            raise ResultError(f"cannot serve at {host}:{port}: {error.strerror}. Choose another --port") from error
        self._server.daemon_threads = True
        self.address = f"http://{host}:{self._server.server_port}/"
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()

    @property
    def news(self) -> News:
        """The latest news."""
        return self._news

    def tell(self, text: str, *, failed: bool = False) -> None:
        """Show `text` on the pages as they stand."""
        self._set(News(self._news.version, text, failed))

    def show(self, folder: Path, *, reload: bool = True) -> None:
        """Serve `folder` from now on, and have the pages loaded again."""
        self.folder = folder
        self._set(News(self._news.version + reload))

    def _set(self, news: News) -> None:
        with self._changed:
            self._news = news
            self._changed.notify_all()

    def wait_for_news(self, version: int, seen: str) -> News:
        """The news, as soon as they differ from what a page has seen, or after a while."""
        with self._changed:
            self._changed.wait_for(lambda: self._news.version != version or self._news.mark != seen, PATIENCE)
            return self._news


class _Handler(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, preview: PreviewServer, *args: object) -> None:
        self._preview = preview
        super().__init__(*args, directory=str(preview.folder or SCRIPT.parent))  # type: ignore[arg-type]

    def log_message(self, *_: object) -> None:
        """Requests are no news."""

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        if url.path == "/__preview__/news":
            self._send_news(parse_qs(url.query))
            return
        if url.path == "/__preview__/preview.js":
            self._send(200, "text/javascript", SCRIPT.read_bytes())
            return
        self.directory = str(self._preview.folder or SCRIPT.parent)
        path = Path(self.translate_path(self.path))
        if self._preview.folder is not None and path.is_dir() and not url.path.endswith("/"):
            self._send(301, "text/plain", b"", {"Location": f"{url.path}/"})
            return
        self._send_file(path / "index.html" if path.is_dir() else path)

    def _send_file(self, path: Path) -> None:
        status = 200
        if self._preview.folder is None:
            status, path = 503, STANDBY
        elif not path.is_file():
            status, path = 404, self._preview.folder / "404.html"
        content = path.read_bytes() if path.is_file() else b"not found"
        is_page = path.suffix == ".html"
        self._send(status, "text/html; charset=utf-8" if is_page else self.guess_type(path),
                   self._with_script(content) if is_page else content)  # fmt: skip

    def _with_script(self, content: bytes) -> bytes:
        tag = f'<script src="/__preview__/preview.js" data-version="{self._preview.news.version}"></script>'
        body, found, rest = content.rpartition(b"</body>")
        return body + tag.encode() + found + rest if found else content + tag.encode()

    def _send_news(self, query: dict[str, list[str]]) -> None:
        version = query.get("version", ["0"])[0]
        news = self._preview.wait_for_news(int(version) if version.isdigit() else 0, query.get("seen", [""])[0])
        told = {"version": news.version, "text": news.text, "failed": news.failed, "mark": news.mark}
        self._send(200, "application/json", json.dumps(told).encode())

    def _send(self, status: int, kind: str, content: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        told = {"Content-Type": kind, "Content-Length": str(len(content)), "Cache-Control": "no-store"}
        for name, value in {**told, **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)
