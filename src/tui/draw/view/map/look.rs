//! What a service on the map is drawn with: its relation to the selection, what is done to it, the
//! words for its trouble.

use ratatui::style::{Modifier, Style};

use crate::explain;
use crate::model::{Finding, HealthState, Overlay, Service, words};
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;
use crate::tui::draw::view::map::activity::Activity;
use crate::tui::draw::view::map::labels;
use crate::tui::draw::view::map::relation::Relation;
use crate::tui::draw::widget::status;

/// What a card is drawn with.
#[derive(Clone, Copy)]
pub struct CardLook<'a> {
    /// The snapshot and the looks.
    pub context: &'a DrawContext<'a>,
    /// What the service is to the selected one.
    pub relation: Relation,
    /// Whether it is marked.
    pub marked: bool,
    /// Whether the stack has to be named.
    pub show_stack: bool,
    /// What a running operation does to it.
    pub activity: Option<&'a Activity>,
    /// Cells of the longest name beside it.
    pub longest: usize,
}

impl CardLook<'_> {
    /// The style of `role`, pushed back where the selection does not concern the service or the
    /// engine is lost; what is quiet already stays as it is, for every cell drawn anew is sent to
    /// the terminal.
    pub fn style(&self, role: Role) -> Style {
        let pushed = self.context.is_stale() || self.relation == Relation::Unrelated;
        let quiet = matches!(role, Role::Muted | Role::Dim);
        let role = if pushed && !quiet { Role::Dim } else { role };
        self.context.theme.style(role)
    }

    /// The style of the service's name.
    pub fn name_style(&self) -> Style {
        match (self.marked, self.relation) {
            (true, _) => self.context.theme.style(Role::Marked),
            (false, Relation::Selected) => self
                .context
                .theme
                .style(Role::Title)
                .add_modifier(Modifier::BOLD),
            (false, _) if self.context.is_stale() => self.style(Role::Muted),
            (false, relation) => self.style(relation.role().unwrap_or(Role::Title)),
        }
    }

    /// The name as it is shown.
    pub fn name(&self, service: &Service) -> String {
        let mark = if self.context.glyphs.ascii {
            "# "
        } else {
            "◆ "
        };
        format!("{}{}", if self.marked { mark } else { "" }, service.title())
    }

    /// The state that is drawn: a running operation is on the way to another one.
    pub fn state(&self, service: &Service) -> HealthState {
        if self.activity.is_some_and(|activity| activity.has_begun) {
            HealthState::Starting
        } else {
            service.health.state
        }
    }

    /// The sign of the state.
    pub fn sign(&self, service: &Service) -> &'static str {
        let glyphs = self.context.glyphs;
        match self.state(service) {
            state if state == service.health.state => glyphs.shown(service.health.shown_state()),
            state => glyphs.state(state),
        }
    }

    /// The style of that sign: a problem keeps its colour even where the selection pushes the card
    /// back.
    pub fn sign_style(&self, service: &Service) -> Style {
        let state = self.state(service);
        if state.is_problem() && !self.context.is_stale() {
            status::style(self.context.theme, state)
        } else {
            self.style(Role::of(state))
        }
    }

    /// The role of the words why `service` is not well.
    pub fn trouble_role(&self, service: &Service) -> Role {
        if self.state(service) == HealthState::Starting || service.health.blocked_by.is_empty() {
            Role::of(self.state(service))
        } else {
            Role::Degraded
        }
    }

    /// The signs of the overlays, up to `most`, and the style of the first.
    pub fn overlays(&self, service: &Service, most: usize) -> Option<(String, Style)> {
        let mut overlays = service.health.shown_overlays().peekable();
        let style = self.style(status::overlay_role(*overlays.peek()?));
        let sign = |overlay: Overlay| self.context.glyphs.overlay(overlay);
        Some((overlays.take(most).map(sign).collect(), style))
    }

    /// Why the service is not simply healthy, or what is done to it, in ever shorter forms, each of
    /// them whole; `None` when all is well.
    pub fn why(&self, service: &Service) -> Option<Vec<String>> {
        if let Some(activity) = self.activity {
            return Some(activity.forms.clone());
        }
        let mut forms = labels::trouble(self.context.snapshot, service)?;
        if service.health.blocked_by.is_empty() {
            let dot = if self.context.glyphs.ascii {
                ","
            } else {
                " ·"
            };
            let age = words::age(service.health.since, self.context.now());
            let aged = forms.iter().map(|form| format!("{form}{dot} {age}"));
            let aged: Vec<String> = aged.collect();
            forms = aged
                .into_iter()
                .zip(forms)
                .flat_map(|(aged, form)| [aged, form])
                .collect();
        }
        forms.push(explain::short_reason(service, self.context.now()));
        Some(forms)
    }

    /// The same in at most eight cells.
    pub fn short_trouble(&self, service: &Service) -> Option<String> {
        self.short_forms(service).into_iter().next()
    }

    /// The same in ever shorter forms, the status code of an answer over HTTP last; none when all is
    /// well.
    pub fn short_forms(&self, service: &Service) -> Vec<String> {
        if let Some(activity) = self.activity {
            return vec![activity.shortest().to_owned()];
        }
        if service.health.state.is_fine() && service.health.blocked_by.is_empty() {
            return Vec::new();
        }
        let mut forms = vec![explain::short_reason(service, self.context.now())];
        if let Some(Finding::Http(answer)) = service.health.reason.finding() {
            forms.push(answer.status.to_string());
        }
        forms
    }
}
