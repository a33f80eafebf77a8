//! The pictures of the README: the real program in a pseudo terminal, its screen written as SVG.
//!
//! `cargo run --release --example screenshots -- target/release/hubdeck screenshots [NAME…]`

#[path = "screenshots/demo.rs"]
mod demo;
#[path = "../tests/support/pty.rs"]
#[allow(dead_code, reason = "the tests use the rest of it")]
mod pty;
#[path = "screenshots/svg/mod.rs"]
mod svg;

use std::error::Error;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use pty::key;

/// One picture: how to start the program, what to type, and for how long to let it gather figures
/// first.
struct Scene {
    name: &'static str,
    columns: u16,
    rows: u16,
    arguments: &'static [&'static str],
    keys: &'static [&'static str],
    seconds: u64,
    paper: svg::Paper,
}

const DEMO: &[&str] = &["demo"];
/// Pictures that are taken side by side: each is mostly waiting for its figures to gather, but more
/// of them would slow each other down and show that.
const AT_ONCE: usize = 7;

/// Seconds after which the demo has recovered from its first incident, and nothing else is wrong.
const HEALTHY: u64 = 66;
/// Seconds after which its first incident has reached everything that it blocks.
const TROUBLE: u64 = 24;

const SCENES: &[Scene] = &[
    scene("map", 160, 50, &[], HEALTHY),
    scene("map-trouble", 160, 50, &[], TROUBLE),
    scene("map-80x24", 80, 24, &[], TROUBLE),
    scene("map-40x12", 40, 12, &[], TROUBLE),
    scene(
        "map-selection",
        160,
        50,
        &[":", "backend", key::ENTER],
        HEALTHY,
    ),
    scene("legend", 160, 50, &["L"], HEALTHY),
    scene("services", 160, 50, &["2"], TROUBLE),
    scene("preview", 160, 50, &["2", "v"], TROUBLE),
    scene("why", 160, 50, &[key::DOWN, key::ENTER], TROUBLE),
    scene(
        "overview",
        160,
        50,
        &[":", "backend", key::ENTER, ":", "overview", key::ENTER],
        HEALTHY,
    ),
    scene(
        "charts",
        160,
        50,
        &[":", "backend", key::ENTER, ":", "charts", key::ENTER],
        120,
    ),
    scene("logs", 160, 50, &["3"], TROUBLE),
    scene("log-record", 160, 50, &["3", key::UP, key::ENTER], TROUBLE),
    scene("log-patterns", 160, 50, &["3", "P"], TROUBLE),
    scene("timeline", 160, 50, &["4"], 75),
    scene("incidents", 160, 50, &["5"], 146),
    scene(
        "confirm",
        120,
        36,
        &[":", "redis", key::ENTER, "R"],
        HEALTHY,
    ),
    scene("palette", 120, 36, &[":", "restart re"], HEALTHY),
    scene("help", 120, 36, &["?"], HEALTHY),
    Scene {
        arguments: &["demo", "--theme", "light"],
        paper: svg::LIGHT,
        ..scene("light", 160, 50, &[], TROUBLE)
    },
    Scene {
        arguments: &["demo", "--ascii", "--color", "never"],
        ..scene("ascii", 120, 36, &[], TROUBLE)
    },
];

const fn scene(
    name: &'static str,
    columns: u16,
    rows: u16,
    keys: &'static [&'static str],
    seconds: u64,
) -> Scene {
    Scene {
        name,
        columns,
        rows,
        arguments: DEMO,
        keys,
        seconds,
        paper: svg::DARK,
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [program, folder, wanted @ ..] = arguments.as_slice() else {
        return Err("usage: screenshots PROGRAM FOLDER [NAME…]".into());
    };
    let program = std::fs::canonicalize(program)?;
    std::fs::create_dir_all(folder)?;
    let wanted = |scene: &&Scene| wanted.is_empty() || wanted.iter().any(|name| name == scene.name);
    if wanted_document(&arguments) {
        std::fs::write(
            Path::new(folder).join("map-document.svg"),
            document(&program)?,
        )?;
    }
    let scenes: Vec<&Scene> = SCENES.iter().filter(wanted).collect();
    for batch in scenes.chunks(AT_ONCE) {
        for (name, picture) in take_all(batch, &program)? {
            std::fs::write(Path::new(folder).join(format!("{name}.svg")), picture)?;
        }
    }
    Ok(())
}

/// Takes the pictures of a batch side by side.
fn take_all(
    batch: &[&Scene],
    program: &Path,
) -> Result<Vec<(&'static str, String)>, Box<dyn Error>> {
    let taken: Vec<Result<String, String>> = std::thread::scope(|threads| {
        let takes: Vec<_> = batch
            .iter()
            .map(|scene| threads.spawn(|| take(scene, program).map_err(|error| error.to_string())))
            .collect();
        let ended = takes.into_iter().map(std::thread::ScopedJoinHandle::join);
        ended
            .map(|picture| picture.unwrap_or_else(|_| Err("a picture could not be taken".into())))
            .collect()
    });
    let mut pictures = Vec::new();
    for (scene, picture) in batch.iter().zip(taken) {
        pictures.push((scene.name, picture?));
    }
    Ok(pictures)
}

/// Whether `hubdeck map --format svg` is among what was asked for.
fn wanted_document(arguments: &[String]) -> bool {
    arguments.len() == 2 || arguments.iter().skip(2).any(|name| name == "map-document")
}

/// The map of the demo stack as `hubdeck map --format svg` prints it, against a simulated engine.
#[allow(
    clippy::disallowed_methods,
    reason = "there is no runtime whose worker could be blocked"
)]
fn document(program: &Path) -> Result<Vec<u8>, Box<dyn Error>> {
    let home = tempfile::tempdir()?;
    let socket = format!("unix://{}", home.path().join("engine.sock").display());
    let listen = socket.replace("unix://", "unix:");
    let mut engine = Command::new(program)
        .args(["sim", "--listen", &listen])
        .spawn()?;
    let printed = (0..50).find_map(|_| {
        std::thread::sleep(Duration::from_millis(100));
        let map = Command::new(program)
            .args(["--host", &socket, "map", "--format", "svg"])
            .output();
        map.ok().filter(|map| map.status.success())
    });
    engine.kill()?;
    engine.wait()?;
    printed
        .map(|map| map.stdout)
        .ok_or_else(|| "the simulated engine does not answer".into())
}

/// Run the program until the scene stands, and draw its screen.
fn take(scene: &Scene, program: &Path) -> Result<String, Box<dyn Error>> {
    let size = (scene.columns, scene.rows);
    let (_home, mut terminal) = demo::start(program, scene.arguments, size)?;
    terminal.run_for(Duration::from_secs(scene.seconds));
    for keys in scene.keys {
        terminal.send(keys);
        terminal.run_for(Duration::from_millis(300));
    }
    terminal.run_for(Duration::from_secs(5));
    Ok(svg::Film::still(terminal.screen()).draw(&scene.paper))
}
