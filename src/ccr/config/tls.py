"""Certificates on the disk: what TLS makes of them, and what is wrong with them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ccr.config.network import Trust
from ccr.config.problems import Problem
from ccr.config.variables import child

if TYPE_CHECKING:
    import ssl

    from ccr.config.shapes.network import Tls

PEM = "It should be a PEM file: text with -----BEGIN CERTIFICATE-----."


def trust_of(tls: Tls | None, folder: Path, usual: Trust | None = None) -> Trust | None:
    """What an entry says over what holds for all; None where it says nothing."""
    if tls is None:
        return None
    usual = usual or Trust()
    ca, cert, key = (_path(given, folder) for given in (tls.ca, tls.cert, tls.key))
    return Trust(
        ca=(*usual.ca, ca) if ca and ca not in usual.ca else usual.ca,
        cert=cert or usual.cert,
        key=key if cert else usual.key,
        verify=usual.verify if tls.verify is None else tls.verify,
    )


def context(trust: Trust) -> ssl.SSLContext:
    """The context of a client. Raises ``OSError`` (``ssl.SSLError`` among them) for files it cannot use."""
    import ssl

    made = ssl.create_default_context()
    made.set_alpn_protocols(["http/1.1"])
    for ca in trust.ca:
        _add(made, ca)
    if trust.cert is not None:
        # A password would be asked for in the terminal, which a service has not.
        made.load_cert_chain(trust.cert, trust.key, password=lambda: "")
    if not trust.verify:
        made.check_hostname = False
        made.verify_mode = ssl.CERT_NONE
    return made


def problems(tls: Tls, trust: Trust, path: str) -> list[Problem]:
    """What is wrong with the files that an entry at ``path`` names."""
    found = []
    if tls.ca and (why := unusable(trust.ca[-1])):
        found.append(Problem(child(path, "ca"), why, PEM))
    if tls.key and not tls.cert:
        found.append(
            Problem(child(path, "key"), 'says nothing without "cert".', 'Give the certificate as "cert".')
        )
    if tls.cert and trust.cert is not None:
        found += _own(trust.cert, trust.key, path)
    return found


def unusable(ca: Path) -> str:
    """Why a file of certificates cannot be used; "" where it can."""
    import ssl

    try:
        _add(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), ca)
    except ssl.SSLError:
        return f"{ca} holds no certificate that can be read."
    except OSError as error:
        return f"{ca} cannot be read: {error.strerror}."
    return ""


def _own(cert: Path, key: Path | None, path: str) -> list[Problem]:
    import ssl

    for name, file in (("cert", cert), ("key", key)):
        try:
            if file is not None:
                file.read_bytes()
        except OSError as error:
            return [Problem(child(path, name), f"{file} cannot be read: {error.strerror}.", PEM)]
    try:
        context(Trust(cert=cert, key=key))
    except ssl.SSLError as error:
        return [Problem(child(path, "cert"), *_mistake(error, key))]
    return []


def _mistake(error: ssl.SSLError, key: Path | None) -> tuple[str, str]:
    """Words for a certificate with its key that cannot be used, and the cure."""
    if error.reason == "KEY_VALUES_MISMATCH":
        return "and the key do not belong together.", "Give the key that the certificate was made for."
    if error.reason and "DECRYPT" in error.reason.upper():
        return "has a key with a password.", "Take it off:  openssl pkey -in key.pem -out plain.pem"
    beside = "" if key else ' Its key must stand in it, or be given as "key".'
    return f"cannot be used ({error.reason or 'no PEM'}).", PEM + beside


def _add(made: ssl.SSLContext, ca: Path) -> None:
    if ca.is_dir():
        made.load_verify_locations(capath=ca)
    else:
        made.load_verify_locations(cafile=ca)


def _path(given: str | None, folder: Path) -> Path | None:
    return folder / Path(given).expanduser() if given else None
