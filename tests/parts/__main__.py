"""Come here to see that the real parts are on this machine: `python -m tests.parts ensure`.

It installs what is missing where it may ask nobody, and else says what to install.
"""

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.parts.chromium import chromium_program, playwright_driver
from tests.parts.mosquitto import mosquitto_program
from tests.parts.nginx import nginx_program
from tests.parts.postgres import postgres_bin
from tests.parts.processes import PartMissing, find_program, output_of
from tests.parts.provider import install_provider, provider_program


def _korean_font() -> str:
    """A font that draws Hangul, without which the screens show boxes. Raises PartMissing."""
    if platform.system() == "Darwin":
        return "Apple SD Gothic Neo"
    fonts = output_of([find_program("a Korean font", "fc-list"), ":lang=ko", "family"])
    if not fonts.strip():
        raise PartMissing("a Korean font")
    return fonts.splitlines()[0]


@dataclass(frozen=True)
class Part:
    """One part: how it is found, and what a machine without it installs."""

    title: str
    find: Callable[[], object]
    debian: str
    ubuntu: str
    macos: str

    @property
    def found(self) -> str | None:
        """Where it is; None where it is missing."""
        try:
            return str(self.find())
        except PartMissing:
            return None


PARTS = (
    Part(
        "PostgreSQL with PostGIS",
        postgres_bin,
        debian="postgresql postgresql-postgis",
        ubuntu="postgresql postgresql-postgis",
        macos="postgresql@17 postgis",
    ),
    Part("Mosquitto", mosquitto_program, "mosquitto", "mosquitto", "mosquitto"),
    # Ubuntu's package is a snap, which does not run in containers: the words offer another way.
    Part("Chromium", chromium_program, "chromium", "chromium-browser", "--cask chromium"),
    Part("nginx", nginx_program, "nginx-light", "nginx-light", "nginx"),
    Part("what Playwright's driver needs", playwright_driver, "libatomic1", "libatomic1", ""),
    Part(
        "a Korean font",
        _korean_font,
        debian="fontconfig fonts-nanum",
        ubuntu="fontconfig fonts-nanum",
        macos="",
    ),
    Part("oidc-provider", provider_program, "", "", ""),  # npm brings it, on every machine alike
)


def ensure() -> int:
    """Check every part, install what is missing where allowed; the exit code of the command."""
    missing = _missing()
    if any(part.find is provider_program for part in missing):
        install_provider()
        missing = _missing()
    if missing and (apt := _apt_get()):
        _install(apt, missing)
        missing = _missing()
    if missing:
        print(_how_to_install(missing), file=sys.stderr)
        return 1
    print(f"parts: {'; '.join(f'{part.title}: {part.found}' for part in PARTS)}")
    return 0


def _missing() -> list[Part]:
    for search in (
        postgres_bin,
        mosquitto_program,
        chromium_program,
        nginx_program,
        playwright_driver,
        provider_program,
    ):
        search.cache_clear()
    return [part for part in PARTS if part.found is None]


def _apt_get() -> list[str] | None:
    """The words that install a Debian package here without a question; None where we may not."""
    if not shutil.which("apt-get"):
        return None
    apt = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-y"]
    if os.geteuid() == 0:
        return apt
    sudo = shutil.which("sudo")
    if (
        sudo
        and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0
    ):
        return [sudo, "-n", *apt]
    return None


def _install(apt: list[str], missing: list[Part]) -> None:
    packages = _packages(missing)
    print(f"parts: installing {' '.join(packages)}", flush=True)
    subprocess.run([*apt, "update"], check=False)
    subprocess.run([*apt, "install", "--no-install-recommends", *packages], check=False)
    if "mosquitto" in packages:
        _free_port_1883(apt)


def _free_port_1883(apt: list[str]) -> None:
    """Debian starts a Mosquitto when it is installed, on the port that `make demo` wants."""
    if Path("/run/systemd/system").exists():
        sudo = apt[: apt.index("env")]
        print("parts: the installed Mosquitto is not left running, tests start their own")
        subprocess.run([*sudo, "systemctl", "disable", "--now", "mosquitto"], check=False)


def _is_ubuntu() -> bool:
    release = Path("/etc/os-release")
    return release.exists() and "ID=ubuntu" in release.read_text().splitlines()


def _packages(parts: Sequence[Part]) -> list[str]:
    words = [part.ubuntu if _is_ubuntu() else part.debian for part in parts]
    return " ".join(words).split()


def _how_to_install(missing: Sequence[Part]) -> str:
    debian = " ".join(part.debian for part in missing)
    ubuntu = " ".join(part.ubuntu for part in missing)
    macos = "".join(f"\n      brew install {part.macos}" for part in missing if part.macos)
    fetch = any(part.find is provider_program for part in missing)
    npm = "\n  oidc-provider: cd tests/parts/oidc && ../../../.ci/with-node npm ci" if fetch else ""
    return (
        f"The tests run on real parts, and this machine lacks: "
        f"{', '.join(part.title for part in missing)}.\n"
        f"  Debian:   sudo apt-get install {debian}\n"
        f"  Ubuntu:   sudo apt-get install {ubuntu}\n"
        "            (Chromium in a container: .venv/bin/playwright install --with-deps chromium)\n"
        f"  macOS:    {macos}{npm}\n"
        "Then run this again."
    )


if __name__ == "__main__":
    if sys.argv[1:] != ["ensure"]:
        sys.exit("usage: python -m tests.parts ensure")
    sys.exit(ensure())
