//! A scrolling page of titled sections, side by side where there is room.

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;
use crate::tui::draw::widget::{line_writer, scroll, text};
use crate::tui::state::{Drawn, Viewport};

/// Width from which on a page has two columns, without the cell of the scroll bar.
const TWO_COLUMNS: u16 = 99;
/// Cells of a label with the blank after it.
const LABEL: usize = 13;

/// Lines under a title.
pub struct PageSection<'a> {
    context: &'a DrawContext<'a>,
    width: usize,
    /// Lines of the title.
    title: usize,
    lines: Vec<Line<'static>>,
}

impl<'a> PageSection<'a> {
    /// An empty section titled `title`, `width` cells wide.
    pub fn new(context: &'a DrawContext<'a>, title: &str, width: u16) -> Self {
        let width = usize::from(width);
        let flat = if context.glyphs.ascii { "-" } else { "─" };
        let rest = width.saturating_sub(text::width(title) + 3);
        let border = context.theme.style(Role::Border);
        let title = Line::from(vec![
            Span::styled(flat.to_owned(), border),
            Span::styled(
                format!(" {title} "),
                context
                    .theme
                    .style(Role::Title)
                    .add_modifier(Modifier::BOLD),
            ),
            Span::styled(flat.repeat(rest), border),
        ]);
        Self {
            context,
            width,
            title: 1,
            lines: vec![title],
        }
    }

    /// An empty section without a title, `width` cells wide.
    pub fn untitled(context: &'a DrawContext<'a>, width: u16) -> Self {
        Self {
            context,
            width: usize::from(width),
            title: 0,
            lines: Vec::new(),
        }
    }

    /// Whether there is nothing under the title.
    pub fn is_empty(&self) -> bool {
        self.lines.len() == self.title
    }

    /// Cells a line has.
    pub const fn width(&self) -> usize {
        self.width
    }

    /// The style of `role`.
    pub fn style(&self, role: Role) -> Style {
        self.context.theme.style(role)
    }

    /// Adds a line.
    pub fn line(&mut self, spans: Vec<Span<'static>>) {
        let mut line = vec![Span::raw(" ")];
        line.extend(spans);
        self.lines.push(Line::from(line));
    }

    /// Adds a labelled line.
    pub fn field(&mut self, label: &str, spans: Vec<Span<'static>>) {
        let label = text::fit(label, LABEL, self.context.glyphs);
        let mut line = vec![Span::styled(label, self.style(Role::Muted))];
        line.extend(spans);
        self.line(line);
    }

    /// Adds a labelled text, wrapped under itself; an empty text adds nothing.
    pub fn text(&mut self, label: &str, value: &str, role: Role) {
        if value.is_empty() {
            return;
        }
        let room = self.width.saturating_sub(LABEL + 1).max(8);
        for (at, part) in text::wrap(value, room).into_iter().enumerate() {
            let label = if at == 0 { label } else { "" };
            let part = Span::styled(part, self.style(role));
            self.field(label, vec![part]);
        }
    }

    /// Adds text over the whole width, wrapped.
    pub fn paragraph(&mut self, value: &str, role: Role) {
        self.indented(0, value, role);
    }

    /// Adds a text after a sign and a blank, wrapped under itself.
    pub fn signed(&mut self, sign: Span<'static>, value: &str, role: Role) {
        let indent = text::width(&sign.content) + 1;
        let mut begin = vec![sign, Span::raw(" ")];
        for part in text::wrap(value, self.width.saturating_sub(1 + indent).max(8)) {
            let part = Span::styled(part, self.style(role));
            let head = std::mem::replace(&mut begin, vec![Span::raw(" ".repeat(indent))]);
            self.line(head.into_iter().chain([part]).collect());
        }
    }

    /// Adds a text after its number in a list, wrapped under itself.
    pub fn numbered(&mut self, number: usize, value: &str, role: Role) {
        let number = Span::styled(format!("{number}."), self.style(role));
        self.signed(number, value, role);
    }

