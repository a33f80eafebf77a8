//! The table of commands that take arguments, and the other names of actions.

use crate::model::OperationKind;
use crate::tui::input::page::DetailsTab;

/// What a command takes after its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// Services that an operation is about; without any the marks or the selection.
    Operation(OperationKind, bool),
    /// Services to kill, and the signal.
    Kill,
    /// Services to update, and whether those with data volumes too.
    Update,
    /// Services whose containers are removed, and whether those that run are killed.
    Remove,
    /// A verb of Compose with what belongs to it.
    Compose,
    /// How many containers services shall have.
    Scale,
    /// Services to mute, and for how long.
    Mute,
    /// Services whose logs are shown, and since when.
    Logs,
    /// A service whose details are shown.
    Tab(DetailsTab),
    /// A theme.
    Theme,
    /// A stack, or `all`.
    Stack,
    /// A column of the services table.
    Column,
    /// A text that services have to contain.
    Filter,
    /// A filter of log lines.
    LineFilter,
    /// A time to go to in a log.
    Time,
    /// How, where and which log lines are written.
    Export,
    /// Nothing: the name stands for the action with this id.
    Nothing(&'static str),
    /// Nothing: hubdeck has no such thing, and this says what it has.
    Advice(&'static str),
}

/// A command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConsoleCommand {
    /// Its name and its other names.
    pub names: &'static [&'static str],
    /// Its arguments, as they are shown.
    pub usage: &'static str,
    /// What it takes.
    pub takes: Takes,
}

const fn command(
    names: &'static [&'static str],
    usage: &'static str,
    takes: Takes,
) -> ConsoleCommand {
    ConsoleCommand {
        names,
        usage,
        takes,
    }
}

const ONE_ENGINE: &str = "one console shows one engine: start another with hubdeck --context NAME";
const ONLY_SERVICES: &str = "hubdeck shows services, not images, volumes or nodes: use docker image ls, docker volume ls, docker node ls";

use OperationKind::{Lift, Pause, Recreate, Restart, Start, Stop, Unpause};
use Takes::{
    Advice, Column, Compose, Export, Filter, Kill, LineFilter, Logs, Mute, Nothing, Operation,
    Remove, Scale, Stack, Tab, Theme, Time, Update,
};

/// Every command. Beside these the id of each action of the keymap is one.
#[rustfmt::skip] // a table: one command a line reads best
pub const COMMANDS: &[ConsoleCommand] = &[
    command(&["restart", "rollout"], "SERVICE…", Operation(Restart, false)),
    command(&["restart-dependents"], "SERVICE…", Operation(Restart, true)),
    command(&["stop"], "SERVICE…", Operation(Stop, false)),
    command(&["start", "up"], "SERVICE…", Operation(Start, false)),
    command(&["pause"], "SERVICE…", Operation(Pause, false)),
    command(&["unpause"], "SERVICE…", Operation(Unpause, false)),
    command(&["kill"], "SERVICE… [SIGNAL]", Kill),
    command(&["recreate"], "SERVICE…", Operation(Recreate, false)),
    command(&["update", "upgrade"], "SERVICE… [with-volumes]", Update),
    command(&["remove", "rm"], "SERVICE… [force]", Remove),
    command(&["compose"], "up, pull, build, scale, run or down [SERVICE…]", Compose),
    command(&["scale"], "SERVICE=N…", Scale),
    command(&["mute", "silence"], "SERVICE… [10m, 1h, forever]", Mute),
    command(&["unmute"], "SERVICE…", Operation(Lift, false)),
    command(&["logs", "log", "tail"], "SERVICE… [since 5m]", Logs),
    command(&["why", "explain", "describe"], "SERVICE", Tab(DetailsTab::Why)),
    command(&["overview", "details"], "SERVICE", Tab(DetailsTab::Overview)),
    command(&["charts", "stats"], "SERVICE", Tab(DetailsTab::Charts)),
    command(&["processes", "top", "ps"], "SERVICE", Tab(DetailsTab::Processes)),
    command(&["probes", "checks"], "SERVICE", Tab(DetailsTab::Probes)),
    command(&["dependencies", "deps"], "SERVICE", Tab(DetailsTab::Dependencies)),
    command(&["environment", "env"], "SERVICE", Tab(DetailsTab::Environment)),
    command(&["inspect", "yaml"], "SERVICE", Tab(DetailsTab::Inspect)),
    command(&["theme", "skin", "skins"], "NAME", Theme),
    command(&["stack", "ns", "namespace", "namespaces", "project"], "NAME or all", Stack),
    command(&["sort"], "COLUMN", Column),
    command(&["filter"], "TEXT", Filter),
    command(&["grep", "lines"], "FILTER", LineFilter),
    command(&["goto", "at"], "TIME", Time),
    command(&["export", "save", "write"], "[json or text] [FILE] [since TIME] [until TIME]", Export),
    command(&["map", "xray", "pulse", "pulses"], "", Nothing("map")),
    command(&["services", "service", "svc", "ps", "pods", "pod", "po", "containers", "deployments", "deploy", "dp"], "", Nothing("services")),
    command(&["timeline", "events", "event", "ev"], "", Nothing("timeline")),
    command(&["incidents", "incident"], "", Nothing("incidents")),
    command(&["help", "h", "aliases", "alias"], "", Nothing("help")),
    command(&["quit", "q", "q!", "qa", "exit", "wq"], "", Nothing("quit")),
    command(&["context", "ctx", "contexts"], "", Advice(ONE_ENGINE)),
    command(&["images", "image", "volumes", "volume", "nodes", "node", "no", "networks"], "", Advice(ONLY_SERVICES)),
];

/// The command that `word` names.
#[must_use]
pub fn named(word: &str) -> Option<&'static ConsoleCommand> {
    let word = word.to_lowercase();
    COMMANDS
        .iter()
        .find(|command| command.names.contains(&word.as_str()))
}
