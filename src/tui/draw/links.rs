//! Ports that lead to a URL. What leads where is made of the port's number: no text of a container is
//! part of it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::model::{Service, ServiceId, web_url};
use crate::tui::draw::context::DrawContext;
use crate::tui::state::{Drawn, Hit, Link};

/// How ports are written in an area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PortForm {
    /// `:8080`.
    Colon,
    /// `8080,8443`.
    Bare,
    /// `8080→80/tcp`.
    Arrow,
}

/// Makes links of the published TCP ports of `service` that are written in `area`.
pub fn add(
    buffer: &Buffer,
    area: Rect,
    context: &DrawContext<'_>,
    (service, form): (&Service, PortForm),
    drawn: &mut Drawn,
) {
    let info = context.snapshot.engine.info.as_ref();
    let endpoint = info.map_or("", |info| info.endpoint.as_str());
    let ports = service.instances.iter().flat_map(|each| &each.facts.ports);
    let urls: Vec<(String, String)> = ports
        .filter_map(|port| Some((port.published?.to_string(), web_url(port, endpoint)?)))
        .collect();
    if urls.is_empty() {
        return;
    }
    let area = area.intersection(buffer.area);
    for y in area.top()..area.bottom() {
        for (x, width, digits) in ports_in(
            buffer,
            Rect {
                y,
                height: 1,
                ..area
            },
            form,
        ) {
            if let Some((_, url)) = urls.iter().find(|(port, _)| *port == digits) {
                drawn.links.push(Link {
                    area: Rect::new(x, y, width, 1),
                    url: url.clone(),
                });
            }
        }
    }
}

/// Makes links of the ports on the cards of the map.
pub fn on_cards(buffer: &Buffer, context: &DrawContext<'_>, drawn: &mut Drawn) {
    let cards: Vec<(Rect, ServiceId)> = drawn
        .areas
        .iter()
        .filter_map(|(area, hit)| match hit {
            Hit::Service(id) => Some((*area, id.clone())),
            _ => None,
        })
        .collect();
    for (area, id) in cards {
        if let Some(service) = context.snapshot.service(&id) {
            add(buffer, area, context, (service, PortForm::Colon), drawn);
        }
    }
}

/// Numbers written as ports in a row, each with its first cell and its cells.
fn ports_in(buffer: &Buffer, row: Rect, form: PortForm) -> Vec<(u16, u16, String)> {
    let symbol = |x: u16| buffer.cell((x, row.y)).map_or("", |cell| cell.symbol());
    let is_digit = |x: u16| x < row.right() && is_all(symbol(x), |c| c.is_ascii_digit());
    let before = |x: u16, by: u16| {
        let at = x.checked_sub(by).filter(|at| *at >= row.left());
        at.map_or("", symbol)
    };
    let is_word = |symbol: &str| is_all(symbol, |c| c.is_alphanumeric() || "._-".contains(c));
    let mut found = Vec::new();
    let mut x = row.left();
    while x < row.right() {
        if !is_digit(x) {
            x += 1;
            continue;
        }
        let end = (x..=row.right()).find(|at| !is_digit(*at)).unwrap_or(x + 1);
        let digits: String = (x..end).map(symbol).collect();
        let behind = if end < row.right() { symbol(end) } else { "" };
        let fits = match form {
            PortForm::Colon => before(x, 1) == ":" && !is_word(before(x, 2)) && !is_word(behind),
            PortForm::Bare => before(x, 1) != ":" && !is_word(before(x, 1)) && !is_word(behind),
            PortForm::Arrow => {
                behind == "→" || behind == "-" && end + 1 < row.right() && symbol(end + 1) == ">"
            }
        };
        if fits {
            let colon = u16::from(form == PortForm::Colon);
            found.push((x - colon, end - x + colon, digits));
        }
        x = end;
    }
    found
}

fn is_all(symbol: &str, is: impl Fn(char) -> bool) -> bool {
    !symbol.is_empty() && symbol.chars().all(is)
}

/// Forgets links whose cells something else was drawn on since.
pub fn forget_covered(buffer: &Buffer, drawn: &mut Drawn) {
    drawn.links.retain(|link| {
        let cells = link.area.positions().filter_map(|at| buffer.cell(at));
        let text: String = cells.map(|cell| cell.symbol()).collect();
        let port = text.trim_start_matches(':');
        link.url.rsplit(':').next() == Some(port)
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Port, PortProtocol};
    use crate::tui::fixture;

    #[test]
    fn only_ports_of_the_service_in_their_form_are_links() {
        let snapshot = fixture::nine().snapshot();
        let mut service = Service::clone(snapshot.service(&"hub/db".into()).unwrap());
        for instance in &mut service.instances {
            let facts = std::sync::Arc::make_mut(&mut instance.facts);
            facts.ports = vec![Port {
                container: 80,
                protocol: PortProtocol::Tcp,
                published: Some(8080),
                address: None,
            }];
        }
        for (text, form, expected) in [
            ("x :8080 +1", PortForm::Colon, &[(2, 5)][..]),
            ("image:8080 :80801 :18080", PortForm::Colon, &[]),
            ("8080,9090", PortForm::Bare, &[(0, 4)]),
            ("8080,8080", PortForm::Bare, &[(0, 4), (5, 4)]),
            ("1.8080 a8080 8080.2", PortForm::Bare, &[]),
            (
                "127.0.0.1:8080→80/tcp, 8080/tcp",
                PortForm::Arrow,
                &[(10, 4)],
            ),
            ("8080->80/tcp", PortForm::Arrow, &[(0, 4)]),
        ] {
            let area = Rect::new(0, 0, 40, 1);
            let mut buffer = Buffer::empty(area);
            buffer.set_string(0, 0, text, ratatui::style::Style::default());
            let found = std::cell::RefCell::new(Drawn::default());
            let ui = fixture::ui(40, 1);
            fixture::frame(&snapshot, &ui, false, |_, _, context, _, _| {
                add(
                    &buffer,
                    area,
                    context,
                    (&service, form),
                    &mut found.borrow_mut(),
                );
            });
            let mut drawn = found.take();
            let places: Vec<(u16, u16)> = drawn
                .links
                .iter()
                .map(|link| (link.area.x, link.area.width))
                .collect();
            assert_eq!(places, expected, "{text}");
            assert!(
                drawn
                    .links
                    .iter()
                    .all(|it| it.url == "http://localhost:8080")
            );
            buffer.set_string(
                0,
                0,
                "covered by a message",
                ratatui::style::Style::default(),
            );
            forget_covered(&buffer, &mut drawn);
            assert_eq!(drawn.links, []);
        }
    }
}
