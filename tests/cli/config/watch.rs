//! Changes of the config file while hubdeck runs: links, mounts, renames, files that go and come.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::time::Duration;

use hubdeck::config::arguments::Globals;
use hubdeck::config::{ConfigError, Loaded, Request, Watcher};

/// What is promised; the files are read at least every 10 s.
const PROMISED: Duration = Duration::from_secs(30);
/// What the system tells of is noticed sooner than the files are read.
const TOLD: Duration = Duration::from_secs(8);

fn named(file: &Path) -> Request {
    let globals = Globals {
        config: Some(file.to_owned()),
        theme: Some("flag".into()),
        ..Globals::default()
    };
    Request {
        globals,
        ..Request::default()
    }
}

fn watch(request: Request) -> Watcher {
    let loaded = request.load().unwrap();
    Watcher::start(request, &loaded).unwrap()
}

async fn next(watcher: &mut Watcher, within: Duration) -> Result<Loaded, ConfigError> {
    tokio::time::timeout(within, watcher.next())
        .await
        .expect("the change is noticed")
}

async fn interval(watcher: &mut Watcher, within: Duration) -> u64 {
    next(watcher, within)
        .await
        .unwrap()
        .settings
        .poll
        .interval
        .as_secs()
}

fn poll(seconds: u64) -> String {
    format!("[poll]\ninterval = {seconds}\n")
}

/// Puts a file in place as editors do.
fn replace(file: &Path, text: &str) {
    let new = file.with_extension("new");
    fs::write(&new, text).unwrap();
    fs::rename(new, file).unwrap();
}

#[tokio::test]
async fn a_change_is_loaded_again_and_flags_stay_on_top() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("hubdeck.toml");
    fs::write(&file, poll(5)).unwrap();
    let mut watcher = watch(named(&file));
    replace(&file, "[poll]\ninterval = 7\n[ui]\ntheme = \"x\"");
    let loaded = next(&mut watcher, TOLD).await.unwrap();
    assert_eq!(loaded.settings.poll.interval, Duration::from_secs(7));
    assert_eq!(loaded.settings.ui.theme, "flag");
    fs::write(&file, poll(0)).unwrap();
    let refused = next(&mut watcher, TOLD).await.unwrap_err().to_string();
    assert!(
        refused.contains("hubdeck.toml, line 2: poll.interval is 0"),
        "{refused}"
    );
}

#[tokio::test]
async fn a_link_is_followed_to_the_file_it_leads_to() {
    let directory = tempfile::tempdir().unwrap();
    let place = |name: &str| directory.path().join(name);
    for folder in ["etc", "middle", "real", "other"] {
        fs::create_dir(place(folder)).unwrap();
    }
    let (link, middle, real) = (
        place("etc/c.toml"),
        place("middle/c.toml"),
        place("real/c.toml"),
    );
    fs::write(&real, poll(1)).unwrap();
    symlink("../real/c.toml", &middle).unwrap();
    symlink(&middle, &link).unwrap();
    let mut watcher = watch(named(&link));
    fs::write(&real, poll(2)).unwrap();
    assert_eq!(interval(&mut watcher, TOLD).await, 2, "edited in place");
    replace(&real, &poll(3));
    assert_eq!(
        interval(&mut watcher, TOLD).await,
        3,
        "put in place by renaming"
    );
    // The link in the middle leads elsewhere, and what it leads to is followed from then on.
    fs::write(place("other/d.toml"), poll(4)).unwrap();
    symlink("../other/d.toml", place("middle/new")).unwrap();
    fs::rename(place("middle/new"), &middle).unwrap();
    assert_eq!(
        interval(&mut watcher, TOLD).await,
        4,
        "the link leads elsewhere"
    );
    fs::write(place("other/d.toml"), poll(5)).unwrap();
    assert_eq!(
        interval(&mut watcher, TOLD).await,
        5,
        "the new file is followed"
    );
}

#[tokio::test]
async fn a_configmap_of_kubernetes_is_followed_through_every_swap() {
    let directory = tempfile::tempdir().unwrap();
    let revision = |number: u64| {
        let folder = directory.path().join(format!("..2026_{number}"));
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("config.toml"), poll(number)).unwrap();
        symlink(
            folder.file_name().unwrap(),
            directory.path().join("..data_tmp"),
        )
        .unwrap();
        fs::rename(
            directory.path().join("..data_tmp"),
            directory.path().join("..data"),
        )
        .unwrap();
        folder
    };
    let mut old = revision(1);
    let file = directory.path().join("config.toml");
    symlink("..data/config.toml", &file).unwrap();
    let mut watcher = watch(named(&file));
    for number in 2..=4 {
        let new = revision(number);
        fs::remove_dir_all(std::mem::replace(&mut old, new)).unwrap();
        assert_eq!(interval(&mut watcher, TOLD).await, number);
    }
}

