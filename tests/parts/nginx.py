"""Come here for a private nginx that ends TLS before a dispatcher, as a district's proxy does."""

import functools
import re
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Final, Self

from tests.parts.processes import (
    accepts,
    end,
    find_program,
    free_port,
    spawn,
    temporary_folder,
    wait_until,
)

README: Final = Path(__file__).parents[2] / "README.md"
_WHOLE: Final = """\
daemon off;
pid {folder}/pid;
error_log stderr;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {site}
}}
"""


@functools.cache
def nginx_program() -> str:
    """Debian puts it into sbin. Raises PartMissing."""
    return find_program("nginx", "nginx", also=("/usr/sbin", "/opt/homebrew/bin"))


def site_of_the_readme() -> str:
    """The configuration that the README tells a district to use."""
    (site,) = re.findall(r"```nginx\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    return str(site)


class NginxServer:
    """The README's configuration, with a certificate of its own, before a dispatcher."""

    def __init__(self, dispatcher_port: int, port: int | None = None) -> None:
        self.port = port or free_port()
        self._behind = dispatcher_port
        self._folder = temporary_folder("nginx")
        self._log = self._folder / "log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def certificate(self) -> Path:
        """What a client has to trust."""
        return self._folder / "certificate.pem"

    def __enter__(self) -> Self:
        self._make_certificate()
        config = self._folder / "nginx.conf"
        config.write_text(_WHOLE.format(folder=self._folder, site=self._site()))
        self._process = spawn([nginx_program(), "-c", str(config), "-e", "stderr"], self._log)
        wait_until(lambda: accepts(self.port), self._process, self._log, "nginx")
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            end(self._process, signal.SIGTERM)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _site(self) -> str:
        site = site_of_the_readme()
        for readme, here in (
            ("listen 443 ssl", f"listen 127.0.0.1:{self.port} ssl"),
            ("127.0.0.1:8080", f"127.0.0.1:{self._behind}"),
            ("/etc/ssl/lamps.pem", str(self.certificate)),
            ("/etc/ssl/private/lamps.key", str(self._folder / "key.pem")),
            ("server_name lamps.dobong.go.kr", "server_name localhost"),
        ):
            assert readme in site, readme
            site = site.replace(readme, here)
        return site

    def _make_certificate(self) -> None:
        openssl = find_program("openssl", "openssl")
        words = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"]
        words += ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
        words += ["-keyout", str(self._folder / "key.pem"), "-out", str(self.certificate)]
        subprocess.run(words, check=True, capture_output=True)
