"""A hub on 127.0.0.1: as much of the Hugging Face hub as huggingface_hub needs to list and download files.

Use it so:

    with FakeHub(folder) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)

`folder` holds repositories as 'owner/name/file' (models) and 'datasets/owner/name/file'. What is there when a request
comes is what is served: a changed file gives a new commit.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

_API = re.compile(r"/api/(?P<kind>models|datasets)/(?P<id>[^/]+/[^/]+)(/revision/(?P<revision>[^/]+))?")
_RESOLVE = re.compile(r"(?P<kind>/datasets)?/(?P<id>[^/]+/[^/]+)/resolve/(?P<revision>[^/]+)/(?P<file>.+)")
_LARGE = (".safetensors", ".gguf", ".bin", ".npy", ".parquet")


class FakeHub:
    """The server, as a context manager.

    Attributes:
        endpoint: its address, for HF_ENDPOINT.
        requests: every request as 'METHOD path', in order.
        gated: ids of repositories whose files are refused (403); may be changed at any time.
        false_hashes: when true, the hashes that are announced for large files are wrong.
    """

    def __init__(self, folder: Path, gated: Iterable[str] = ()) -> None:
        self.folder = folder
        self.gated = set(gated)
        self.false_hashes = False
        self.requests: list[str] = []
        hub = self

        class Handler(_Handler):
            served = hub

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.endpoint = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> FakeHub:
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def repository(self, identifier: str, kind: str = "models") -> Path:
        """The folder of a repository, whether or not it exists."""
        return self.folder / ("datasets" if kind == "datasets" else "") / identifier

    def commit(self, identifier: str, kind: str = "models") -> str:
        """The commit hash: 40 hexadecimal digits made from all names and contents."""
        digest = hashlib.sha1(usedforsecurity=False)
        root = self.repository(identifier, kind)
        for path in sorted(root.rglob("*")):
            if path.is_file():
                digest.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
        return digest.hexdigest()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    served: FakeHub

    def log_message(self, *arguments: object) -> None:
        """Keep the test output quiet."""

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def do_GET(self) -> None:
        self._answer(body=True)

    def _answer(self, body: bool) -> None:
        path = unquote(urlsplit(self.path).path)
        self.served.requests.append(f"{self.command} {path}")
        if match := _API.fullmatch(path):
            self._describe(match["kind"], match["id"], match["revision"])
        elif match := _RESOLVE.fullmatch(path):
            kind = "datasets" if match["kind"] else "models"
            self._serve(kind, match["id"], match["revision"], match["file"], body)
        else:
            self._refuse(404, "EntryNotFound")

    def _known(self, kind: str, identifier: str, revision: str | None) -> str | None:
        if not self.served.repository(identifier, kind).is_dir():
            # The real hub says 401 for a repository that is missing or private, to those without a token.
            self._refuse(401, "RepoNotFound")
            return None
        commit = self.served.commit(identifier, kind)
        if revision not in (None, "main", commit):
            self._refuse(404, "RevisionNotFound")
            return None
        return commit

    def _describe(self, kind: str, identifier: str, revision: str | None) -> None:
        commit = self._known(kind, identifier, revision)
        if commit is None:
            return
        root = self.served.repository(identifier, kind)
        files = [path for path in sorted(root.rglob("*")) if path.is_file()]
        siblings = [self._sibling(root, path) for path in files]
        answer = {"_id": "0", "id": identifier, "modelId": identifier, "sha": commit, "siblings": siblings,
                  "private": False, "gated": False, "disabled": False, "downloads": 0, "likes": 0, "tags": [],
                  "createdAt": "2024-01-01T00:00:00.000Z"}  # fmt: skip
        content = json.dumps(answer).encode()
        self._start(200, {"Content-Type": "application/json", "Content-Length": str(len(content))})
        self.wfile.write(content)

    def _sibling(self, root: Path, path: Path) -> dict[str, object]:
        sibling: dict[str, object] = {"rfilename": path.relative_to(root).as_posix(), "size": path.stat().st_size}
        if path.name.endswith(_LARGE):
            sha256 = "0" * 64 if self.served.false_hashes else hashlib.sha256(path.read_bytes()).hexdigest()
            sibling["lfs"] = {"sha256": sha256, "size": path.stat().st_size, "pointerSize": 134}
        return sibling

    def _serve(self, kind: str, identifier: str, revision: str, file: str, body: bool) -> None:
        commit = self._known(kind, identifier, revision)
        if commit is None:
            return
        if identifier in self.served.gated:
            self._refuse(403, "GatedRepo")
            return
        path = self.served.repository(identifier, kind) / file
        if not path.is_file():
            self._refuse(404, "EntryNotFound", {"X-Repo-Commit": commit})
            return
        content = path.read_bytes()
        headers = {
            "ETag": f'"{hashlib.sha256(content).hexdigest()}"',
            "X-Repo-Commit": commit,
            "Accept-Ranges": "bytes",
        }
        status, wanted = 200, re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        if wanted:
            start, size = int(wanted[1]), len(content)
            status, content = 206, content[start:]
            headers["Content-Range"] = f"bytes {start}-{size - 1}/{size}"
        self._start(status, {**headers, "Content-Length": str(len(content))})
        if body:
            self.wfile.write(content)

    def _refuse(self, status: int, code: str, headers: dict[str, str] | None = None) -> None:
        self._start(status, {"X-Error-Code": code, "X-Error-Message": code, "Content-Length": "0", **(headers or {})})

    def _start(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
