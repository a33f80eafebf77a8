//! Every stack as bands, from the entry points down to operations.

use std::fmt::{self, Write};

use unicode_width::UnicodeWidthStr as _;

use crate::document::TextForm;
use crate::model::SortShared as _;
use crate::model::{Service, Snapshot, StackName, text, words};

/// Writes the stacks by name; services outside every stack come last.
pub(super) fn write(snapshot: &Snapshot, form: TextForm, out: &mut impl Write) -> fmt::Result {
    let services = snapshot.services.iter();
    let mut stacks: Vec<_> = services.map(|service| service.stack.as_ref()).collect();
    stacks.sort_shared_by_key(|stack| (stack.is_none(), *stack));
    stacks.dedup();
    for (index, stack) in stacks.into_iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        writeln!(out, "{}", stack_title(stack))?;
        for name in snapshot.layers.iter() {
            let cards: Vec<String> = snapshot
                .services
                .iter()
                .filter(|service| {
                    service.stack.as_ref() == stack && service.layer.layer == name.layer
                })
                .map(|service| card(service, form))
                .collect();
            write_band(&name.title, &cards, form.width, out)?;
        }
    }
    Ok(())
}

fn stack_title(stack: Option<&StackName>) -> String {
    stack.map_or_else(
        || "(no stack)".to_owned(),
        |name| text::clean(name.as_str()),
    )
}

fn write_band(title: &str, cards: &[String], width: u32, out: &mut impl Write) -> fmt::Result {
    const INDENT: usize = 14;
    let mut line = format!("  {title:<12}");
    let mut used = INDENT;
    for (index, card) in cards.iter().enumerate() {
        let card_width = card.width();
        if index > 0 && used + 3 + card_width > width as usize {
            writeln!(out, "{}", line.trim_end())?;
            line = " ".repeat(INDENT);
            used = INDENT;
        } else if index > 0 {
            line.push_str("   ");
            used += 3;
        }
        line.push_str(card);
        used += card_width;
    }
    if cards.is_empty() {
        Ok(())
    } else {
        writeln!(out, "{line}")
    }
}

/// `● backend → db, redis`, with the number of replicas where there are several.
fn card(service: &Service, form: TextForm) -> String {
    let sign = service.health.shown_state().sign(form.ascii);
    let mut card = format!("{sign} {}", text::clean(service.title()));
    let (running, all) = service.replicas();
    if all > 1 {
        card.push_str(&format!(" {running}/{all}"));
    }
    if !service.depends_on.is_empty() {
        let needs: Vec<String> = service
            .depends_on
            .iter()
            .map(|id| text::clean(words::near(id, service.stack.as_ref())))
            .collect();
        let arrow = if form.ascii { "->" } else { "→" };
        card.push_str(&format!(" {arrow} {}", needs.join(", ")));
    }
    card
}
