//! The console's side of the same load: taking the lines, and frames of the log view meanwhile.

use std::time::{Duration, Instant};

use hubdeck::model::secrets::KnownSecrets;
use hubdeck::model::{InstanceId, LogBatch, Snapshot, Timestamp};
use hubdeck::tui::LogOptions;
use hubdeck::tui::draw::context::DrawContext;
use hubdeck::tui::draw::draw;
use hubdeck::tui::draw::glyphs::Glyphs;
use hubdeck::tui::draw::theme::Theme;
use hubdeck::tui::input::keymap::Keymap;
use hubdeck::tui::input::page::View;
use hubdeck::tui::state::{Facts, UiState};
use hubdeck::tui::terminal::Canvas;
use hubdeck::tui::update;
use hubdeck::tui::update::logs::{ArrivalMask, arrived, find};
use jiff::tz::TimeZone;
use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};
use tokio::sync::mpsc;

/// As the frame loop has it.
const FRAME: Duration = Duration::from_millis(15);
const BURST: usize = 1_000;
const SIZE: Size = Size::new(160, 50);

/// Takes lines and draws frames for `time` as the frame loop does, with a filter and a search; gives
/// how long a frame took from when it was due until its bytes were made, and the lines taken.
pub async fn frames(
    tail: &mut mpsc::Receiver<LogBatch>,
    names: &[InstanceId],
    time: Duration,
) -> (Vec<Duration>, u64) {
    let options = LogOptions {
        tail: 100,
        max_lines: 100_000,
        max_bytes: 16 << 20,
        mask: false,
        filters: Vec::new(),
        fields: Vec::new(),
    };
    let hidden = ArrivalMask {
        secrets: &KnownSecrets::default(),
        in_lines: false,
    };
    let snapshot = Snapshot::empty(Timestamp::now());
    let mut ui = UiState::new(SIZE);
    ui.view = View::Logs;
    ui.logs.follow = true;
    ui.logs.sources = names
        .iter()
        .map(|id| (id.clone(), id.to_string()))
        .collect();
    find::want(&mut ui.logs, |wanted| {
        wanted.filter = "/[a-m][0-9a-z]+/ -nowhere".to_owned();
        wanted.search = "o".to_owned();
    });
    if let Some(request) = find::request(&mut ui.logs)
        && let Ok(answer) = request.run()
    {
        find::found(&mut ui.logs, answer);
    }
    let mut screen = Screen::new();
    let (end, mut taken, mut all) = (Instant::now() + time, 0, Vec::new());
    let mut due: Option<Instant> = None;
    while Instant::now() < end {
        let batch = match due {
            // A frame that is due comes before lines.
            Some(at) if at <= Instant::now() => None,
            Some(at) => tokio::time::timeout_at(at.into(), tail.recv()).await.ok(),
            None => Some(tail.recv().await),
        };
        match (batch, due) {
            (Some(Some(batch)), _) => {
                let burst = burst(batch, tail);
                taken += burst.iter().map(line_count).sum::<usize>() as u64;
                arrived(&mut ui, burst, &options, hidden, Timestamp::now());
                due = due.or(Some(screen.last + FRAME));
            }
            (Some(None), _) => break,
            (None, Some(at)) => {
                screen.show(&mut ui, &snapshot);
                all.push(at.elapsed());
                due = None;
            }
            (None, None) => {}
        }
    }
    (all, taken)
}

fn burst(first: LogBatch, tail: &mut mpsc::Receiver<LogBatch>) -> Vec<LogBatch> {
    let mut lines = line_count(&first);
    let mut burst = vec![first];
    while lines < BURST
        && let Ok(batch) = tail.try_recv()
    {
        lines += line_count(&batch);
        burst.push(batch);
    }
    burst
}

fn line_count(batch: &LogBatch) -> usize {
    match batch {
        LogBatch::Lines { lines, .. } => lines.len(),
        LogBatch::Ended(_) | LogBatch::Failed(..) => 1,
    }
}

struct Screen {
    canvas: Canvas<std::io::Sink>,
    theme: Theme,
    keymap: Keymap,
    last: Instant,
}

impl Screen {
    fn new() -> Self {
        Self {
            canvas: Canvas::new(std::io::sink()),
            theme: Theme::load(Theme::NAMES[0], &[]).expect("an embedded theme"),
            keymap: Keymap::default(),
            last: Instant::now(),
        }
    }

    fn show(&mut self, ui: &mut UiState, snapshot: &Snapshot) {
        let facts = Facts {
            now: Timestamp::now(),
            read_only: false,
            demo: false,
            log_tail: 100,
            pause_key: None,
            typed_at: Duration::ZERO,
        };
        let context = DrawContext {
            snapshot,
            theme: &self.theme,
            glyphs: Glyphs { ascii: false },
            zone: &TimeZone::UTC,
            show_secrets: false,
            keymap: &self.keymap,
            facts: &facts,
        };
        let area = Rect::new(0, 0, SIZE.width, SIZE.height);
        let mut buffer = Buffer::empty(area);
        let drawn = draw(&mut buffer, area, &context, ui);
        self.canvas.show(buffer, &[]).expect("a sink takes all");
        update::drawn(ui, drawn, Duration::ZERO);
        self.last = Instant::now();
    }
}

/// `p50 …, p99 …, most …`.
pub fn percentiles(mut times: Vec<Duration>) -> String {
    times.sort();
    let at = |share: usize| times.get(times.len().saturating_sub(1) * share / 100);
    let words = |time: Option<&Duration>| {
        format!("{:.1} ms", time.map_or(0.0, |it| it.as_secs_f64() * 1e3))
    };
    format!(
        "p50 {}, p99 {}, most {}",
        words(at(50)),
        words(at(99)),
        words(times.last())
    )
}
