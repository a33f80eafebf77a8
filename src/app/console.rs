//! The console: the pipeline with the terminal in front, and the demo behind it.

use std::path::PathBuf;
use std::sync::Arc;

use futures_util::future::join;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::cli::{self, Charset};
use crate::config::{
    Changes, ColorMode, ConfigError, LinkMode, Loaded, Problem, RunMode, Settings, Watcher,
};
use crate::engine::ConnectRequest;
use crate::inference::catalog::Catalog;
use crate::model::Part;
use crate::tui::{self, ColorChoice, ConsoleContext, Exit, Notice};

use super::failure::{Failure, binding_problem, setting_problems};
use super::logging::OwnLog;
use super::pipeline::{Lifetime, Pipeline, connect_request};
use super::reload::{self, Running, sentences, warn};
use super::simulate::Demo;
use super::{
    CONSOLE_FILE, audit_file, config_directory, ending, state_file, status_log, without_projects,
    zone,
};

/// What a console needs beside its settings.
struct Surroundings {
    watcher: Option<Watcher>,
    log: OwnLog,
    /// What is odd about the configuration, one sentence each.
    odd: Vec<String>,
    demo: bool,
    /// Whether the stack to begin with was named on the command line.
    stack_is_flag: bool,
}

/// Runs the console until the operator leaves; `demo` starts with the embedded stack.
///
/// # Errors
/// A bad theme, keymap or column, and a terminal that fails.
pub async fn run(
    loaded: Loaded,
    watcher: Option<Watcher>,
    log: OwnLog,
    demo: bool,
) -> Result<Exit, Failure> {
    let odd = odd_on_screen(&loaded)?;
    let stack_is_flag = loaded.place("ui.stack").is_flag();
    if demo {
        return run_demo(&loaded.settings, log, odd, stack_is_flag).await;
    }
    let request = connect_request(&loaded.settings);
    let around = Surroundings {
        watcher,
        log: log.clone(),
        odd: odd.clone(),
        demo: false,
        stack_is_flag,
    };
    match run_on(request, loaded.settings.clone(), around).await? {
        Exit::Demo => run_demo(&loaded.settings, log, odd, false).await,
        exit => Ok(exit),
    }
}

/// What is odd about the settings, one sentence each, for the screen.
///
/// # Errors
/// What is wrong with them.
pub(super) fn odd_on_screen(loaded: &Loaded) -> Result<Vec<String>, Failure> {
    let odd = on_screen(loaded).map_err(wrong_settings)?;
    Ok(sentences(&loaded.warnings, odd))
}

async fn run_demo(
    settings: &Settings,
    log: OwnLog,
    odd: Vec<String>,
    stack_is_flag: bool,
) -> Result<Exit, Failure> {
    let demo = Demo::start().await.map_err(Failure::Setup)?;
    let request = ConnectRequest::from_environment(Some(demo.endpoint.clone()), None);
    let settings = without_projects(settings);
    let exit = run_on(
        request,
        settings,
        Surroundings {
            watcher: None,
            log,
            odd,
            demo: true,
            stack_is_flag,
        },
    )
    .await?;
    drop(demo);
    Ok(exit)
}

async fn run_on(
    request: ConnectRequest,
    settings: Settings,
    around: Surroundings,
) -> Result<Exit, Failure> {
    let Surroundings {
        watcher,
        log,
        odd,
        demo,
        stack_is_flag,
    } = around;
    let (audit, log_to) = ((!demo).then(audit_file), Some(log.clone()));
    let pipeline = Pipeline::start(request, &settings, Lifetime::Continuous, audit, log_to);
    warn(&pipeline, &odd);
    let mut options = options(&settings, demo);
    options.notices = notices_at_start(&pipeline, &odd);
    options.start.stack_must_exist = stack_is_flag;
    let (reload_sender, reload) = watch::channel(options.clone());
    let context = ConsoleContext {
        snapshots: pipeline.snapshots.clone(),
        operations: Arc::clone(&pipeline.operations),
        options,
        reload,
        zone: zone::local(),
        kept: kept_file(demo),
    };
    let running = Running {
        pipeline: &pipeline,
        log,
        mode: RunMode::Console,
    };
    let judge = |loaded: &Loaded| match on_screen(loaded) {
        Ok(odd) => Ok(((), odd)),
        Err(problems) => Err(wrong_settings(problems)),
    };
    let apply = |settings: &Settings, (): (), changes: &Changes, odd: &[String]| {
        let notices = notices(Some(changes), odd);
        reload_sender.send_replace(tui::ConsoleOptions {
            notices,
            ..self::options(settings, false)
        });
    };
    let configured = reload::Configured::new((watcher, settings));
    let (supervisor, shutdown) = (pipeline.supervisor(), CancellationToken::new());
    let configuring = || reload::follow(&configured, &running, &judge, &apply);
    status_log::start(&pipeline);
    // Known images are read after the first paint, while the engine answers: the first list needs
    // them.
    let images = async { _ = Catalog::builtin() };
    let screen = async { join(tui::run(context), images).await.0 };
    let exit = tokio::select! {
        biased;
        failure = pipeline.failed() => Err(failure),
        exit = screen => exit.map_err(Failure::Terminal),
        () = supervisor.keep(Part::ConfigWatching, &shutdown, configuring) => Ok(Exit::Quit),
    };
    end(pipeline, demo).await;
    exit
}

