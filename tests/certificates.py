"""Certificates for tests, made with openssl: an authority's and what it signs."""

import subprocess
from pathlib import Path
from typing import NamedTuple

EC = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"


class Certificate(NamedTuple):
    """PEM files."""

    file: str
    key: str


def authority(directory: Path, name: str = "ca") -> Certificate:
    made = _files(directory, name)
    _openssl(f"req -x509 {EC} -days 2 -subj /CN={name} -out {made.file} -keyout {made.key}")
    return made


def signed(by: Certificate, directory: Path, name: str) -> Certificate:
    """One whose subject has this common name; valid for 127.0.0.1 too."""
    made, request, extra = _files(directory, name), directory / f"{name}.csr", directory / f"{name}.ext"
    extra.write_text("subjectAltName=IP:127.0.0.1\n")
    _openssl(f"req {EC} -subj /CN={name} -out {request} -keyout {made.key}")
    _openssl(
        f"x509 -req -in {request} -CA {by.file} -CAkey {by.key} -CAcreateserial -days 2"
        f" -extfile {extra} -out {made.file}"
    )
    return made


def _files(directory: Path, name: str) -> Certificate:
    return Certificate(str(directory / f"{name}.pem"), str(directory / f"{name}.key"))


def _openssl(arguments: str) -> None:
    subprocess.run(["openssl", *arguments.split()], check=True, capture_output=True, timeout=30)
