"""nginx of Debian with `docs/nginx.conf`: in front of an Odoo of the tests.

It is unpacked below `build/` and runs as whoever runs the tests, on loopback.
"""

import contextlib
import datetime
import ipaddress
import os
import shutil
import signal
import socket
import subprocess
import time

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from . import debian, ports
from .console import Stop, tail
from .paths import BUILD, ROOT
from .step import locked, once, rebuilt

CONFIG = ROOT / "docs/nginx.conf"
TREE = BUILD / "nginx"
PROGRAM = TREE / "usr/sbin/nginx"
PATIENCE = 30
MAIN = """\
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log {folder}/access.log;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/portal.conf;
}}
"""


def program():
    """Return nginx's program: the machine's, or Debian's package, unpacked."""
    if found := shutil.which("nginx"):
        return found
    with locked("nginx"):
        once("Unpacking nginx", "nginx", [str(TREE), debian.codename()], _unpack)
    return PROGRAM


def _unpack():
    packages = debian.download([f"nginx/{debian.codename()}"])
    with rebuilt(TREE) as folder:
        debian.unpack(packages, folder)


@contextlib.contextmanager
def serving(folder, host, *odoo_ports):
    """Serve `docs/nginx.conf` in the body, with nothing changed but names and ports.

    :param folder: for its files
    :param str host: the portal's host name
    :param int odoo_ports: where Odoo answers: on one server, or on several
    :return: the port for https, and that for http
    """
    https, http = ports.free(), ports.free()
    _make_certificate(folder, host)
    _write(folder / "portal.conf", host, odoo_ports, https, http)
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder))
    words = [program(), "-p", folder, "-c", folder / "nginx.conf"]
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "TERM", *map(str, words)],
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait(process, https, folder / "output")
            yield https, http
        finally:
            process.terminate()
            process.wait()


def reload(folder):
    """Have nginx read its configuration again, as `systemctl reload nginx` does."""
    os.kill(int((folder / "nginx.pid").read_text()), signal.SIGHUP)


def _write(path, host, odoo_ports, https, http):
    """Put names and ports into the configuration.

    :raise Stop: if it has not what is to be replaced
    """
    text = CONFIG.read_text()
    servers = "\n    ".join(f"server {ports.LOOPBACK}:{port};" for port in odoo_ports)
    for old, new in {
        "    listen [::]:80;\n": "",
        "    listen [::]:443 ssl;\n": "",
        "listen 80;": f"listen {ports.LOOPBACK}:{http};",
        "listen 443 ssl;": f"listen {ports.LOOPBACK}:{https} ssl;",
        "/etc/ssl/certs/portal.example.com.pem": path.with_name("certificate.pem"),
        "/etc/ssl/private/portal.example.com.key": path.with_name("key.pem"),
        "server 127.0.0.1:8069;": servers,
        "server 127.0.0.1:8072;": servers,
        # Browsers of the tests come by another port than 443.
        "Host portal.example.com;": f"Host {host}:{https};",
        "portal.example.com": host,
    }.items():
        if old not in text:
            raise Stop(f"{CONFIG} has no {old.strip()}")
        text = text.replace(old, str(new))
    path.write_text(text)


def _make_certificate(folder, host):
    """Make a certificate that nobody trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.datetime.now(datetime.UTC)
    names = [x509.DNSName(host), x509.IPAddress(ipaddress.ip_address(ports.LOOPBACK))]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(pem))
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "key.pem").write_bytes(private)


def _wait(process, port, log):
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise Stop(f"{tail(log)}\n\nnginx ended by itself.")
        with contextlib.suppress(OSError):
            socket.create_connection((ports.LOOPBACK, port), 5).close()
            return
        time.sleep(0.1)
    raise Stop(f"{tail(log)}\n\nnginx does not answer.")
