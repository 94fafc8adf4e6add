"""A double of a schema registry, which answers as the documentation of Confluent's says."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from tests.unit.stand_in_http import Answer, Asked, StandInHttp


class StandInRegistry:
    """Keeps schemas in memory."""

    def __init__(self) -> None:
        self.subjects: dict[str, list[str]] = {}
        self.deleted: list[str] = []
        self.levels: dict[str, str] = {}
        self.level = "BACKWARD"
        self._ids: list[str] = []
        self.http = StandInHttp(self._answer)
        self.url = self.http.url

    def register(self, subject: str, schema: str) -> int:
        """Adds a version; returns the id."""
        versions = self.subjects.setdefault(subject, [])
        if schema not in versions:
            versions.append(schema)
        if schema not in self._ids:
            self._ids.append(schema)
        return self._ids.index(schema) + 1

    def close(self) -> None:
        """Ends it."""
        self.http.close()

    def _answer(self, asked: Asked) -> Any:
        match [unquote(part) for part in asked.path.strip("/").split("/")]:
            case ["subjects"]:
                return sorted(self.subjects)
            case ["subjects", subject, "versions"] if asked.method == "POST":
                return {"id": self.register(subject, asked.body["schema"])}
            case ["subjects", subject, *_] if subject not in self.subjects:
                return Answer(404, {"error_code": 40401, "message": f"Subject '{subject}' not found."})
            case ["subjects", subject] if asked.method == "DELETE":
                self.deleted.append(subject)
                return list(range(1, len(self.subjects.pop(subject)) + 1))
            case ["subjects", subject, "versions"]:
                return list(range(1, len(self.subjects[subject]) + 1))
            case ["subjects", subject, "versions", version]:
                number = len(self.subjects[subject]) if version == "latest" else int(version)
                schema = self.subjects[subject][number - 1]
                return {
                    "subject": subject,
                    "version": number,
                    "id": self._ids.index(schema) + 1,
                    "schema": schema,
                }
            case ["schemas", "ids", number] if int(number) <= len(self._ids):
                return {"schema": self._ids[int(number) - 1]}
            case ["config"]:
                return {"compatibilityLevel": self.level}
            case ["config", subject]:
                return {"compatibilityLevel": self.levels.get(subject, self.level)}
            case ["v1", "metadata", "version"]:
                return {"version": "8.1.0", "commitId": "stand-in"}
        return Answer(404, {"error_code": 404, "message": f"there is no {asked.path}"})
