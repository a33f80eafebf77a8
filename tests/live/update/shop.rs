//! A registry, a Compose project whose image it has, and somebody who asks its server.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use hubdeck::model::ServiceId;

use crate::support::docker::{Container, docker, unique};
use crate::support::hubdeck::{free_port, pause};

/// The image of the registry.
pub const REGISTRY: &str = "registry:2";
/// A web server of the version in place of `VERSION`, which its healthcheck asks.
pub const SERVER: &str = "FROM busybox:1.36\nRUN mkdir /www && echo VERSION > /www/index.html\nENV RELEASE=VERSION\n\
                      HEALTHCHECK --interval=1s --timeout=1s --retries=1 CMD wget -q -O- 127.0.0.1 || exit 1\n\
                      CMD [\"httpd\", \"-f\", \"-p\", \"80\", \"-h\", \"/www\"]\n";

/// A registry with a repository, and a Compose project whose one service has an image of it.
pub struct Shop {
    pub stack: String,
    /// `localhost:5000/app`.
    pub repository: String,
    pub port: u16,
    pub dir: tempfile::TempDir,
    _registry: Container,
}

impl Shop {
    pub fn open() -> Self {
        let stack = unique("hubdeck-test-update");
        let (registry_port, port) = (free_port(), free_port());
        let publish = format!("127.0.0.1:{registry_port}:5000");
        let registry = Container::run(&format!("{stack}-registry"), &["-p", &publish, REGISTRY]);
        let repository = format!("localhost:{registry_port}/{stack}");
        let dir = tempfile::tempdir().unwrap();
        let shop = Self {
            stack,
            repository,
            port,
            dir,
            _registry: registry,
        };
        shop.build("one", &SERVER.replace("VERSION", "one"));
        docker(&["tag", &shop.image("one"), &shop.image("1")]);
        docker(&["push", "-q", &shop.image("1")]);
        shop.write_file("1", "");
        shop.compose(&["up", "-d", "--pull", "never"]);
        shop.answers_within(Duration::from_secs(10), "one");
        shop
    }

    /// Writes the file with the image `tag` and what is `more` of the service.
    pub fn write_file(&self, tag: &str, more: &str) {
        let file = format!(
            "name: {}\nservices:\n  web:\n    image: {}\n    init: true\n    ports: [\"127.0.0.1:{}:80\"]\n    \
             environment:\n      OWN: kept\n{more}",
            self.stack,
            self.image(tag),
            self.port
        );
        std::fs::write(self.file(), file).unwrap();
    }

    pub fn file(&self) -> std::path::PathBuf {
        self.dir.path().join("compose.yaml")
    }

    pub fn image(&self, tag: &str) -> String {
        format!("{}:{tag}", self.repository)
    }

    pub fn container(&self) -> String {
        format!("{}-web-1", self.stack)
    }

    pub fn service(&self) -> ServiceId {
        ServiceId::new(format!("{}/web", self.stack))
    }

    pub fn build(&self, tag: &str, file: &str) {
        let mut child = Command::new("docker")
            .args(["build", "-q", "-t", &self.image(tag), "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        // Of each run an image of its own: one that the engine has is not pulled.
        let file = format!("{file}LABEL run={} tag={tag}\n", self.stack);
        input.write_all(file.as_bytes()).unwrap();
        drop(input);
        assert!(child.wait().unwrap().success(), "{tag} is built");
    }

    /// Has the registry, and not this engine, give the image `tag` for the tag of the project.
    pub fn publish(&self, tag: &str) {
        let (project, old) = (
            self.image("1"),
            docker(&["image", "inspect", "-f", "{{.Id}}", &self.image("1")]),
        );
        docker(&["tag", &self.image(tag), &project]);
        docker(&["push", "-q", &project]);
        docker(&["tag", &old, &project]);
    }

    pub fn compose(&self, arguments: &[&str]) -> String {
        let output = Command::new("docker")
            .args(["compose", "-f"])
            .arg(self.file())
            .args(arguments)
            .output()
            .unwrap();
        let text = [output.stdout, output.stderr].concat();
        let text = String::from_utf8_lossy(&text).into_owned();
        assert!(output.status.success(), "{arguments:?}: {text}");
        text
    }

    /// That Compose would change nothing.
    pub fn assert_no_drift(&self) {
        let said = self.compose(&["up", "-d", "--dry-run", "--pull", "never"]);
        assert!(
            said.contains("Running") && !said.contains("Recreate"),
            "{said}"
        );
    }

    fn answers_within(&self, time: Duration, body: &str) {
        let begun = Instant::now();
        while answer(self.port).as_deref() != Some(body) {
            assert!(begun.elapsed() < time, "{body} is not served");
            pause(Duration::from_millis(20));
        }
    }

    /// The containers of the project and what is tried beside them, by name.
    pub fn names(&self) -> Vec<String> {
        let filter = format!("name={}-web", self.stack);
        let names = docker(&["ps", "-a", "--filter", &filter, "--format", "{{.Names}}"]);
        names.lines().map(str::to_owned).collect()
    }

    pub fn image_of_container(&self) -> String {
        docker(&["inspect", "-f", "{{.Image}}", &self.container()])
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        self.compose(&["down", "-t", "0", "-v"]);
        let filter = format!("reference={}", self.repository);
        let images = docker(&[
            "image",
            "ls",
            "--filter",
            &filter,
            "--format",
            "{{.Repository}}:{{.Tag}}",
        ]);
        for image in images.lines().filter(|image| !image.ends_with("<none>")) {
            docker(&["rmi", "-f", image]);
        }
    }
}

/// What the server at `port` answers.
pub fn answer(port: u16) -> Option<String> {
    let address = ([127, 0, 0, 1], port).into();
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_millis(200)).ok()?;
    stream
        .set_read_timeout(Some(Duration::from_millis(500)))
        .ok()?;
    stream.write_all(b"GET / HTTP/1.0\r\n\r\n").ok()?;
    let mut text = String::new();
    stream.read_to_string(&mut text).ok()?;
    let body = text.split("\r\n\r\n").nth(1)?;
    (!body.is_empty()).then(|| body.trim().to_owned())
}

/// Asks a server every 10 ms and keeps for how long it did not answer.
pub struct Visitor {
    stop: Arc<AtomicBool>,
    thread: std::thread::JoinHandle<Duration>,
}

impl Visitor {
    pub fn of(port: u16) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = std::thread::spawn(move || {
            let (mut last, mut longest) = (Instant::now(), Duration::ZERO);
            while !stopped.load(Ordering::Relaxed) {
                if answer(port).is_some() {
                    longest = longest.max(last.elapsed());
                    last = Instant::now();
                }
                pause(Duration::from_millis(10));
            }
            longest.max(last.elapsed())
        });
        Self { stop, thread }
    }

    /// The longest time without an answer.
    pub fn outage(self) -> Duration {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().unwrap()
    }
}
