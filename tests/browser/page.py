"""The page in a real browser, on a real engine: `python3 tests/browser/page.py target/debug/hubdeck`.

Needs chromium, a Docker Engine with the image busybox:1.36, and nothing from the network. With
`--pictures FOLDER` it takes the pictures of the documentation from the simulated demo instead.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

sys.path.insert(0, os.path.dirname(__file__))
from chromium import Browser, wait

PROJECT = f"hubdeck-page-{os.getpid()}"
EVIL = "<script>window.attacked=1</script>"
LINE = EVIL + "<img src=x onerror=window.attacked=1> \\033[31mred\\033[0m \\007 end"
TOKEN = "0123456789012345678901234567890123456789abc"


def docker(*arguments):
    return subprocess.run(["docker", *arguments], check=True, capture_output=True, text=True).stdout.strip()


class Stack:
    """Two containers that log; the name of one service and its log lines are attacks."""

    def __init__(self):
        self.names = []
        self.add("web", f"while true; do printf '{LINE}\\n'; sleep 0.2; done")
        self.add(EVIL, "sleep 600", f"{PROJECT}-evil-1")

    def add(self, service, command, name=None):
        name = name or f"{PROJECT}-{service}-1"
        self.names.append(name)
        labels = [f"com.docker.compose.project={PROJECT}", f"com.docker.compose.service={service}", "com.docker.compose.container-number=1"]
        flags = [part for label in labels for part in ("--label", label)]
        docker("run", "-d", "--pull", "never", "--name", name, "--stop-timeout", "0", *flags, "busybox:1.36", "sh", "-c", command)

    def remove(self):
        subprocess.run(["docker", "rm", "-f", *self.names], capture_output=True)


class Hubdeck:
    """A `hubdeck --serve` on one port that can be stopped and started again."""

    def __init__(self, program, home, *arguments, **environment):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.command = [program, "--serve", *arguments]
        kept = {name: os.environ[name] for name in ("PATH", "DOCKER_HOST") if name in os.environ}
        self.environment = {**kept, "HOME": home, "HUBDECK_SERVE_PORT": str(self.port), **environment}
        self.address = f"http://127.0.0.1:{self.port}/"
        self.process = None

    def start(self, **environment):
        self.process = subprocess.Popen(self.command, env={**self.environment, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait("hubdeck listens", self.is_alive, 20)

    def is_alive(self):
        try:
            return urllib.request.urlopen(self.address + "livez", timeout=1).status == 200
        except OSError:
            return False

    def is_ready(self):
        try:
            return urllib.request.urlopen(self.address + "readyz", timeout=1).status == 200
        except OSError:
            return False

    def stop(self):
        if self.process:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(10)
        self.process = None


def shown(state, service="web"):
    """Whether the card of the service has the state in its name."""
    return f"[...document.querySelectorAll('.view a.card')].some(card => card.dataset.service.endsWith('/{service}') && card.ariaLabel.includes(': {state}'))"


def done(what):
    print(f"ok  {what}", flush=True)


def complaints(tab):
    """What the browser complained about, but for an endpoint that this hubdeck does not have."""
    return [each for each in tab.complaints if "404" not in each]


def loads(browser, server):
    for scripting in (False, True):
        tab = browser.tab(scripting=scripting)
        tab.go(server.address)
        # Scripts of the driver still run where those of the page do not.
        rows = tab.run("document.body.innerText")
        if scripting:
            tab.until("the scripts take over", "!!document.querySelector('.view a.card')")
        assert "web" in rows and "running" in rows, rows
        assert tab.run("window.attacked") is None
        assert tab.run("document.querySelectorAll('script:not([src])').length") == 0
        assert not complaints(tab), complaints(tab)
        tab.close()
        done(f"loads {'with' if scripting else 'without'} scripting")


def kills(tab, stack):
    took = []
    for state, verb in (("unhealthy|stopped", "kill"), ("running|healthy", "start")):
        docker(verb, stack.names[0])
        states = " || ".join(shown(each) for each in state.split("|"))
        tab.until(f"{verb} is on the page", states, 15)
        took.append(f"{verb} {wait.took:.2f} s")
        if verb == "kill":
            # Within a second; three on a machine that is busy, or where the page has no event stream.
            assert wait.took < 3, f"a killed service took {wait.took:.2f} s"
            assert tab.run("document.getElementById('announce').textContent"), "changes are announced"
    done(f"shows a killed service: {', '.join(took)}")


def escapes(tab):
    """Names and log lines that try to be markup are text."""
    tab.run("location.hash = '#/services'")
    tab.until("the name is text", f"document.querySelector('table').innerText.includes({json.dumps(EVIL)})")
    tab.key("1")
    for key in ("/", *EVIL[:7], "Enter"):
        tab.key(key)
    tab.until("the card is found", "document.querySelector('a.card.chosen')?.dataset.service.includes('<script>')")
    tab.key("Enter")
    tab.until("details of the attacker", f"document.querySelector('.details h1')?.innerText.includes({json.dumps(EVIL)})")
    tab.key("Escape")
    tab.key("Escape")
    assert tab.run("window.attacked") is None
    done("names that are markup are text")


def logs(tab):
    tab.run(f"location.hash = '#/services/{PROJECT}/web?logs'")
    if not follows(tab):
        print("--  logs are not served by this hubdeck")
        return
    tab.until("log lines", "document.querySelectorAll('.log li').length > 3")
    text = tab.run("document.querySelector('.log li').innerText")
    assert EVIL in text and "red" in text and "\x1b" not in text and "\x07" not in text, repr(text)
    before = tab.run("document.querySelectorAll('.log li').length")
    tab.until("the log goes on", f"document.querySelectorAll('.log li').length > {before}")
    tab.key("/")
    tab.type("no such text")
    tab.until("the filter hides lines", "[...document.querySelectorAll('.log li')].every(line => line.hidden)")
    assert tab.run("window.attacked") is None
    tab.key("Escape")
    done("follows a log, and its lines are text")


def follows(tab):
    status = tab.run(f"fetch('api/services/{PROJECT}/web/logs?tail=1').then(answer => answer.status)")
    return status == 200


def keyboard(tab):
    tab.run("location.hash = '#/'")
    tab.until("the map", "document.querySelectorAll('.view:not([hidden]) a.card').length > 1")
    tab.key("ArrowDown")
    tab.until("a card is chosen and focused", "document.activeElement?.matches('a.card.chosen')")
    tab.key("Enter")
    tab.until("its details", "!document.getElementById('details').hidden")
    for expected in ("why", "metrics"):
        tab.key("]")
        tab.until(f"the tab {expected}", f"document.querySelector('[data-tab={expected}]')?.hasAttribute('aria-current')")
    tab.key("Escape")
    tab.until("the map again", "document.getElementById('details').hidden")
    for key, view in (("2", "services"), ("4", "timeline"), ("5", "incidents"), ("1", "map")):
        tab.key(key)
        tab.until(view, f"document.querySelector('[data-view={view}]').hasAttribute('aria-current')")
    tab.key("?")
    tab.until("the help", "!!document.querySelector('dialog[open]')")
    tab.key("Escape")
    tab.until("no help", "!document.querySelector('dialog')")
    unnamed = tab.run("[...document.querySelectorAll('a,button,input,select')].filter(node => !(node.ariaLabel || node.innerText?.trim() || node.textContent.trim() || node.labels?.length)).map(node => node.outerHTML)")
    assert not unnamed, unnamed
    done("works with the keyboard, and everything has a name")


def survives(tab, server):
    marker = tab.run("window.marker = Math.random()")
    server.stop()
    tab.until("it says stale", "/^stale since \\d\\d:\\d\\d:\\d\\d$/.test(document.getElementById('live').textContent)", 20)
    assert tab.run("!document.getElementById('notice').hidden && document.querySelectorAll('a.card').length > 1"), "the last known state stays"
    server.start()
    tab.until("it comes back by itself", "document.getElementById('live').textContent.startsWith('live')", 20)
    assert tab.run("window.marker") == marker, "without loading the page again"
    done(f"survives the restart of the server, back after {wait.took:.1f} s")
    tab.complaints.clear()  # connections that were refused


def asks_for_a_token(browser, server):
    server.stop()
    server.start(HUBDECK_SERVE_TOKEN=TOKEN)
    tab = browser.tab()
    tab.go(server.address)
    tab.until("it asks for the token", "!!document.querySelector('dialog.token input')")
    assert "web" not in tab.run("document.body.innerText"), "no data before"
    tab.type(TOKEN[::-1])
    tab.key("Enter")
    tab.until("it asks again after a wrong one", "document.querySelector('dialog.token')?.innerText.includes('not a token')")
    tab.type(TOKEN)
    tab.key("Enter")
    tab.until("the data", "!!document.querySelector('.view a.card')", 20)
    assert tab.run("document.cookie + localStorage.length") == "0", "the token stays in the session of the tab"
    tab.go(server.address)
    tab.until("not asked again in this tab", "!!document.querySelector('.view a.card')", 20)
    others = [each for each in complaints(tab) if "401" not in each]
    assert not others, others
    tab.close()
    done("asks for a token, keeps it in the tab")


def check(program):
    stack = browser = server = None
    with tempfile.TemporaryDirectory() as home:
        try:
            stack = Stack()
            server = Hubdeck(program, home, "--project", PROJECT)
            server.start()
            wait("hubdeck is ready", server.is_ready, 20)
            browser = Browser()
            loads(browser, server)
            tab = browser.tab(width=1440, height=900)
            tab.go(server.address)
            tab.until("the map", "!!document.querySelector('.view a.card')")
            kills(tab, stack)
            escapes(tab)
            logs(tab)
            keyboard(tab)
            assert not complaints(tab), complaints(tab)
            tab.complaints.clear()
            survives(tab, server)
            assert tab.run("window.attacked") is None
            asks_for_a_token(browser, server)
        finally:
            for each in (browser and browser.close, server and server.stop, stack and stack.remove):
                if each:
                    each()


def pictures(program, folder):
    """The demo, in the sizes and views of the documentation."""
    with tempfile.TemporaryDirectory() as home:
        engine = os.path.join(home, "engine.sock")
        simulated = subprocess.Popen([program, "sim", "--listen", f"unix:{engine}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        server = Hubdeck(program, home, "--host", f"unix://{engine}")
        browser = None
        try:
            wait("the engine listens", lambda: os.path.exists(engine))
            server.start()
            browser = Browser()
            views = [
                ("page-map", dict(width=1200, height=720), "#/"),
                ("page-dark", dict(width=1200, height=720, dark=True), "#/services/hub/db"),
                ("page-services", dict(width=1200, height=720), "#/services"),
                ("page-phone", dict(width=360, height=720, mobile=True), "#/"),
                ("page-phone-details", dict(width=360, height=720, mobile=True, dark=True), "#/services/hub/db"),
            ]
            wait("something breaks", lambda: broken(server), 90)
            for name, looks, fragment in views:
                tab = browser.tab(**looks)
                tab.go(server.address + fragment)
                tab.until(name, "!!document.querySelector('.view a.card, tr[data-service]')")
                tab.until("the details", "document.getElementById('details').hidden || !!document.querySelector('.details .callout')")
                time.sleep(2)
                tab.picture(os.path.join(folder, f"{name}.png"))
                tab.close()
        finally:
            if browser:
                browser.close()
            server.stop()
            simulated.terminate()
            simulated.wait(10)


def broken(server):
    """Whether the database of the demo was killed, and everything behind it knows."""
    metrics = json.load(urllib.request.urlopen(server.address + "api/services"))
    states = {service["id"]: service["health"]["state"] for service in metrics["services"]}
    return states.get("hub/db") == "unhealthy" and states.get("hub/proxy") == "unhealthy"


if __name__ == "__main__":
    if len(sys.argv) == 4 and sys.argv[2] == "--pictures":
        pictures(sys.argv[1], sys.argv[3])
    elif len(sys.argv) == 2:
        check(sys.argv[1])
    else:
        sys.exit(__doc__)
