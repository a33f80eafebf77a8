//! State and why, both verdicts, instances, resources, network, definition.

mod instances;
mod resources;
mod verdicts;

use crate::explain;
use crate::model::SortShared as _;
use crate::model::words;
use crate::model::{
    Healthcheck, ImageState, InstanceFacts, Port, Service, Timestamp, publications,
};
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;
use crate::tui::draw::view::details::layer;
use crate::tui::draw::view::details::page::{Page, PageSection};
use crate::tui::draw::view::map::labels;
use crate::tui::draw::widget::{status, text};

/// The overview of `service` in `width` cells.
pub fn page(context: &DrawContext<'_>, service: &Service, width: u16) -> Page {
    let mut page = Page::new(width);
    let column = page.column();
    let left = vec![
        state(context, service, column),
        verdicts::section(context, service, column),
    ];
    let right = vec![
        resources::section(context, service, column),
        network(context, service, column),
    ];
    let whole = page.whole();
    page.columns(left, right);
    page.add(instances::section(context, service, whole));
    page.add(layer::section(context, service, whole));
    page.add(definition(context, service, whole));
    page
}

fn state<'a>(context: &'a DrawContext<'a>, service: &Service, width: u16) -> PageSection<'a> {
    let mut section = PageSection::new(context, "State", width);
    let health = &service.health;
    let state = status::words(health, context.theme, context.glyphs);
    section.field("state", state);
    section.text("why", &explain::short(service), Role::Text);
    if let Some(blocked) = labels::blocked(context.snapshot, service) {
        section.text("blocked", &blocked, Role::Degraded);
    }
    let title = match health.known_since() {
        Some(_) => "since",
        None => "first seen",
    };
    section.text(title, &moment_and_age(context, health.since), Role::Text);
    let clock = context
        .snapshot
        .engine
        .timing
        .and_then(|timing| timing.clock_words())
        .unwrap_or_default();
    if !clock.is_empty() {
        let text = format!("the engine's is {clock}; times are corrected");
        section.text("clock", &text, Role::Muted);
    }
    let version = service.version.as_deref().unwrap_or_default();
    section.text("version", version, Role::Text);
    section
}

fn moment_and_age(context: &DrawContext<'_>, at: Timestamp) -> String {
    let age = words::duration_long(context.now().duration_since(at));
    format!(
        "{} ({age} ago)",
        words::moment(at, context.now(), context.zone)
    )
}

fn network<'a>(context: &'a DrawContext<'a>, service: &Service, width: u16) -> PageSection<'a> {
    let mut section = PageSection::new(context, "Network", width);
    let Some(primary) = service.primary() else {
        return section;
    };
    let arrow = if context.glyphs.ascii { "->" } else { "→" };
    section.text(
        "ports",
        &port_words(&primary.facts, arrow).join(", "),
        Role::Text,
    );
    for (at, network) in primary.facts.networks.iter().enumerate() {
        let address = network
            .address
            .map_or_else(String::new, |address| format!(" {address}"));
        let label = if at == 0 { "networks" } else { "" };
        section.text(label, &format!("{}{address}", network.network), Role::Text);
    }
    if primary.facts.networks.is_empty() {
        section.text("network", &primary.facts.network_mode, Role::Text);
    }
    section
}

/// What is published, then what is only exposed, by port in the container.
fn port_words(facts: &InstanceFacts, arrow: &str) -> Vec<String> {
    let published = publications([facts]);
    let is_published = |port: &&Port| published.iter().any(|each| each.is_of(port));
    let exposed = facts.ports.iter().filter(|port| !is_published(port));
    let mut words: Vec<(u16, String)> = exposed
        .map(|port| {
            (
                port.container,
                format!("{}/{} not published", port.container, port.protocol),
            )
        })
        .collect();
    words.extend(published.iter().flat_map(|each| {
        each.words(arrow)
            .into_iter()
            .map(|word| (each.container, word))
    }));
    words.sort_shared_by_key(|(container, _)| *container);
    words.into_iter().map(|(_, word)| word).collect()
}

fn definition<'a>(context: &'a DrawContext<'a>, service: &Service, width: u16) -> PageSection<'a> {
    let mut section = PageSection::new(context, "Definition", width);
    if let Some(name) = &service.display_name {
        let name = format!("{}, shown as {name}", service.name);
        section.text("name", &name, Role::Text);
    }
    let stack = service.stack.as_ref();
    let stack = stack.map_or("none", |stack| stack.as_str());
    section.text("stack", stack, Role::Text);
    let Some(primary) = service.primary() else {
        return section;
    };
    let facts = &primary.facts;
    section.text("image", &facts.image, Role::Text);
    section.text("image id", text::head(&facts.image_id, 19), Role::Muted);
    if let Some(check) = context.snapshot.image_checks.of(service) {
        let age = moment_and_age(context, check.checked_at);
        let words = format!("{}, checked {age}", newer_words(&check.state));
        section.text("newer image", &words, Role::Text);
    }
    let command = context.shown(&facts.command).join(" ");
    section.text("command", &command, Role::Text);
    section.text("restart", facts.restart_policy.word(), Role::Text);
    if let Some(check) = &facts.healthcheck {
        let test = context.shown(&check.test).join(" ");
        section.text("healthcheck", &test, Role::Text);
        section.text("", &healthcheck_times(check), Role::Muted);
    }
    section
}

/// What the registry said: `yes, sha256:0a1b2c…`.
fn newer_words(state: &ImageState) -> String {
    match state {
        ImageState::Current => "no".to_owned(),
        ImageState::Newer { digest } => format!("yes, {}", text::head(digest, 19)),
        ImageState::NotPulled => "not asked: the image was not pulled from a registry".to_owned(),
        ImageState::Refused => "not known: the registry refuses to say".to_owned(),
        ImageState::Failed => {
            "not known: the registry names no image, or did not answer".to_owned()
        }
    }
}

/// `every 10s, start period 30s, 3 retries`.
fn healthcheck_times(check: &Healthcheck) -> String {
    let interval = check
        .interval
        .map(|each| format!("every {}s", each.as_secs()));
    let period = check.start_period;
    let period = period.map(|period| format!("start period {}s", period.as_secs()));
    let retries = check.retries.map(|retries| format!("{retries} retries"));
    let words: Vec<String> = [interval, period, retries].into_iter().flatten().collect();
    words.join(", ")
}
