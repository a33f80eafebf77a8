//! A terminal's screen as SVG, or a film of several. Lines, blocks and braille are shapes, so they
//! join whatever the viewer's font.
//!
//! What stays the same between two pictures of a film is written once: each mark (a word, a line, a
//! block) belongs to the stretch of time in which it is seen, and one animation shows each stretch.

mod marks;
mod shapes;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use marks::{Form, Mark, of_screen};

pub const CELL_WIDTH: f64 = 8.4;
pub const CELL_HEIGHT: f64 = 17.0;
pub const MARGIN: f64 = 12.0;

/// The terminal's own colours.
pub struct Paper {
    pub foreground: &'static str,
    pub background: &'static str,
}

/// A dark terminal.
pub const DARK: Paper = Paper {
    foreground: "#d4d7dd",
    background: "#14171c",
};
/// A light terminal.
pub const LIGHT: Paper = Paper {
    foreground: "#24292f",
    background: "#ffffff",
};

/// Pictures of one terminal, each seen from its instant until the next.
pub struct Film {
    pictures: Vec<(Duration, vt100::Screen)>,
    length: Duration,
}

/// The pictures from the first to before the second number.
type Stretch = (usize, usize);

impl Film {
    /// A picture that stands still.
    pub fn still(screen: &vt100::Screen) -> Self {
        Self {
            pictures: vec![(Duration::ZERO, screen.clone())],
            length: Duration::ZERO,
        }
    }

    /// `pictures` with their instants, over `length`, again and again.
    #[allow(dead_code, reason = "the screenshots stand still")]
    pub fn new(pictures: Vec<(Duration, vt100::Screen)>, length: Duration) -> Self {
        Self { pictures, length }
    }

    /// The film as one SVG document on `paper`.
    pub fn draw(&self, paper: &Paper) -> String {
        let (rows, columns) = self
            .pictures
            .first()
            .map_or((1, 1), |(_, screen)| screen.size());
        let width = f64::from(columns) * CELL_WIDTH + 2.0 * MARGIN;
        let height = f64::from(rows) * CELL_HEIGHT + 2.0 * MARGIN;
        let stretches = self.stretches(paper);
        let mut body = String::new();
        let mut styles = Styles::default();
        for form in [Form::Background, Form::Fill, Form::Stroke, Form::Text] {
            for (stretch, marks) in &stretches {
                self.group(*stretch, marks, form, &mut styles, &mut body);
            }
        }
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" width=\"{width:.0}\" \
             height=\"{height:.0}\" font-family=\"'DejaVu Sans Mono','Menlo','Consolas',monospace\" font-size=\"13.95\">\n\
             <style>{}</style>\n<rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{}\"/>\n{body}</svg>\n",
            styles.sheet(),
            paper.background
        )
    }

    /// Every mark of the film under the stretches in which it is seen.
    fn stretches(&self, paper: &Paper) -> BTreeMap<Stretch, Vec<Mark>> {
        let mut open: BTreeMap<Mark, usize> = BTreeMap::new();
        let mut found: BTreeMap<Stretch, Vec<Mark>> = BTreeMap::new();
        for (number, (_, screen)) in self.pictures.iter().enumerate() {
            let seen = of_screen(screen, paper);
            let (stay, gone) = open.into_iter().partition(|(mark, _)| seen.contains(mark));
            let gone: BTreeMap<Mark, usize> = gone;
            open = stay;
            for (mark, since) in gone {
                found.entry((since, number)).or_default().push(mark);
            }
            for mark in seen {
                open.entry(mark).or_insert(number);
            }
        }
        for (mark, since) in open {
            let stretch = (since, self.pictures.len());
            found.entry(stretch).or_default().push(mark);
        }
        found
    }

    /// The marks of one form in one stretch.
    fn group(
        &self,
        stretch: Stretch,
        marks: &[Mark],
        form: Form,
        styles: &mut Styles,
        out: &mut String,
    ) {
        let mut by_style: BTreeMap<&str, Vec<&Mark>> = BTreeMap::new();
        for mark in marks.iter().filter(|mark| mark.form == form) {
            by_style.entry(&mark.style).or_default().push(mark);
        }
        if by_style.is_empty() {
            return;
        }
        let always = stretch == (0, self.pictures.len());
        if !always {
            let class = styles.animation(self.keyframes(stretch), self.length);
            let _ = write!(out, "<g class=\"{class}\">");
        }
        for (style, marks) in by_style {
            let class = styles.class(style);
            if form == Form::Text {
                for mark in marks {
                    let _ = write!(out, "<text class=\"{class}\" {}</text>", mark.body);
                }
            } else {
                let path: String = marks.iter().map(|mark| mark.body.as_str()).collect();
                let _ = write!(out, "<path class=\"{class}\" d=\"{path}\"/>");
            }
            out.push('\n');
        }
        if !always {
            out.push_str("</g>\n");
        }
    }

    /// The keyframes that show a stretch.
    fn keyframes(&self, (first, end): Stretch) -> String {
        let percent = |number: usize| {
            let at = self.pictures.get(number).map_or(self.length, |(at, _)| *at);
            let share = at.as_secs_f64() / self.length.as_secs_f64().max(0.001);
            format!("{:.1}%", 100.0 * share)
        };
        let mut frames = String::new();
        if first > 0 {
            let _ = write!(
                frames,
                "0%{{visibility:hidden}}{}{{visibility:visible}}",
                percent(first)
            );
        }
        if end < self.pictures.len() {
            let _ = write!(frames, "{}{{visibility:hidden}}", percent(end));
        }
        frames
    }
}

/// The style sheet, as it grows.
#[derive(Default)]
struct Styles {
    classes: BTreeMap<String, usize>,
    animations: BTreeMap<String, usize>,
    sheet: String,
}

impl Styles {
    fn class(&mut self, style: &str) -> String {
        let next = self.classes.len();
        let number = *self.classes.entry(style.to_owned()).or_insert_with(|| {
            let _ = write!(self.sheet, ".c{next}{{{style}}}");
            next
        });
        format!("c{number}")
    }

    fn animation(&mut self, keyframes: String, length: Duration) -> String {
        let next = self.animations.len();
        let seconds = length.as_secs_f64();
        let number = *self
            .animations
            .entry(keyframes)
            .or_insert_with_key(|keyframes| {
                let _ = write!(
                    self.sheet,
                    "@keyframes k{next}{{{keyframes}}}.a{next}{{animation:k{next} {seconds:.1}s step-end infinite}}"
                );
                next
            });
        format!("a{number}")
    }

    fn sheet(&self) -> String {
        format!("text{{white-space:pre}}{}", self.sheet)
    }
}
