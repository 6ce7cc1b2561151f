"""WebKitGTK: WebKitWebDriver and MiniBrowser of Debian, driven by Selenium on an own display."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.actions.action_builder import ActionBuilder
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.client_config import ClientConfig
from selenium.webdriver.remote.file_detector import UselessFileDetector
from selenium.webdriver.remote.remote_connection import RemoteConnection
from selenium.webdriver.webkitgtk.options import Options
from selenium.webdriver.webkitgtk.service import Service

from tests.engines.install import MINI_BROWSER
from tests.patience import PATIENCE_SECONDS
from tests.servers.packages import program

# The toolbar of MiniBrowser would keep its window from being as narrow as a phone.
NARROW = "* { font-size: 1px; padding: 0; margin: 0; min-width: 0; min-height: 0; border-width: 0 }"


class WebKit:
    """A display and the driver's settings; each tab is a browser of its own."""

    def __init__(self) -> None:
        self._home = tempfile.TemporaryDirectory()
        style = Path(self._home.name, "gtk-3.0", "gtk.css")
        style.parent.mkdir()
        style.write_text(NARROW)
        command = ["Xvfb", "-displayfd", "1", "-screen", "0", "1920x1200x24", "-nolisten", "tcp"]
        self._display = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert self._display.stdout
        own = {"DISPLAY": f":{self._display.stdout.readline().strip()}"}
        own |= {"XDG_CONFIG_HOME": self._home.name, "WEBKIT_DISABLE_COMPOSITING_MODE": "1"}
        # WebKit's sandbox needs namespaces, which containers do not hand out.
        own |= {"WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1"}
        self._environment = os.environ | own

    def tab(self, *, script: bool = True) -> Tab:
        options = Options()
        options.binary_location = program(*MINI_BROWSER)
        options.add_argument("--automation")
        if not script:
            options.add_argument("--enable-javascript=false")
        return Tab(options, Service(shutil.which("WebKitWebDriver"), env=self._environment))

    def close(self) -> None:
        self._display.terminate()
        self._display.communicate(timeout=PATIENCE_SECONDS)
        self._home.cleanup()


class Tab:
    def __init__(self, options: Options, service: Service) -> None:
        service.start()
        self._service = service
        address = ClientConfig(remote_server_addr=service.service_url)
        self._driver = webdriver.Remote(
            RemoteConnection(client_config=address, ignore_proxy=True),
            options=options,
            file_detector=UselessFileDetector(),  # the files are on this machine
        )

    def open(self, url: str) -> None:
        self._driver.get(url)

    def url(self) -> str:
        return str(self._driver.current_url)

    def back(self) -> None:
        self._driver.back()

    def resize(self, width: int, height: int) -> None:
        """Twice: the frame is known only by what the first try comes to."""
        self._driver.set_window_size(width, height)
        inner = self.run("() => [innerWidth, innerHeight]")
        self._driver.set_window_size(2 * width - inner[0], 2 * height - inner[1])

    def run(self, function: str, *given: Any) -> Any:
        return self._driver.execute_script(f"return ({function})(...arguments)", *given)

    def click(self, x: float, y: float) -> None:
        actions = ActionBuilder(self._driver)
        actions.pointer_action.move_to_location(round(x), round(y)).click()
        actions.perform()

    def type(self, text: str) -> None:
        ActionChains(self._driver).send_keys(text).perform()

    def upload(self, selector: str, *files: Path) -> None:
        field = self._driver.find_element(By.CSS_SELECTOR, selector)
        field.send_keys("\n".join(map(str, files)))

    def close(self) -> None:
        self._driver.quit()
        self._service.stop()
