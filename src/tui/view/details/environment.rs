//! Environment, mounts, networks and labels of the primary instance, secrets masked.

use ratatui::text::Span;

use super::page::{Page, Section};
use crate::model::secrets::MASK;
use crate::model::{InstanceFacts, Service};
use crate::tui::scene::Scene;
use crate::tui::theme::Role;
use crate::tui::widget::text;

/// The environment page.
pub fn page(scene: &Scene<'_>, service: &Service, width: u16) -> Page {
    let mut page = Page::new(width);
    let (column, whole) = (page.column(), page.whole());
    let Some(primary) = service.primary() else {
        let mut section = Section::new(scene, "Environment", whole);
        section.paragraph("it has no container", Role::Muted);
        page.add(section);
        return page;
    };
    let facts = &primary.facts;
    let environment = pairs(
        scene,
        "Environment",
        &scene.shown(&facts.environment),
        column,
    );
    page.columns(
        vec![environment],
        vec![mounts(scene, facts, column), networks(scene, facts, column)],
    );
    let labels: Vec<_> = scene.shown(&facts.labels).into_iter().collect();
    page.add(pairs(scene, "Labels", &labels, whole));
    page
}

fn pairs<'a>(
    scene: &'a Scene<'a>,
    title: &str,
    pairs: &[(String, String)],
    width: u16,
) -> Section<'a> {
    let mut section = Section::new(scene, &format!("{title} ({})", pairs.len()), width);
    if pairs.is_empty() {
        section.paragraph("none", Role::Muted);
    }
    let longest = pairs
        .iter()
        .map(|(name, _)| text::width(name))
        .max()
        .unwrap_or(0);
    let cells = longest.clamp(4, (section.width() / 2).max(4));
    for (name, value) in pairs {
        let role = if value == MASK {
            Role::Muted
        } else {
            Role::Text
        };
        let room = section.width().saturating_sub(cells + 2).max(8);
        for (at, part) in text::wrap(value, room).into_iter().enumerate() {
            let name = text::fit(if at == 0 { name } else { "" }, cells, scene.glyphs);
            section.line(vec![
                Span::styled(format!("{name} "), scene.theme.style(Role::Key)),
                Span::styled(part, scene.theme.style(role)),
            ]);
        }
    }
    section
}

fn mounts<'a>(scene: &'a Scene<'a>, facts: &InstanceFacts, width: u16) -> Section<'a> {
    let mut section = Section::new(scene, &format!("Mounts ({})", facts.mounts.len()), width);
    if facts.mounts.is_empty() {
        section.paragraph("none", Role::Muted);
    }
    let arrow = if scene.glyphs.ascii { "->" } else { "→" };
    for mount in &facts.mounts {
        let access = if mount.writable { "rw" } else { "ro" };
        let words = format!("{} {arrow} {} ({access})", mount.source, mount.target);
        section.text(&mount.kind, words.trim_start(), Role::Text);
    }
    section
}

fn networks<'a>(scene: &'a Scene<'a>, facts: &InstanceFacts, width: u16) -> Section<'a> {
    let mut section = Section::new(
        scene,
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
