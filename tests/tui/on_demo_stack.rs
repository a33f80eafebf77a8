//! The console on a simulated engine with the demo stack.

use std::fs;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::support::hubdeck::{Background, Home, PROGRAM, eventually};
use crate::support::pty::Terminal;

/// The console on the demo stack with `config` as its file.
pub fn console(config: &str) -> (Background, Home, Terminal) {
    let folder = tempfile::tempdir().unwrap().keep();
    let socket = folder.join("engine.sock");
    let mut command = Command::new(PROGRAM);
    command.args(["sim", "--listen", &format!("unix:{}", socket.display())]);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let engine = Background(command.spawn().unwrap());
    eventually(
        "the simulated engine listens",
        Duration::from_secs(20),
        || socket.exists().then_some(()),
    );
    let home = Home::with_engine(&format!("unix://{}", socket.display()));
    write_config(&home, config);
    let terminal = home.open(&[], 120, 40);
    (engine, home, terminal)
}

pub fn write_config(home: &Home, text: &str) {
    let folder = home.path().join("config/hubdeck");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("config.toml"), text).unwrap();
}
