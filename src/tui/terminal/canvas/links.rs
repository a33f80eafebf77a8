//! Hyperlinks (OSC 8) over cells that are drawn. A terminal keeps with each cell where it leads: cells
//! of a link that is new or whose text changed are written again within it, those of one that is gone
//! without.

use std::io::{self, Write};

use ratatui::buffer::{Buffer, Cell};

use crate::tui::state::Link;

use super::rendition::Rendition;
use super::{Canvas, Shape};

impl<W: Write> Canvas<W> {
    /// `before`, in which no cell of a link that is not among `links` any more is as it will be: all
    /// of them are written again.
    pub(super) fn without_old_links(&self, mut before: Buffer, links: &[Link]) -> Buffer {
        for gone in self.links.iter().filter(|link| !links.contains(link)) {
            for at in gone.area.positions() {
                if let Some(cell) = before.cell_mut(at) {
                    // No cell of a frame is empty.
                    cell.set_symbol("");
                }
            }
        }
        before
    }

    /// Writes the cells of each link that is new, or of which a cell is another one than `before`,
    /// within it.
    pub(super) fn draw_links(
        &mut self,
        before: &Buffer,
        frame: &Buffer,
        links: &[Link],
    ) -> io::Result<()> {
        for link in links {
            let places = || link.area.positions();
            let changed = places().any(|at| before.cell(at) != frame.cell(at));
            if !changed && self.links.contains(link) {
                continue;
            }
            let cells: Option<Vec<Cell>> = places().map(|at| frame.cell(at).cloned()).collect();
            // Symbols on whose width terminals disagree would be moved.
            let narrow = |cell: &Cell| Shape::of(cell.symbol()) == Shape::Narrow;
            if let Some(cells) = cells.filter(|cells| cells.iter().all(narrow))
                && is_web(&link.url)
            {
                self.draw_link(link, &cells)?;
            }
        }
        self.links = links.to_vec();
        Ok(())
    }

    fn draw_link(&mut self, link: &Link, cells: &[Cell]) -> io::Result<()> {
        self.move_to(link.area.x, link.area.y)?;
        write!(self.out, "\x1b]8;;{}\x1b\\", link.url)?;
        for cell in cells {
            self.set_rendition(Rendition::of(cell))?;
            self.out.extend_from_slice(cell.symbol().as_bytes());
        }
        self.out.extend_from_slice(b"\x1b]8;;\x1b\\");
        Ok(())
    }
}

/// Whether it is a URL of the web in which no terminal sees anything else.
fn is_web(url: &str) -> bool {
    (url.starts_with("http://") || url.starts_with("https://"))
        && url.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::*;

    const URL: &str = "http://localhost:8080";

    fn frame(text: &str) -> Buffer {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 20, 2));
        buffer.set_string(0, 1, text, Style::default());
        buffer
    }

    fn link(x: u16, width: u16, url: &str) -> Link {
        Link {
            area: Rect::new(x, 1, width, 1),
            url: url.to_owned(),
        }
    }

    /// The bytes of a frame after those before it.
    fn shown(canvas: &mut Canvas<Vec<u8>>, text: &str, links: &[Link]) -> String {
        canvas.writer().clear();
        canvas.show(frame(text), links).unwrap();
        String::from_utf8(canvas.writer().clone()).unwrap()
    }

    #[test]
    fn cells_are_written_within_their_link_and_again_without_it() {
        let mut canvas = Canvas::new(Vec::new());
        let open = format!("\x1b]8;;{URL}\x1b\\");
        let close = "\x1b]8;;\x1b\\";
        let first = shown(&mut canvas, "on :8080 here", &[link(3, 5, URL)]);
        assert!(first.ends_with(&format!("{open}:8080{close}")), "{first:?}");
        assert_eq!(shown(&mut canvas, "on :8080 here", &[link(3, 5, URL)]), "");
        let elsewhere = shown(&mut canvas, "on :8080 there", &[link(3, 5, URL)]);
        assert!(!elsewhere.contains("]8;;"), "{elsewhere:?}");
        let other = shown(
            &mut canvas,
            "on :8080 there",
            &[link(3, 5, "http://a:8080")],
        );
        assert!(other.contains("http://a:8080"), "{other:?}");
        let gone = shown(&mut canvas, "on :8080 there", &[]);
        assert!(gone.contains(":8080") && !gone.contains("]8;;"), "{gone:?}");
        canvas.forget();
        let again = shown(&mut canvas, "on :8080 there", &[link(3, 5, URL)]);
        assert_eq!(again.matches("]8;;").count(), 2, "{again:?}");
    }

    #[test]
    fn nothing_is_written_for_a_url_that_is_none_and_the_screen_is_the_same() {
        for url in [
            "javascript:1",
            "http://a\x1b]0;x\x07",
            "file:///etc",
            "http://a b",
        ] {
            let mut canvas = Canvas::new(Vec::new());
            let bytes = shown(&mut canvas, "on :8080", &[link(3, 5, url)]);
            assert!(!bytes.contains("]8;;"), "{url:?}");
        }
        let screen = |links: &[Link]| {
            let mut canvas = Canvas::new(Vec::new());
            let mut parser = vt100::Parser::new(2, 20, 0);
            for text in ["on :8080 here", "at :8080 there"] {
                parser.process(shown(&mut canvas, text, links).as_bytes());
            }
            parser.screen().contents_formatted()
        };
        assert_eq!(screen(&[link(3, 5, URL)]), screen(&[]));
    }
}
