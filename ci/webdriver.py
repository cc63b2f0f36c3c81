"""A headless Chromium, driven over WebDriver (https://www.w3.org/TR/webdriver2/) with nothing but Python's own library."""
import base64
import json
import os
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

ENTER, ESCAPE, RIGHT, DOWN = "\ue007", "\ue00c", "\ue014", "\ue015"
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"

ARGUMENTS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--hide-scrollbars", "--window-size=1400,1000",
]


class Browser:
    """`with Browser(folder) as browser`: downloads go to the folder."""

    def __init__(self, downloads):
        self.downloads = downloads

    def __enter__(self):
        self.profile = tempfile.mkdtemp(prefix="sixlo-profile-")
        # Port 0 lets the driver choose, and it says which.
        self.driver = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        for line in self.driver.stdout:
            if "started successfully on port" in line:
                self.base = f"http://127.0.0.1:{line.split()[-1].rstrip('.')}"
                break
        else:
            raise AssertionError("chromedriver did not start")
        options = {
            "binary": shutil.which("chromium"),
            "args": [*ARGUMENTS, f"--user-data-dir={self.profile}"],
            "prefs": {"download.default_directory": str(self.downloads), "download.prompt_for_download": False},
        }
        wanted = {"browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"}}
        self.session = ""
        self.session = "/session/" + self.ask("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})["sessionId"]
        return self

    def __exit__(self, *_):
        try:
            if self.session:
                self.ask("DELETE", "")
        finally:
            self.driver.terminate()
            self.driver.wait()
            shutil.rmtree(self.profile, ignore_errors=True)

    def ask(self, method, path, body=None):
        octets = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + self.session + path, octets, {"Content-Type": "application/json"}, method=method)
        # The driver is on this machine, whatever proxy the surroundings name.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=120) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{path}: {json.load(error)['value']['message']}") from None

    def open(self, address):
        self.ask("POST", "/url", {"url": address})

    def run(self, script, *arguments):
        return self.ask("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def wait(self, script, *arguments):
        deadline = time.monotonic() + 30
        while not self.run(script, *arguments):
            assert time.monotonic() < deadline, f"waited in vain: {script} {self.log('browser')}"
            time.sleep(0.02)

    def find(self, selector):
        return self.find_all(selector)[0]

    def find_all(self, selector):
        found = self.ask("POST", "/elements", {"using": "css selector", "value": selector})
        assert found, f"nothing is `{selector}`"
        return [element[ELEMENT] for element in found]

    def click(self, element):
        self.ask("POST", f"/element/{element}/click", {})

    def hover(self, element):
        move = {"type": "pointerMove", "duration": 0, "origin": {ELEMENT: element}, "x": 0, "y": 0}
        self.run("arguments[0].scrollIntoView({ block: 'center' })", {ELEMENT: element})
        self.ask("POST", "/actions", {"actions": [{"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}, "actions": [move]}]})

    def key(self, key):
        presses = [{"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]
        self.ask("POST", "/actions", {"actions": [{"type": "key", "id": "keys", "actions": presses}]})

    def log(self, kind):
        return self.ask("POST", "/se/log", {"type": kind})

    def devtools(self, command, **parameters):
        return self.ask("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def size(self, width, height, phone=False, dark=False):
        self.devtools("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=2 if phone else 1, mobile=phone)
        self.devtools("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])

    def before_scripts(self, script):
        self.devtools("Page.addScriptToEvaluateOnNewDocument", source=script)

    def screenshot(self):
        return base64.b64decode(self.ask("GET", "/screenshot"))

    def printed(self):
        return base64.b64decode(self.ask("POST", "/print", {"orientation": "landscape", "background": True}))
