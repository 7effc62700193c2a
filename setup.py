"""The package: what it is, what it needs, what it brings. Tools are set up in pyproject.toml."""

from pathlib import Path

from setuptools import setup

PACKAGES = ["live", "pipeline", "records", "sinks", "sources", "transforms"]

setup(
    name="newsbeam",
    version="0.1.0",
    description="News as a stream: language, duplicates with evidence, topics, in one DuckDB file",
    long_description=Path("README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    license="Apache-2.0",
    license_files=["LICENSE", "NOTICE"],
    python_requires=">=3.11",
    packages=PACKAGES,
    package_data={
        "sinks": ["migrations/*.sql", "*.sql"],
        "transforms": ["medtop/*.toml"],
    },
    entry_points={"console_scripts": ["newsbeam = pipeline.cli:main"]},
    # Ranges that the tests have run with; docs/architecture.md gives the reason for each.
    install_requires=[
        "ahocorasick-rs>=1.0,<2",
        "apache-beam>=2.70,<3",
        "brotli>=1.2,<2",
        "charset-normalizer>=3.4,<4",
        "click>=8.1,<9",
        "duckdb>=1.5,<3",
        "feedparser>=6.0.11,<7",
        "google-re2>=1.1.20251105,<2",
        "httpcore2[asyncio,http2]>=2.16,<3",
        "idna>=3.7,<4",
        "langdetect>=1.0.9,<2",
        "lxml>=5.3,<7",
        "lxml-html-clean>=0.4",  # trafilatura needs it; older pips overlook that it asks
        "numpy>=2,<3",
        "prometheus-client>=0.21,<1",
        "protego>=0.7,<1",
        "py3langid>=0.4,<0.5",
        "pyarrow>=18",
        "pycld2>=0.42,<0.43",
        "python-dateutil>=2.9,<3",
        "pytz>=2024.1",  # DuckDB's Python package needs it to hand over times with a zone
        "rich>=13.9,<16",
        "trafilatura>=2,<3",
        "zstandard>=0.23,<1",
    ],
    extras_require={
        # What the tests run with; duckdb 2 reads and writes the same files but is tried by hand.
        "dev": [
            "duckdb<2",
            "hypothesis",
            "mypy",
            "pytest>=8",
            "pytest-xdist>=3.6",
            "ruff",
            "setuptools>=68",
            "wheel",
        ],
    },
    classifiers=[
        "Environment :: Console",
        "Intended Audience :: Information Technology",
        "Intended Audience :: Science/Research",
        "Operating System :: POSIX :: Linux",
        "Programming Language :: Python :: 3.11",
        "Programming Language :: Python :: 3.12",
        "Programming Language :: Python :: 3.13",
        "Topic :: Text Processing :: Linguistic",
    ],
)
