"""Drives Debian's chromium over the DevTools protocol: only Python's own library is needed."""

import base64
import json
import os
import shutil
import socket
import struct
import subprocess
import tempfile
import time
import urllib.request


class WebSocket:
    """As much of RFC 6455 as a client of the DevTools protocol needs."""

    def __init__(self, address):
        host, _, path = address.removeprefix("ws://").partition("/")
        name, port = host.split(":")
        self.stream = socket.create_connection((name, int(port)))
        key = base64.b64encode(os.urandom(16)).decode()
        head = f"GET /{path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        self.stream.sendall(f"{head}Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode())
        self.rest = b""
        while b"\r\n\r\n" not in self.rest:
            self.rest += self.stream.recv(4096)
        head, self.rest = self.rest.split(b"\r\n\r\n", 1)
        assert b" 101 " in head.splitlines()[0], head

    def send(self, text):
        data = text.encode()
        length = bytes([0x80 | len(data)]) if len(data) < 126 else bytes([0xFE]) + struct.pack(">H", len(data)) if len(data) < 65536 else bytes([0xFF]) + struct.pack(">Q", len(data))
        mask = os.urandom(4)
        self.stream.sendall(b"\x81" + length + mask + bytes(byte ^ mask[at % 4] for at, byte in enumerate(data)))

    def take(self, count):
        while len(self.rest) < count:
            more = self.stream.recv(1 << 16)
            if not more:
                raise EOFError("the browser closed the connection")
            self.rest += more
        taken, self.rest = self.rest[:count], self.rest[count:]
        return taken

    def receive(self, timeout):
        self.stream.settimeout(timeout)
        message = b""
        while True:
            first, second = self.take(2)
            length = second & 0x7F
            if length == 126:
                (length,) = struct.unpack(">H", self.take(2))
            elif length == 127:
                (length,) = struct.unpack(">Q", self.take(8))
            message += self.take(length)
            if first & 0x80:
                return message.decode()


class Browser:
    """A chromium of its own, without a window."""

    def __init__(self):
        self.folder = tempfile.mkdtemp()
        program = shutil.which("chromium") or shutil.which("chromium-browser")
        flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars", "--disable-background-networking"]
        self.process = subprocess.Popen([program, *flags, "--remote-debugging-port=0", f"--user-data-dir={self.folder}", "about:blank"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        port = os.path.join(self.folder, "DevToolsActivePort")
        wait("chromium listens", lambda: os.path.exists(port) and open(port).read().count("\n") >= 1)
        self.port = int(open(port).read().split("\n")[0])

    def tab(self, **looks):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/json/new?about:blank", method="PUT")
        return Tab(json.load(urllib.request.urlopen(request))["webSocketDebuggerUrl"], **looks)

    def close(self):
        self.process.terminate()
        self.process.wait(10)
        shutil.rmtree(self.folder, ignore_errors=True)


class Tab:
    """One page; what it complains about is kept in `complaints`."""

    def __init__(self, address, width=1280, height=800, dark=False, scripting=True, mobile=False):
        self.socket = WebSocket(address)
        self.number = 0
        self.complaints = []
        self.bytes = 0
        for domain in ["Page", "Runtime", "Log", "Network"]:
            self.call(f"{domain}.enable")
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=mobile)
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
        if not scripting:
            self.call("Emulation.setScriptExecutionDisabled", value=True)
        script = "addEventListener('securitypolicyviolation', event => console.error('policy: ' + event.violatedDirective + ' ' + event.blockedURI))"
        self.call("Page.addScriptToEvaluateOnNewDocument", source=script)

    def call(self, method, **parameters):
        self.number += 1
        number = self.number
        self.socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self.socket.receive(30))
            if message.get("id") == number:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']}")
                return message["result"]
            self.note(message)

    def note(self, message):
        method, parameters = message.get("method"), message.get("params", {})
        if method == "Runtime.exceptionThrown":
            details = parameters["exceptionDetails"]
            self.complaints.append(details.get("exception", {}).get("description", details["text"]))
        elif method == "Runtime.consoleAPICalled" and parameters["type"] in ("error", "warning"):
            self.complaints.append(" ".join(str(each.get("value")) for each in parameters["args"]))
        elif method == "Log.entryAdded" and parameters["entry"]["level"] in ("error", "warning"):
            entry = parameters["entry"]
            self.complaints.append(f"{entry['text']} {entry.get('url', '')}")
        elif method == "Network.loadingFinished":
            self.bytes += int(parameters["encodedDataLength"])

    def go(self, address):
        self.call("Page.navigate", url=address)
        wait("the document is complete", lambda: self.run("document.readyState === 'complete'", True))

    def run(self, script, unchecked=False):
        result = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in result and not unchecked:
            raise RuntimeError(f"{script}: {result['exceptionDetails']}")
        return result["result"].get("value")

    def until(self, what, script, limit=10):
        return wait(what, lambda: self.run(script), limit, lambda: self.run("document.body.innerText")[:2000])

    def key(self, key):
        codes = {"Enter": 13, "Escape": 27, "ArrowDown": 40, "ArrowUp": 38, "ArrowRight": 39, "ArrowLeft": 37, "Tab": 9}
        text = key if len(key) == 1 else "\r" if key == "Enter" else ""
        self.call("Input.dispatchKeyEvent", type="keyDown", key=key, text=text, windowsVirtualKeyCode=codes.get(key, 0))
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key, windowsVirtualKeyCode=codes.get(key, 0))

    def type(self, text):
        for key in text:
            self.key(key)

    def close(self):
        self.call("Page.close")
        self.socket.stream.close()

    def picture(self, file, whole=False):
        shot = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        with open(file, "wb") as out:
            out.write(base64.b64decode(shot["data"]))


def wait(what, ready, limit=10, state=lambda: ""):
    """Waits until `ready` gives something true, and gives it; how long it took in seconds is `wait.took`."""
    start = time.monotonic()
    while True:
        value = ready()
        wait.took = time.monotonic() - start
        if value:
            return value
        if wait.took > limit:
            raise AssertionError(f"not within {limit} s: {what}\n{state()}")
        time.sleep(0.02)
