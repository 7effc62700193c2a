#!/usr/bin/env bash
# Flink 1.19 and Beam's job server for it, into .flink: 131 MB from Maven Central, 230 MB from
# PyPI. Needs Java 17 and Maven. MAVEN_SETTINGS names other settings, for a mirror say.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../../.."
mkdir -p .flink
home=$PWD/.flink

mvn -B -ntp -q -s "${MAVEN_SETTINGS:-$here/settings.xml}" -f "$here/pom.xml" \
    dependency:copy-dependencies -DoutputDirectory="$home/beam"
rm -f "$home"/beam/slf4j-api* # Flink brings its own

.venv/bin/pip download -q --disable-pip-version-check --no-deps -d "$home" \
    apache-flink-libraries==1.19.3
tar xzf "$home"/apache-flink-libraries-1.19.3.tar.gz -C "$home" \
    apache-flink-libraries-1.19.3/deps/lib
rm -f "$home"/apache-flink-libraries-1.19.3.tar.gz

.venv/bin/python "$here/jobserver.py" "$home"