/// Where the console keeps what its next run begins with. The demo has other services, and leaves
/// nothing behind.
pub(super) fn kept_file(demo: bool) -> Option<PathBuf> {
    (!demo).then(|| state_file(CONSOLE_FILE)).flatten()
}

async fn end(pipeline: Pipeline, demo: bool) {
    if demo {
        // What the embedded stack does matters to no shell.
        pipeline.stop().await;
    } else {
        ending::end(pipeline, ending::print_line).await;
    }
}

/// What the operator is shown at the start: what is odd, and which operations were under way when
/// earlier runs ended.
fn notices_at_start(pipeline: &Pipeline, odd: &[String]) -> Vec<Notice> {
    let unfinished = pipeline.interrupted.iter().map(|operation| Notice {
        text: operation.to_string(),
        warns: true,
    });
    notices(None, odd).into_iter().chain(unfinished).collect()
}

/// What the operator is shown when options are taken over: what changed, and what is odd.
fn notices(changes: Option<&Changes>, odd: &[String]) -> Vec<Notice> {
    let changed = changes.map(|changes| Notice {
        text: format!("config reloaded: {changes}"),
        warns: false,
    });
    let odd = odd.iter().map(|text| Notice {
        text: text.clone(),
        warns: true,
    });
    changed.into_iter().chain(odd).collect()
}

/// The same of the command line, where no console is opened: what the file says of its looks has no
/// effect then, but a flag was given for this run.
///
/// # Errors
/// The flags that are wrong.
pub fn judge_flags(loaded: &Loaded) -> Result<(), Failure> {
    let mut problems = judge(loaded).err().unwrap_or_default();
    problems.retain(|problem| problem.place.is_flag());
    if problems.is_empty() {
        return Ok(());
    }
    Err(wrong_settings(problems))
}

/// Checks what only the terminal knows: theme, keys, columns. Gives what is odd about them.
///
/// # Errors
/// What is wrong, each with the place it was set at.
pub fn judge(loaded: &Loaded) -> Result<Vec<Problem>, Vec<Problem>> {
    let warnings = options(&loaded.settings, false)
        .check()
        .map_err(|error| setting_problems(loaded, &error))?;
    Ok(warnings
        .iter()
        .map(|warning| binding_problem(loaded, warning))
        .collect())
}

const fn wrong_settings(problems: Vec<Problem>) -> Failure {
    Failure::Config(ConfigError::Problems(problems))
}

/// The same for the screen, which has no room for the path of the file.
fn on_screen(loaded: &Loaded) -> Result<Vec<String>, Vec<Problem>> {
    Ok(judge(loaded)?.into_iter().map(|odd| odd.message).collect())
}

pub(super) fn options(settings: &Settings, demo: bool) -> tui::ConsoleOptions {
    let ui = &settings.ui;
    tui::ConsoleOptions {
        theme: ui.theme.clone(),
        theme_dirs: config_directory()
            .map(|directory| directory.join("themes"))
            .into_iter()
            .collect(),
        ascii: cli::charset(settings) == Charset::Ascii,
        color: match ui.color {
            ColorMode::Auto => ColorChoice::Auto,
            ColorMode::Always => ColorChoice::Always,
            ColorMode::Never => ColorChoice::Never,
        },
        terminal: tui::TerminalOptions {
            mouse: ui.mouse,
            links: match ui.links {
                LinkMode::Auto => tui::LinkChoice::Auto,
                LinkMode::Always => tui::LinkChoice::Always,
                LinkMode::Never => tui::LinkChoice::Never,
            },
            notify: tui::NotifyOptions {
                bell: settings.notify.bell,
                osc9: settings.notify.osc9,
                title: settings.notify.title,
            },
        },
        keys: tui::KeyOptions {
            preset: ui.keymap.clone(),
            bindings: settings.keys.clone(),
            commands: ui.commands.clone(),
        },
        columns: ui.columns.clone(),
        checks_images: settings.images.check_newer,
        show_secrets: settings.ui.show_secrets,
        logs: tui::LogOptions {
            tail: settings.logs.tail,
            max_lines: settings.logs.max_lines,
            max_bytes: settings.logs.max_bytes,
            mask: settings.logs.mask,
            filters: settings.logs.filters.clone(),
            fields: settings.logs.fields.clone(),
        },
        projects: settings
            .engine
            .projects
            .iter()
            .map(|name| name.as_str().into())
            .collect(),
        start: tui::StartOptions {
            view: ui.view.clone(),
            stack: ui.stack.as_deref().map(Into::into),
            stack_must_exist: false,
        },
        demo,
        export_dir: PathBuf::from("."),
        notices: Vec::new(),
    }
}
