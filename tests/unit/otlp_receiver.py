"""A receiver of OTLP over HTTP, with the protocol's own messages: what arrives can be asked for by name."""

from __future__ import annotations

import gzip
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
    ExportMetricsServiceResponse,
)


class OtlpReceiver:
    """Listens on a free port of this machine until it is closed."""

    def __init__(self) -> None:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if self.headers.get("Content-Encoding") == "gzip":
                    body = gzip.decompress(body)
                receiver.take(self.path, ExportMetricsServiceRequest.FromString(body))
                answer = ExportMetricsServiceResponse().SerializeToString()
                self.send_response(200)
                self.send_header("Content-Type", "application/x-protobuf")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- the base class calls it so
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self.paths: list[str] = []
        self.resource: dict[str, str] = {}
        self.metrics: dict[str, Any] = {}
        self.pushes = 0

    def take(self, path: str, request: ExportMetricsServiceRequest) -> None:
        self.paths.append(path)
        self.pushes += 1
        for resource in request.resource_metrics:
            self.resource = {each.key: each.value.string_value for each in resource.resource.attributes}
            for scope in resource.scope_metrics:
                self.metrics |= {metric.name: metric for metric in scope.metrics}

    def value(self, name: str, **attributes: str) -> float:
        """The newest value of a metric with these attributes."""
        metric = self.metrics[name]
        points = metric.sum.data_points or metric.gauge.data_points
        (found,) = [
            point
            for point in points
            if attributes.items() <= {each.key: each.value.string_value for each in point.attributes}.items()
        ]
        return float(found.as_int if found.HasField("as_int") else found.as_double)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
