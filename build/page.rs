//! The files of the page: each gets a name that changes with what the files hold, and is compressed
//! once, here.

use std::collections::hash_map::DefaultHasher;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::hash::{Hash as _, Hasher as _};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;

const SOURCE: &str = "src/serve/page";
/// The document that names all others; it is a template and has no address of its own.
const SHELL: &str = "shell.html";

/// Writes `page_files.rs` into `directory`: the table of the files, and the shell.
pub fn write(directory: &Path) -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={SOURCE}");
    let mut texts = Vec::new();
    for path in files()? {
        println!("cargo::rerun-if-changed={}", path.display());
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .ok_or("a file name in UTF-8")?;
        texts.push((name.to_owned(), fs::read_to_string(&path)?));
    }
    let hash = hash(&texts);
    let names: Vec<String> = texts.iter().map(|(name, _)| name.clone()).collect();
    let mut table = String::from("&[\n");
    for (name, text) in &texts {
        let text = with_hashed_names(text, &names, &hash);
        if name == SHELL {
            fs::write(directory.join(SHELL), text)?;
            continue;
        }
        let mut packed = GzEncoder::new(Vec::new(), Compression::best());
        packed.write_all(text.as_bytes())?;
        fs::write(directory.join(format!("{name}.gz")), packed.finish()?)?;
        writeln!(
            table,
            "PageFile {{ name: {:?}, media: {:?}, size: {}, gzip: include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{name}.gz\")) }},",
            hashed(name, &hash),
            media(name)?,
            text.len(),
        )?;
    }
    table.push(']');
    fs::write(directory.join("page_files.rs"), table)?;
    Ok(())
}

/// The files that browsers get, sorted.
fn files() -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(SOURCE)? {
        let path = entry?.path();
        if path.is_file() && path.extension().is_some_and(|end| end != "rs") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn hash(texts: &[(String, String)]) -> String {
    let mut hasher = DefaultHasher::new();
    texts.hash(&mut hasher);
    format!("{:010x}", hasher.finish() >> 24)
}

/// `app.js` as `app-HASH.js`.
fn hashed(name: &str, hash: &str) -> String {
    match name.rsplit_once('.') {
        Some((stem, end)) => format!("{stem}-{hash}.{end}"),
        None => format!("{name}-{hash}"),
    }
}

/// The files name each other as `./name`, the shell as `assets/name`.
fn with_hashed_names(text: &str, names: &[String], hash: &str) -> String {
    names.iter().fold(text.to_owned(), |text, name| {
        let hashed = hashed(name, hash);
        text.replace(&format!("\"./{name}\""), &format!("\"./{hashed}\""))
            .replace(
                &format!("\"assets/{name}\""),
                &format!("\"assets/{hashed}\""),
            )
    })
}

fn media(name: &str) -> Result<&'static str, String> {
    match name.rsplit_once('.').map(|(_, end)| end) {
        Some("js") => Ok("text/javascript; charset=utf-8"),
        Some("css") => Ok("text/css; charset=utf-8"),
        Some("svg") => Ok("image/svg+xml"),
        _ => Err(format!(
            "{SOURCE}/{name}: a file of a kind that has no media type here"
        )),
    }
}
