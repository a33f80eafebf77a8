//! Prepares the files of the page (`build/page.rs`), and turns the data files of the rooms from TOML, in which people write them, into JSON, which the
//! program reads at each start: in a tenth of the time, and without a tree of the whole document in
//! memory. Compresses what is large and seldom read.

#![allow(clippy::print_stdout)] // how a build script speaks to cargo

#[path = "build/page.rs"]
mod page;

use std::error::Error;
use std::fs;
use std::path::Path;

/// Below `src`, without their ends.
const FILES: [&str; 3] = [
    "inference/catalog",
    "inference/layer/clues",
    "explain/diagnosis",
];

/// Written by `just settings`; packed under the last part of the path.
const COMPLETIONS: [&str; 3] = [
    "completions/hubdeck.bash",
    "completions/_hubdeck",
    "completions/hubdeck.fish",
];

/// The schemas of the bodies of the API: seldom asked for, and a fifth of the size when compressed.
const SCHEMAS: &str = "src/serve/openapi/schemas.json";

fn main() -> Result<(), Box<dyn Error>> {
    let directory = std::env::var("OUT_DIR")?;
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=build");
    page::write(Path::new(&directory))?;
    for file in FILES {
        let source = format!("src/{file}.toml");
        println!("cargo::rerun-if-changed={source}");
        let document: toml::Table = fs::read_to_string(&source)?
            .parse()
            .map_err(|error| format!("{source}: {error}"))?;
        let target = Path::new(&directory).join(
            Path::new(file)
                .with_extension("json")
                .file_name()
                .ok_or(file)?,
        );
        fs::write(target, serde_json::to_string(&document)?)?;
    }
    pack_relocations()?;
    for source in COMPLETIONS {
        println!("cargo::rerun-if-changed={source}");
        let packed = miniz_oxide::deflate::compress_to_vec(&fs::read(source)?, 9);
        let name = Path::new(source).file_name().ok_or(source)?;
        fs::write(Path::new(&directory).join(name), packed)?;
    }
    println!("cargo::rerun-if-changed={SCHEMAS}");
    let packed = miniz_oxide::deflate::compress_to_vec(&fs::read(SCHEMAS)?, 10);
    fs::write(Path::new(&directory).join("schemas.deflate"), packed)?;
    Ok(())
}

/// The first minor version of Rust whose own musl (1.2.5) starts what has packed relocations.
const PACKED_RELOCATIONS: u32 = 93;

/// The static program is moved to its address at each start: by a list of 1.7 MB, or by a map of some
/// kB. Older dynamic loaders do not know the map, so that it is for the static program alone.
fn pack_relocations() -> Result<(), Box<dyn Error>> {
    let compiler = std::process::Command::new(std::env::var("RUSTC")?)
        .arg("--version")
        .output()?;
    let version = String::from_utf8_lossy(&compiler.stdout);
    let minor = version.split('.').nth(1).and_then(|it| it.parse().ok());
    let is_static = std::env::var("CARGO_CFG_TARGET_ENV").is_ok_and(|env| env == "musl");
    if is_static && minor.is_some_and(|minor: u32| minor >= PACKED_RELOCATIONS) {
        println!("cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
    Ok(())
}
