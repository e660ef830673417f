"""A push service on this machine, as browsers' makers run them for everybody."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer


class Service:
    """It keeps what is sent to it, and answers as it is told."""

    def __init__(self):
        self.status, self.got = 201, []
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                service.got.append((dict(self.headers), body))
                self.send_response(service.status)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = HTTPServer(("127.0.0.9", 0), Handler)
        self.url = f"http://127.0.0.9:{self.server.server_port}/push/abc"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
