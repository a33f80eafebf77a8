//! A simulated engine on a socket with the real client, for tests of single calls.

use hubdeck::engine::{ConnectRequest, Engine};
use hubdeck::model::Timestamp;
use hubdeck::sim::{Control, Listen, Scenario, serve};

/// A simulated engine with a client; it ends with the test.
pub struct Sim {
    /// What the test changes and counts.
    pub control: Control,
    /// The client.
    pub engine: Engine,
    _folder: tempfile::TempDir,
}

impl Sim {
    /// An engine that plays `scenario`.
    pub async fn start(scenario: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("engine.sock");
        let control = Control::new(Timestamp::now);
        let scenario = Scenario::parse(scenario).expect("a scenario");
        tokio::spawn(serve(scenario, Listen::Unix(path.clone()), control.clone()));
        control.ready().await;
        let request = ConnectRequest::to_host(format!("unix://{}", path.display()));
        let (engine, _) = request.connect().await.expect("the simulator answers");
        Self {
            control,
            engine,
            _folder: folder,
        }
    }
}

impl Drop for Sim {
    fn drop(&mut self) {
        self.control.shutdown();
    }
}
