//! The console: the pipeline with the terminal in front, and the demo behind it.

use std::path::PathBuf;

use tokio::sync::watch;

use crate::config::{ColorMode, Loaded, Problem, Settings, Watcher};
use crate::engine::ConnectRequest;
use crate::tui::terminal::ColorChoice;
use crate::tui::{self, Context, Exit};

use super::failure::{Failure, judged};
use super::pipeline::{Lifetime, Pipeline};
use super::simulate::Demo;
use super::{audit_file, config_directory, ending};

/// Runs the console until the operator leaves; `demo` starts with the embedded stack.
///
/// # Errors
/// A bad theme, keymap or column, and a terminal that fails.
pub async fn run(loaded: Loaded, watcher: Option<Watcher>, demo: bool) -> Result<Exit, Failure> {
    check(&loaded)?;
    if demo {
        return run_demo(&loaded.settings).await;
    }
    let engine = &loaded.settings.engine;
    let request = ConnectRequest::from_environment(engine.host.clone(), engine.context.clone());
    match run_on(request, loaded.settings.clone(), watcher, false).await? {
        Exit::Demo => run_demo(&loaded.settings).await,
        exit => Ok(exit),
    }
}

async fn run_demo(settings: &Settings) -> Result<Exit, Failure> {
    let demo = Demo::start().await.map_err(Failure::Setup)?;
    let request = ConnectRequest::from_environment(Some(demo.endpoint.clone()), None);
    let mut settings = settings.clone();
    settings.engine.projects.clear();
    let exit = run_on(request, settings, None, true).await?;
    drop(demo);
    Ok(exit)
}

async fn run_on(
    request: ConnectRequest,
    settings: Settings,
    watcher: Option<Watcher>,
    demo: bool,
) -> Result<Exit, Failure> {
    let audit = (!demo).then(audit_file);
    let pipeline = Pipeline::start(request, &settings, Lifetime::Continuous, audit);
    let options = options(&settings, demo);
    let (reload_sender, reload) = watch::channel(options.clone());
    let context = Context {
        snapshots: pipeline.snapshots.clone(),
        operator: pipeline.operator.clone(),
        options,
        reload,
    };
    let exit = tokio::select! {
        exit = tui::run(context) => exit,
        () = follow_config(watcher, &pipeline, settings, &reload_sender) => Ok(Exit::Quit),
    };
    if demo {
        // What the embedded stack does matters to no shell.
        pipeline.stop().await;
    } else {
        ending::end(pipeline, |line| match line {
            ending::Line::Sentence(text) => super::say(&text),
            ending::Line::Command(command) => super::say_command(&command),
        })
        .await;
    }
    exit.map_err(Failure::Terminal)
}

/// Puts every good new config in force and shows what is wrong with a bad one; never ends.
async fn follow_config(
    watcher: Option<Watcher>,
    pipeline: &Pipeline,
    mut settings: Settings,
    reload: &watch::Sender<tui::Options>,
) {
    let Some(mut watcher) = watcher else { return std::future::pending().await };
    while let Some(news) = watcher.next().await {
        let checked = news.map_err(Failure::from).and_then(|loaded| check(&loaded).map(|()| loaded));
        match checked {
            Ok(loaded) => {
                settings = loaded.settings;
                pipeline.reconfigure(&settings);
                reload.send_replace(options(&settings, false));
                tracing::info!("config reloaded");
            }
            Err(failure) => {
                tracing::warn!("config not reloaded: {failure}");
                pipeline.refuse_config(&settings, failure.to_string());
            }
        }
    }
    std::future::pending().await
}

fn check(loaded: &Loaded) -> Result<(), Failure> {
    judge(loaded).map_err(Failure::Setting)
}

/// Checks what only the terminal knows: theme, keys, columns.
///
/// # Errors
/// The first problem, with the place it was set at.
pub fn judge(loaded: &Loaded) -> Result<(), Problem> {
    options(&loaded.settings, false).check().map_err(|error| judged(loaded, &error))
}

fn options(settings: &Settings, demo: bool) -> tui::Options {
    let ui = &settings.ui;
    tui::Options {
        theme: ui.theme.clone(),
        theme_dirs: config_directory().map(|directory| directory.join("themes")).into_iter().collect(),
        ascii: ui.ascii,
        color: match ui.color {
            ColorMode::Auto => ColorChoice::Auto,
            ColorMode::Always => ColorChoice::Always,
            ColorMode::Never => ColorChoice::Never,
        },
        mouse: ui.mouse,
        keymap: ui.keymap.clone(),
        keys: settings.keys.clone(),
        columns: ui.columns.clone(),
        log_tail: settings.logs.tail,
        log_lines: settings.logs.max_lines,
        log_bytes: settings.logs.max_bytes,
        projects: settings.engine.projects.iter().map(|name| name.as_str().into()).collect(),
        stack: ui.stack.as_deref().map(Into::into),
        demo,
        export_dir: PathBuf::from("."),
    }
}
