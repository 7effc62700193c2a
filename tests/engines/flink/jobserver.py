"""A jar that starts Beam's job server with everything in .flink: what --flink_job_server_jar takes.

It holds a manifest alone, which names the others: `python jobserver.py .flink`.
"""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

# What Flink 1.19 asks of Java 17, as its own configuration has it.
EXPORTS = """
java.base/sun.net.util java.rmi/sun.rmi.registry java.security.jgss/sun.security.krb5
""".split()
OPENS = """
java.base/java.lang java.base/java.net java.base/java.io java.base/java.nio java.base/sun.nio.ch
java.base/java.lang.reflect java.base/java.text java.base/java.time java.base/java.util
java.base/java.util.concurrent java.base/java.util.concurrent.atomic
java.base/java.util.concurrent.locks
""".split()
MAIN = "org.apache.beam.runners.flink.FlinkJobServerDriver"


def java_flags() -> list[str]:
    """The same for the command line."""
    return [
        *(f"--add-exports={each}=ALL-UNNAMED" for each in EXPORTS),
        *(f"--add-opens={each}=ALL-UNNAMED" for each in OPENS),
    ]


def libraries(home: Path) -> list[Path]:
    """Flink's own jars and Beam's."""
    flink = home / "apache-flink-libraries-1.19.3" / "deps" / "lib"
    return [
        *sorted((home / "beam").glob("*.jar")),
        *sorted(flink.glob("flink-dist*.jar")),
        *sorted(flink.glob("log4j*.jar")),
    ]


def _header(name: str, value: str) -> bytes:
    """A header of a manifest, whose lines have at most 72 bytes."""
    data = f"{name}: {value}".encode()
    lines = [data[:70], *(b" " + data[i : i + 69] for i in range(70, len(data), 69))]
    return b"\r\n".join(lines) + b"\r\n"


def main(home: Path) -> None:
    headers = {
        "Manifest-Version": "1.0",
        "Main-Class": MAIN,
        "Add-Exports": " ".join(EXPORTS),
        "Add-Opens": " ".join(OPENS),
        "Class-Path": " ".join(path.absolute().as_uri() for path in libraries(home)),
    }
    with zipfile.ZipFile(home / "job-server.jar", "w") as jar:
        jar.writestr("META-INF/MANIFEST.MF", b"".join(_header(*each) for each in headers.items()))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