    /// Adds text that begins `indent` cells further right, wrapped.
    pub fn indented(&mut self, indent: usize, value: &str, role: Role) {
        for part in text::wrap(value, self.width.saturating_sub(1 + indent).max(8)) {
            let part = Span::styled(part, self.style(role));
            self.line(vec![Span::raw(" ".repeat(indent)), part]);
        }
    }
}

/// One row of a page: a line over the whole width, or one in each column.
enum Row {
    Whole(Line<'static>),
    Pair(Option<Line<'static>>, Option<Line<'static>>),
}

/// A page in the making.
pub struct Page {
    width: u16,
    rows: Vec<Row>,
}

impl Page {
    /// An empty page for an area of `width` cells; one is kept for the scroll bar.
    pub const fn new(width: u16) -> Self {
        Self {
            width: width.saturating_sub(1),
            rows: Vec::new(),
        }
    }

    /// Width of a section over the whole page.
    pub const fn whole(&self) -> u16 {
        self.width
    }

    /// Width of a section in a column.
    pub const fn column(&self) -> u16 {
        if self.two() {
            (self.width - 2) / 2
        } else {
            self.width
        }
    }

    const fn two(&self) -> bool {
        self.width >= TWO_COLUMNS
    }

    /// Adds a section over the whole width, unless it is empty.
    pub fn add(&mut self, section: PageSection<'_>) {
        if section.is_empty() {
            return;
        }
        self.space();
        self.rows.extend(section.lines.into_iter().map(Row::Whole));
    }

    /// Adds sections in two columns; below each other where the page is narrow.
    pub fn columns(&mut self, left: Vec<PageSection<'_>>, right: Vec<PageSection<'_>>) {
        if !self.two() {
            for section in left.into_iter().chain(right) {
                self.add(section);
            }
            return;
        }
        self.space();
        let (mut left, mut right) = (stack(left).into_iter(), stack(right).into_iter());
        loop {
            match (left.next(), right.next()) {
                (None, None) => break,
                (left, right) => self.rows.push(Row::Pair(left, right)),
            }
        }
    }

    fn space(&mut self) {
        if !self.rows.is_empty() {
            self.rows.push(Row::Whole(Line::default()));
        }
    }

    /// The text of each row.
    pub fn texts(&self) -> impl Iterator<Item = Cow<'_, str>> {
        let text = |line: &Line<'_>| {
            line.spans
                .iter()
                .map(|span| span.content.as_ref())
                .collect()
        };
        self.rows.iter().map(move |row| match row {
            Row::Whole(line) => Cow::Owned(text(line)),
            Row::Pair(left, right) => {
                let both = left.iter().chain(right);
                let both: Vec<String> = both.map(&text).collect();
                Cow::Owned(both.join("\n"))
            }
        })
    }

    /// Draws the page from row `top` on.
    pub fn draw(
        &self,
        buffer: &mut Buffer,
        area: Rect,
        context: &DrawContext<'_>,
        top: usize,
        drawn: &mut Drawn,
    ) {
        let rows = usize::from(area.height);
        let total = self.rows.len();
        drawn.viewport = Viewport::clamped(top, rows, total);
        let right = area.x + self.column() + 2;
        for (row, y) in self
            .rows
            .iter()
            .skip(drawn.viewport.top)
            .zip(area.y..area.bottom())
        {
            let mut put = |line: &Line<'static>, x: u16, width: u16| {
                let clip = Rect {
                    x,
                    y,
                    width,
                    height: 1,
                }
                .intersection(area);
                line_writer::put_cut(buffer, clip, x, y, &line.spans, context.glyphs);
            };
            match row {
                Row::Whole(line) => put(line, area.x, self.width),
                Row::Pair(left, other) => {
                    if let Some(line) = left {
                        put(line, area.x, self.column());
                    }
                    if let Some(line) = other {
                        put(line, right, self.column());
                    }
                }
            }
        }
        scroll::bar(buffer, area, drawn.viewport, context.theme, context.glyphs);
    }
}

/// Sections below each other with a blank line between them.
fn stack(sections: Vec<PageSection<'_>>) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    for section in sections.into_iter().filter(|section| !section.is_empty()) {
        if !lines.is_empty() {
            lines.push(Line::default());
        }
        lines.extend(section.lines);
    }
    lines
}
