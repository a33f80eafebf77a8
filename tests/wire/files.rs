//! Configuration files of containers: the real client and collector against the simulated engine.

use std::sync::Arc;
use std::time::Duration;

use hubdeck::collect::configuration::ReadingOptions;
use hubdeck::engine::{Engine, EngineError};
use hubdeck::model::{ConfigurationFile, Feature, InstanceId, Observation, Snapshot, Timestamp};
use hubdeck::store::Store;
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;

use crate::sim::Sim;

const PATIENCE: Duration = Duration::from_secs(10);
const SCENARIO: &str = r#"
name = "files"
[[stack]]
name = "shop"
[[stack.service]]
name = "proxy"
image = "shop-proxy"
command = ["/docker-entrypoint.sh", "nginx", "-g", "daemon off;"]
replicas = 2
[stack.service.files]
"/etc/nginx/nginx.conf" = "http { include sites-enabled/*; }"
"/etc/nginx/mime.types" = "types {}"
"/etc/nginx/tls/site.key" = "-----BEGIN PRIVATE KEY-----"
"/etc/nginx/logo.bin" = { zeros = 300 }
"/etc/nginx/sites-available/shop" = "server { location / { proxy_pass http://api:8000; } }"
"/etc/nginx/sites-available/idle" = "server {}"
"/etc/nginx/sites-enabled/shop" = { link = "../sites-available/shop" }
"/conf" = { link = "/etc/nginx" }
"/loop" = { link = "loop" }
[[stack.service]]
name = "api"
image = "shop/api:1"
command = ["api", "--token-file=/run/secrets/token.env"]
mounts = ["/srv/settings.yml:/app/settings.yml:ro", "data:/data"]
[stack.service.files]
"/app/settings.yml" = "database: postgres://db/shop"
[[stack.service]]
name = "db"
image = "postgres:16"
[[stack.service]]
name = "edge"
image = "caddy:2"
state = "exited"
[stack.service.files]
"/etc/caddy/Caddyfile" = "reverse_proxy api:8000"
[[stack.service]]
name = "metrics"
image = "prom/prometheus"
[stack.service.files]
"/etc/prometheus/a.yml" = "a"
"/etc/prometheus/data" = { zeros = 20000000 }
"/etc/prometheus/z.yml" = "z"
"#;

impl Sim {
    async fn id(&self, name: &str) -> InstanceId {
        let list = self.engine.list().await.unwrap();
        list.into_iter()
            .find(|facts| facts.name == name)
            .expect("a container")
            .id
    }

    async fn read(
        &self,
        name: &str,
        paths: &[&str],
    ) -> Result<Vec<ConfigurationFile>, EngineError> {
        let paths: Vec<String> = paths.iter().map(|path| (*path).to_owned()).collect();
        self.engine.read_files(&self.id(name).await, &paths).await
    }

    fn archives(&self) -> u64 {
        self.control
            .calls()
            .get("GET /containers/{id}/archive")
            .copied()
            .unwrap_or(0)
    }

    /// What the store shows of the engine now, everything inspected.
    async fn snapshot(&self) -> Arc<Snapshot> {
        let now = Timestamp::now();
        let mut instances = Vec::new();
        for facts in self.engine.list().await.unwrap() {
            instances.push(Arc::new(
                self.engine.inspect(&facts.id).await.unwrap().unwrap(),
            ));
        }
        let mut store = Store::new(now);
        let _listed = store.apply(
            Observation::Listed {
                at: now,
                done_at: now,
                next_at: now,
                instances,
            },
            now,
        );
        store.snapshot(now)
    }
}

fn names(files: &[ConfigurationFile]) -> Vec<&str> {
    files.iter().map(|file| file.path.as_str()).collect()
}

#[tokio::test]
async fn directories_files_and_links_are_read_as_configuration() {
    let sim = Sim::start(SCENARIO).await;
    let files = sim
        .read("shop-proxy-1", &["/etc/nginx/", "/nowhere"])
        .await
        .unwrap();
    assert_eq!(
        names(&files),
        ["/etc/nginx/nginx.conf", "/etc/nginx/sites-enabled/shop"]
    );
    assert!(files[1].text.contains("proxy_pass http://api:8000"));
    assert!(
        !format!("{files:?}").contains("proxy_pass"),
        "no log can get the text"
    );

    let linked = sim.read("shop-proxy-1", &["/conf", "/loop"]).await.unwrap();
    assert_eq!(
        names(&linked),
        ["/conf/nginx.conf", "/conf/sites-enabled/shop"]
    );
    let single = sim
        .read(
            "shop-proxy-1",
            &["/etc/nginx/sites-enabled/shop", "/etc/nginx/logo.bin"],
        )
        .await;
    assert_eq!(names(&single.unwrap()), ["/etc/nginx/sites-enabled/shop"]);
}

#[tokio::test]
async fn stopped_containers_are_read_and_missing_ones_have_no_files() {
    let sim = Sim::start(SCENARIO).await;
    let stopped = sim.read("shop-edge-1", &["/etc/caddy"]).await.unwrap();
    assert_eq!(names(&stopped), ["/etc/caddy/Caddyfile"]);
    let gone = sim
        .engine
        .read_files(&"0123456789ab".into(), &["/etc/nginx".to_owned()])
        .await;
    assert_eq!(gone.unwrap(), []);
}

