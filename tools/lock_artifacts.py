"""Remake ``python/pipegen/stack/artifacts.lock.json``: exact Maven coordinates and their SHA-256 sums.

Run by hand, with ``mvn`` on the PATH, when a version changes; never at run time. Maven itself resolves what Kafka
needs, because another resolver picks other versions; the artifacts for Flink and the registry stand alone.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path

LOCK = Path(__file__).parent.parent / "python/pipegen/stack/artifacts.lock.json"

KAFKA = "4.3.1"
LOG4J = "2.25.4"
FLINK = "2.3.0"
REGISTRY = "3.3.3"

# part -> (coordinates as Maven writes them, whether their dependencies are needed too)
PARTS: dict[str, tuple[list[str], bool]] = {
    "kafka": ([f"org.apache.kafka:kafka_2.13:{KAFKA}", f"org.apache.logging.log4j:log4j-slf4j-impl:{LOG4J}"], True),
    "flink": (
        [
            "org.apache.flink:flink-sql-connector-kafka:5.0.0-2.2",
            f"org.apache.flink:flink-sql-avro-confluent-registry:{FLINK}",
        ],
        False,
    ),
    "sql-gateway": (
        [f"org.apache.flink:flink-sql-gateway:{FLINK}", f"org.apache.flink:flink-sql-gateway-api:{FLINK}"],
        False,
    ),
    "registry": ([f"io.apicurio:apicurio-registry-app:{REGISTRY}:tar.gz:all"], False),
}


def main() -> int:
    """Resolve every part and write the lock."""
    artifacts: list[dict[str, str | int]] = []
    for part, (coordinates, transitive) in PARTS.items():
        with tempfile.TemporaryDirectory() as scratch:
            repository = Path(scratch) / "out"
            resolve(coordinates, transitive=transitive, scratch=Path(scratch))
            artifacts += sorted(
                (describe(part, path, repository) for path in repository.rglob("*") if is_artifact(path)),
                key=lambda artifact: (artifact["group"], artifact["name"]),
            )
    versions = {"kafka": KAFKA, "flink": FLINK, "registry": REGISTRY}
    LOCK.write_text(json.dumps({"versions": versions, "artifacts": artifacts}, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(artifacts)} artifacts, {sum(int(a['size_bytes']) for a in artifacts)} bytes: {LOCK}\n")
    return 0


def resolve(coordinates: list[str], *, transitive: bool, scratch: Path) -> None:
    """Let Maven copy the artifacts, laid out as in a repository, into ``scratch/out``."""
    dependencies = "".join(dependency(coordinate, transitive=transitive) for coordinate in coordinates)
    (scratch / "pom.xml").write_text(
        '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
        "<groupId>pipegen</groupId><artifactId>lock</artifactId><version>1</version>"
        f"<dependencies>{dependencies}</dependencies></project>",
        encoding="utf-8",
    )
    subprocess.run(
        [
            *("mvn", "-q", "-B", "dependency:copy-dependencies", f"-DoutputDirectory={scratch / 'out'}"),
            *("-DincludeScope=runtime", "-Dmdep.useRepositoryLayout=true"),
        ],
        cwd=scratch,
        check=True,
    )


def dependency(coordinate: str, *, transitive: bool) -> str:
    """One ``<dependency>`` of the throw-away project that Maven resolves."""
    group, name, version, *rest = coordinate.split(":")
    kind = f"<type>{rest[0]}</type><classifier>{rest[1]}</classifier>" if rest else ""
    everything = "<exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion>"
    alone = "" if transitive else f"<exclusions>{everything}</exclusions>"
    return (
        f"<dependency><groupId>{group}</groupId><artifactId>{name}</artifactId><version>{version}</version>"
        f"{kind}{alone}</dependency>"
    )


def is_artifact(path: Path) -> bool:
    """Maven leaves a ``maven-metadata-local.xml`` beside each artifact."""
    return path.is_file() and path.suffix != ".xml"


def describe(part: str, path: Path, repository: Path) -> dict[str, str | int]:
    """The lock entry of ``<repository>/<group as folders>/<name>/<version>/<file>``."""
    *folders, name, version, _ = path.relative_to(repository).parts
    group = ".".join(folders)
    suffix = path.name.removeprefix(f"{name}-{version}")
    classifier, _, packaging = suffix.lstrip("-").partition(".") if suffix.startswith("-") else ("", "", suffix[1:])
    return {
        "part": part,
        "group": group,
        "name": name,
        "version": version,
        "classifier": classifier,
        "packaging": packaging,
        "size_bytes": path.stat().st_size,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
    }


if __name__ == "__main__":
    sys.exit(main())
