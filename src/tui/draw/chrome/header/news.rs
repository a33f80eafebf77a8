//! What an operator must know first: the running operation, else the worst incident, else the worst
//! trouble. Each in ever shorter forms, none of which ends in the middle.

use ratatui::style::Style;
use ratatui::text::Span;

use crate::explain;
use crate::model::words;
use crate::model::{HealthState, Incident, Overlay, Service};
use crate::tui::draw::chrome::segments::HeaderSegment;
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;
use crate::tui::state::{UiState, incidents};

use super::scoped;

/// The news in ever shorter forms.
pub(super) struct News {
    forms: Vec<String>,
    style: Style,
}

impl News {
    /// As a part of a line: `ranks` are those of its forms, the last one also of what follows.
    pub fn segment(self, ranks: &[u8]) -> HeaderSegment {
        let style = self.style;
        let last = ranks.last().copied().unwrap_or(0);
        let ranks = ranks.iter().copied().chain(std::iter::repeat(last));
        let mut forms = self.forms.into_iter().zip(ranks);
        let spans = |form: String| vec![Span::styled(form, style)];
        let first = forms.next();
        let segment = first.map_or_else(
            || HeaderSegment::right(last, Vec::new()),
            |(form, rank)| HeaderSegment::right(rank, spans(form)),
        );
        forms.fold(segment, |segment, (form, rank)| {
            segment.or(rank, spans(form))
        })
    }

    /// Cells of the longest form.
    pub fn cells(&self) -> usize {
        let first = self.forms.first();
        first.map_or(0, |form| crate::tui::draw::widget::text::width(form))
    }
}

/// What an operator must know first.
pub(super) fn news(context: &DrawContext<'_>, ui: &UiState) -> News {
    running_operation(context)
        .or_else(|| incident(context, ui))
        .or_else(|| trouble(context, ui))
        .unwrap_or_else(|| News {
            forms: Vec::new(),
            style: Style::new(),
        })
}

/// The newest operation that is under way, with the steps done.
fn running_operation(context: &DrawContext<'_>) -> Option<News> {
    let mut operations = context.snapshot.operations.iter().rev();
    let running = operations.find(|each| each.finished_at.is_none())?;
    let operation = &running.plan.operation;
    let target = operation.targets.first();
    let target = target.map_or_else(String::new, ToString::to_string);
    let verb = operation.kind.verb();
    let done = format!("{}/{}", running.steps_done(), running.steps.len());
    Some(News {
        forms: vec![format!("{verb} {target} {done}"), format!("{verb} {done}")],
        style: context.theme.style(Role::Starting),
    })
}

/// `✖ #1 hub/db exit 137 · 12s · blocks 2`: the worst open incident in view.
fn incident(context: &DrawContext<'_>, ui: &UiState) -> Option<News> {
    let open = incidents::open(&ui.scope, context.snapshot);
    let worst = open.first()?;
    let root = worst.root.service();
    let root = root.and_then(|id| context.snapshot.service(id));
    // It stays open until that has lasted, and until what it blocked is back.
    let recovers = root.is_some_and(|root| root.health.state.works());
    let (state, cause) = if recovers {
        (HealthState::Starting, "recovering".to_owned())
    } else {
        (
            HealthState::Unhealthy,
            cause(context, worst, root.map(AsRef::as_ref)),
        )
    };
    let sign = context.glyphs.state(state);
    let dot = if context.glyphs.ascii { "-" } else { "·" };
    let age = words::age(worst.opened_at, context.now());
    let what = worst.root.title();
    let near = root.map_or(what, |root| root.name.as_str());
    let blocked = match worst.blocked.len() {
        0 => String::new(),
        many if root.is_none() => format!(" {dot} affects {many}"),
        many if recovers => format!(" {dot} waits for {many}"),
        many => format!(" {dot} blocks {many}"),
    };
    let id = worst.id;
    let forms = vec![
        format!("{sign} #{id} {what} {cause} {dot} {age}{blocked}"),
        format!("{sign} #{id} {what} {cause} {dot} {age}"),
        format!("{sign} #{id} {near} {cause} {dot} {age}"),
        format!("{sign} {near} {cause} {dot} {age}"),
        format!("{sign} {near} {cause}"),
        format!("{sign} {cause}"),
    ];
    Some(News {
        forms,
        style: context.theme.style(Role::of(state)),
    })
}

/// The cause in a few cells: as it is now, or as the incident has it.
fn cause(context: &DrawContext<'_>, incident: &Incident, root: Option<&Service>) -> String {
    match root {
        Some(root) => explain::short_reason(root, context.now()),
        None => explain::incident::short_cause(&incident.fact),
    }
}

/// The worst service in trouble that no incident is about: the longest unhealthy one that nothing
/// blocks, else the longest degraded one.
fn trouble(context: &DrawContext<'_>, ui: &UiState) -> Option<News> {
    let problems = || scoped(context, ui).filter(|service| service.health.state.is_problem());
    let worst = problems().min_by_key(|service| {
        let health = &service.health;
        (
            std::cmp::Reverse(health.state),
            health.has(Overlay::Blocked),
            health.since,
        )
    })?;
    let state = worst.health.state;
    let sign = context.glyphs.shown(worst.health.shown_state());
    let reason = explain::short_reason(worst, context.now());
    let blocked = scoped(context, ui)
        .filter(|service| service.health.blocked_by.contains(&worst.id))
        .count();
    let dot = if context.glyphs.ascii { "-" } else { "·" };
    let blocks = if blocked > 0 {
        format!(" {dot} {} {blocked}", explain::effect(worst.health.state))
    } else {
        String::new()
    };
    let (id, name) = (&worst.id, &worst.name);
    Some(News {
        forms: vec![
            format!("{sign} {id} {reason}{blocks}"),
            format!("{sign} {id} {reason}"),
            format!("{sign} {name} {reason}"),
            format!("{sign} {reason}"),
        ],
        style: context.theme.style(Role::of(state)),
    })
}
