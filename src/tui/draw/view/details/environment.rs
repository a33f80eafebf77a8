//! Environment, mounts, networks and labels of the primary instance, secrets masked.

use ratatui::text::Span;

use crate::model::secrets::MASK;
use crate::model::{InstanceFacts, Service};
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;
use crate::tui::draw::view::details::page::{Page, PageSection};
use crate::tui::draw::widget::text;

/// The environment page.
pub fn page(context: &DrawContext<'_>, service: &Service, width: u16) -> Page {
    let mut page = Page::new(width);
    let (column, whole) = (page.column(), page.whole());
    let Some(primary) = service.primary() else {
        let mut section = PageSection::new(context, "Environment", whole);
        section.paragraph("it has no container", Role::Muted);
        page.add(section);
        return page;
    };
    let facts = &primary.facts;
    let variables = context.shown(&facts.environment);
    let environment = pairs(context, "Environment", &variables, column);
    page.columns(
        vec![environment],
        vec![
            mounts(context, facts, column),
            networks(context, facts, column),
        ],
    );
    let labels: Vec<_> = context.shown(&facts.labels).into_iter().collect();
    page.add(pairs(context, "Labels", &labels, whole));
    page
}

fn pairs<'a>(
    context: &'a DrawContext<'a>,
    title: &str,
    pairs: &[(String, String)],
    width: u16,
) -> PageSection<'a> {
    let mut section = PageSection::new(context, &format!("{title} ({})", pairs.len()), width);
    if pairs.is_empty() {
        section.paragraph("none", Role::Muted);
    }
    let widths = pairs.iter().map(|(name, _)| text::width(name));
    let longest = widths.max().unwrap_or(0);
    let cells = longest.clamp(4, (section.width() / 2).max(4));
    for (name, value) in pairs {
        add_pair(&mut section, context, (name, value), cells);
    }
    section
}

/// A name of so many `cells` and its value, on as many lines as it needs.
fn add_pair(
    section: &mut PageSection<'_>,
    context: &DrawContext<'_>,
    (name, value): (&str, &str),
    cells: usize,
) {
    let hidden = value == MASK;
    let role = if hidden { Role::Muted } else { Role::Text };
    let room = section.width().saturating_sub(cells + 2).max(8);
    for (at, part) in text::wrap(value, room).into_iter().enumerate() {
        let name = text::fit(if at == 0 { name } else { "" }, cells, context.glyphs);
        section.line(vec![
            Span::styled(format!("{name} "), context.theme.style(Role::Key)),
            Span::styled(part, context.theme.style(role)),
        ]);
    }
}

fn mounts<'a>(context: &'a DrawContext<'a>, facts: &InstanceFacts, width: u16) -> PageSection<'a> {
    let mut section = PageSection::new(context, &format!("Mounts ({})", facts.mounts.len()), width);
    if facts.mounts.is_empty() {
        section.paragraph("none", Role::Muted);
    }
    let arrow = if context.glyphs.ascii { "->" } else { "→" };
    for mount in &facts.mounts {
        let access = if mount.writable { "rw" } else { "ro" };
        let words = format!("{} {arrow} {} ({access})", mount.source, mount.target);
        section.text(&mount.kind, words.trim_start(), Role::Text);
    }
    section
}

fn networks<'a>(
    context: &'a DrawContext<'a>,
    facts: &InstanceFacts,
    width: u16,
) -> PageSection<'a> {
    let mut section = PageSection::new(
        context,
        &format!("Networks ({})", facts.networks.len()),
        width,
    );
    section.text("mode", &facts.network_mode, Role::Text);
    for network in &facts.networks {
        let address = network
            .address
            .map_or_else(|| "no address".to_owned(), |address| address.to_string());
        section.text(
            "network",
            &format!("{} {address}", network.network),
            Role::Text,
        );
        section.text("", &network.aliases.join(", "), Role::Muted);
    }
    section
}