#[tokio::test]
async fn a_huge_archive_is_read_up_to_the_bound() {
    let sim = Sim::start(SCENARIO).await;
    let files = sim
        .read("shop-metrics-1", &["/etc/prometheus"])
        .await
        .unwrap();
    assert_eq!(
        names(&files),
        ["/etc/prometheus/a.yml"],
        "what lies behind 20 MB is not waited for"
    );
    assert_eq!(
        names(
            &sim.read("shop-metrics-1", &["/etc/prometheus/z.yml"])
                .await
                .unwrap()
        )
        .len(),
        1
    );
}

#[tokio::test]
async fn what_a_proxy_refuses_is_an_error_that_says_so() {
    let sim = Sim::start(SCENARIO).await;
    sim.control.forbid("/containers/*/archive");
    let error = sim.read("shop-proxy-1", &["/etc/nginx"]).await.unwrap_err();
    assert_eq!(
        error.refusal().as_deref(),
        Some("read files of: not permitted")
    );
}

/// The collector with everything it is wired to.
struct Reader {
    news: mpsc::Receiver<Observation>,
    publisher: watch::Sender<Arc<Snapshot>>,
    link: watch::Sender<Option<Engine>>,
    enabled: watch::Sender<ReadingOptions>,
    complete: watch::Receiver<bool>,
}

impl Reader {
    async fn start(sim: &Sim) -> Self {
        let (out, news) = mpsc::channel(64);
        let (publisher, snapshots) = watch::channel(Arc::new(Snapshot::empty(Timestamp::now())));
        let (link, engine) = watch::channel(Some(sim.engine.clone()));
        let (enabled, wish) = watch::channel(ReadingOptions::default());
        let (done, complete) = watch::channel(false);
        tokio::spawn(hubdeck::collect::configuration::run(
            engine, snapshots, wish, done, out,
        ));
        let reader = Self {
            news,
            publisher,
            link,
            enabled,
            complete,
        };
        reader.show(sim).await;
        reader
    }

    async fn show(&self, sim: &Sim) {
        self.publisher.send_replace(sim.snapshot().await);
    }

    async fn next(&mut self) -> Observation {
        timeout(PATIENCE, self.news.recv())
            .await
            .expect("news in time")
            .expect("it goes on")
    }

    /// Names of the files of the next `Configured`.
    async fn files(&mut self) -> Vec<String> {
        match self.next().await {
            Observation::Configured { files, .. } => {
                files.iter().map(|file| file.path.clone()).collect()
            }
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn each_service_is_read_once_and_again_after_a_start() {
    let sim = Sim::start(SCENARIO).await;
    let mut reader = Reader::start(&sim).await;
    let mut read = vec![
        reader.files().await,
        reader.files().await,
        reader.files().await,
        reader.files().await,
    ];
    read.sort();
    assert_eq!(
        read,
        [
            vec!["/app/settings.yml"],
            vec!["/etc/caddy/Caddyfile"],
            vec!["/etc/nginx/nginx.conf", "/etc/nginx/sites-enabled/shop"],
            vec!["/etc/prometheus/a.yml"],
        ]
    );
    timeout(PATIENCE, reader.complete.wait_for(|complete| *complete))
        .await
        .unwrap()
        .unwrap();
    let before = sim.archives();
    assert_eq!(
        before, 4,
        "one call for each, none for the second replica, the database and the secret"
    );

    reader.show(&sim).await;
    reader.show(&sim).await;
    sim.control.start("shop-edge-1").unwrap();
    reader.show(&sim).await;
    assert_eq!(reader.files().await, ["/etc/caddy/Caddyfile"]);
    assert_eq!(sim.archives(), before + 1);

    reader.enabled.send_replace(ReadingOptions {
        enabled: false,
        ..ReadingOptions::default()
    });
    for _ in 0..4 {
        assert_eq!(
            reader.files().await,
            [""; 0],
            "switched off, what was read is taken back"
        );
    }
    assert_eq!(sim.archives(), before + 1);
}

#[tokio::test]
async fn a_refusal_is_told_once_and_taken_back_by_the_next_connection() {
    let sim = Sim::start(SCENARIO).await;
    sim.control.forbid("/containers/*/archive");
    let mut reader = Reader::start(&sim).await;
    let Observation::Refused {
        feature: Feature::Files,
        reason: Some(reason),
    } = reader.next().await
    else {
        panic!("no refusal")
    };
    assert!(reason.contains("not permitted"), "{reason}");
    timeout(PATIENCE, reader.complete.wait_for(|complete| *complete))
        .await
        .unwrap()
        .unwrap();
    let before = sim.archives();
    reader.show(&sim).await;
    assert!(
        timeout(Duration::from_millis(300), reader.news.recv())
            .await
            .is_err(),
        "told once"
    );
    assert_eq!(sim.archives(), before);

    sim.control.allow_all();
    reader.link.send_replace(Some(sim.engine.clone()));
    let taken_back = reader.next().await;
    assert!(matches!(
        taken_back,
        Observation::Refused {
            feature: Feature::Files,
            reason: None
        }
    ));
    reader.show(&sim).await;
    assert!(!reader.files().await.is_empty());
}
