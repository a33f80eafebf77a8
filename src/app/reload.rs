//! Puts a changed configuration in force, or says why it is not; and says what is odd about one.

use tokio::sync::Mutex;

use crate::config::{Changes, Loaded, RunMode, Settings, Warning, Watcher};

use super::failure::Failure;
use super::logging::OwnLog;
use super::pipeline::Pipeline;

/// The file's watcher, and the settings in force: kept over a restart of what follows the file.
pub type Configured = Mutex<(Option<Watcher>, Settings)>;

/// What runs and takes new settings.
pub struct Running<'a> {
    /// What is behind the face.
    pub pipeline: &'a Pipeline,
    /// The hubdeck log.
    pub log: OwnLog,
    /// Which face.
    pub mode: RunMode,
}

/// Puts every good new config in force over the settings of `configured`, and says of a bad one
/// what is wrong with it; never ends.
///
/// `judge` checks what only the face knows, and `apply` gives it the settings: both with those that
/// will be in force, in which what needs a restart has its old value. `apply` also gets the
/// oddities that are new.
pub async fn follow<T>(
    configured: &Configured,
    running: &Running<'_>,
    judge: impl Fn(&Loaded) -> Result<(T, Vec<String>), Failure>,
    apply: impl Fn(&Settings, T, &Changes, &[String]),
) {
    let mut configured = configured.lock().await;
    let (watcher, settings) = &mut *configured;
    let Some(watcher) = watcher else {
        return std::future::pending().await;
    };
    let mut reported: Vec<String> = Vec::new();
    loop {
        let loaded = watcher.next().await.map_err(Failure::from);
        let judged = loaded.and_then(|loaded| judged(loaded, settings, running.mode, &judge));
        match judged {
            Ok((loaded, changes, fit, more)) => {
                *settings = loaded.settings;
                put_in_force(running, settings, &changes);
                let odd = sentences(&loaded.warnings, more);
                let is_new = |text: &&String| !reported.contains(text);
                let new: Vec<String> = odd.iter().filter(is_new).cloned().collect();
                warn(running.pipeline, &new);
                reported = odd;
                apply(settings, fit, &changes, &new);
            }
            Err(failure) => {
                tracing::warn!("config not applied: {failure}");
                running
                    .pipeline
                    .refuse_config(settings, failure.to_string());
            }
        }
    }
}

/// What `loaded` changes of the settings in force, and what `judge` says of the outcome; the
/// settings of the answer are those to be in force.
fn judged<T>(
    mut loaded: Loaded,
    in_force: &Settings,
    mode: RunMode,
    judge: &impl Fn(&Loaded) -> Result<(T, Vec<String>), Failure>,
) -> Result<(Loaded, Changes, T, Vec<String>), Failure> {
    let mut next = in_force.clone();
    let changes = next.take_over(std::mem::take(&mut loaded.settings), mode);
    loaded.settings = next;
    judge(&loaded).map(|(fit, more)| (loaded, changes, fit, more))
}

/// Gives `settings` to what runs, and logs what changed.
fn put_in_force(running: &Running<'_>, settings: &Settings, changes: &Changes) {
    running.log.set_level(settings.log.level);
    running.pipeline.reconfigure(settings, changes);
    tracing::info!("config reloaded: {changes}");
    if let Some(waiting) = changes.waiting() {
        tracing::warn!("{waiting}");
    }
}

/// What is odd, one sentence each: `warnings`, and `more` that the face knows.
pub fn sentences(warnings: &[Warning], more: Vec<String>) -> Vec<String> {
    warnings
        .iter()
        .map(ToString::to_string)
        .chain(more)
        .collect()
}

/// Says what is odd in the hubdeck log and in the timeline.
pub fn warn(pipeline: &Pipeline, sentences: &[String]) {
    for text in sentences {
        tracing::warn!("{text}");
        pipeline.add_to_timeline(text.clone());
    }
}