/// As with a file that is mounted into a container and edited outside: the system tells nothing,
/// since the change is made through another name of the file in a directory that is not watched.
#[tokio::test]
async fn a_change_that_the_system_does_not_tell_of_is_noticed() {
    let directory = tempfile::tempdir().unwrap();
    let place = |name: &str| directory.path().join(name);
    fs::create_dir(place("inside")).unwrap();
    fs::create_dir(place("outside")).unwrap();
    fs::write(place("outside/c.toml"), poll(1)).unwrap();
    fs::hard_link(place("outside/c.toml"), place("inside/c.toml")).unwrap();
    let mut watcher = watch(named(&place("inside/c.toml")));
    let before = fs::metadata(place("inside/c.toml"))
        .unwrap()
        .modified()
        .unwrap();
    fs::write(place("outside/c.toml"), poll(2)).unwrap();
    // Neither size, nor number, nor time tell of it.
    fs::File::options()
        .write(true)
        .open(place("outside/c.toml"))
        .unwrap()
        .set_modified(before)
        .unwrap();
    assert_eq!(interval(&mut watcher, PROMISED).await, 2);
}

#[tokio::test]
async fn a_file_and_its_directory_may_appear_later() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("hubdeck/config.toml");
    let mut watcher = watch(Request {
        default_file: Some(file.clone()),
        ..Request::default()
    });
    fs::create_dir(file.parent().unwrap()).unwrap();
    fs::write(&file, poll(9)).unwrap();
    assert_eq!(interval(&mut watcher, PROMISED).await, 9);
}

#[tokio::test]
async fn a_file_that_is_gone_takes_nothing_back() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("config.toml");
    fs::write(&file, "engine.read_only = true").unwrap();
    let mut watcher = watch(Request {
        default_file: Some(file.clone()),
        ..Request::default()
    });
    fs::remove_file(&file).unwrap();
    let gone = next(&mut watcher, TOLD).await.unwrap_err();
    assert_eq!(gone, ConfigError::Gone { file: file.clone() });
    assert!(
        gone.to_string().contains("the last settings stay"),
        "{gone}"
    );
    fs::write(&file, "engine.read_only = true").unwrap();
    assert!(
        next(&mut watcher, TOLD)
            .await
            .unwrap()
            .settings
            .engine
            .read_only,
        "it is back, and fine"
    );
}

#[tokio::test]
async fn a_change_before_watching_began_is_not_lost() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("config.toml");
    fs::write(&file, poll(1)).unwrap();
    let request = named(&file);
    let loaded = request.load().unwrap();
    fs::write(&file, poll(2)).unwrap();
    let mut watcher = Watcher::start(request, &loaded).unwrap();
    assert_eq!(interval(&mut watcher, PROMISED).await, 2);
}

#[tokio::test]
async fn a_token_file_that_changes_is_loaded_again_too() {
    let directory = tempfile::tempdir().unwrap();
    let place = |name: &str| -> PathBuf { directory.path().join(name) };
    fs::create_dir(place("secrets")).unwrap();
    fs::write(place("secrets/token"), "one").unwrap();
    fs::write(place("other"), "two").unwrap();
    let config = |token: &Path| format!("[serve]\ntoken_file = \"{}\"", token.display());
    fs::write(place("config.toml"), config(&place("secrets/token"))).unwrap();
    let mut watcher = watch(named(&place("config.toml")));
    replace(&place("secrets/token"), "three");
    let loaded = next(&mut watcher, TOLD).await.unwrap();
    assert_eq!(
        loaded.settings.serve.token_file,
        Some(place("secrets/token"))
    );
    // Another file is named: that one is watched from then on.
    fs::write(place("config.toml"), config(&place("other"))).unwrap();
    assert_eq!(
        next(&mut watcher, TOLD)
            .await
            .unwrap()
            .settings
            .serve
            .token_file,
        Some(place("other"))
    );
    fs::write(place("other"), "four").unwrap();
    assert!(next(&mut watcher, TOLD).await.is_ok());
}

#[tokio::test]
async fn the_same_text_written_again_is_no_change() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("config.toml");
    fs::write(&file, poll(1)).unwrap();
    let mut watcher = watch(named(&file));
    replace(&file, &poll(1));
    let noticed = tokio::time::timeout(Duration::from_secs(2), watcher.next()).await;
    assert!(noticed.is_err(), "nothing changed");
    // And what can be read only once is not watched.
    let request = named(Path::new("/dev/null"));
    assert!(Watcher::start(request.clone(), &request.load().unwrap()).is_none());
}

#[tokio::test]
async fn a_pipe_in_place_of_the_file_is_refused_and_waited_for_by_nobody() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("hubdeck.toml");
    fs::write(&file, poll(5)).unwrap();
    let mut watcher = watch(named(&file));
    fs::remove_file(&file).unwrap();
    pipe(&file);
    let refused = next(&mut watcher, TOLD).await.unwrap_err().to_string();
    assert!(refused.contains("it is no regular file"), "{refused}");
    replace(&file, &poll(7));
    assert_eq!(interval(&mut watcher, TOLD).await, 7);
}

/// A named pipe that nobody writes into.
fn pipe(path: &Path) {
    use rustix::fs::{CWD, FileType, Mode, mknodat};
    mknodat(CWD, path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
}
