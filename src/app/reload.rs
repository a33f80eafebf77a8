//! Puts a changed configuration in force, or says why it is not; and says what is odd about one.

use tokio::sync::Mutex;

use crate::config::{Changes, Face, Loaded, Settings, Warning, Watcher};

use super::failure::Failure;
use super::logging::OwnLog;
use super::pipeline::Pipeline;

/// The file's watcher, and the settings in force: kept over a restart of what follows the file.
pub type Configured = Mutex<(Option<Watcher>, Settings)>;

/// What runs and takes new settings.
pub struct Running<'a> {
    /// What is behind the face.
    pub pipeline: &'a Pipeline,
    /// hubdeck's own log.
    pub log: OwnLog,
    /// Which face.
    pub face: Face,
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
    let mut said: Vec<String> = Vec::new();
    loop {
        let judged = watcher
            .next()
            .await
            .map_err(Failure::from)
            .and_then(|mut loaded| {
                let mut next = settings.clone();
                let changes = next.take_over(std::mem::take(&mut loaded.settings), running.face);
                loaded.settings = next;
                judge(&loaded).map(|(fit, more)| (loaded, changes, fit, more))
            });
        match judged {
            Ok((loaded, changes, fit, more)) => {
                *settings = loaded.settings;
                running.log.set_level(settings.log.level);
                running.pipeline.reconfigure(settings, &changes);
                tracing::info!("config file read again: {changes}");
                if let Some(waiting) = changes.waiting() {
                    tracing::warn!("{waiting}");
                }
                let odd = sentences(&loaded.warnings, more);
                let new: Vec<String> = odd
                    .iter()
                    .filter(|text| !said.contains(text))
                    .cloned()
                    .collect();
                warn(running.pipeline, &new);
                said = odd;
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

/// What is odd, one sentence each: `warnings`, and `more` that the face knows.
pub fn sentences(warnings: &[Warning], more: Vec<String>) -> Vec<String> {
    warnings
        .iter()
        .map(ToString::to_string)
        .chain(more)
        .collect()
}

/// Says what is odd in hubdeck's own log and in the timeline.
pub fn warn(pipeline: &Pipeline, sentences: &[String]) {
    for text in sentences {
        tracing::warn!("{text}");
        pipeline.note(text.clone());
    }
}
