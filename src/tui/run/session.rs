//! One run of the console: screen state, looks, streams, and what reaches them.

use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossterm::event::Event;
use jiff::tz::TimeZone;
use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};
use tokio::sync::watch;

use crate::model::SortShared as _;
use crate::model::{Focus, LogBatch, SignedDuration, Snapshot, Timestamp};
use crate::operate::Operations;
use crate::tui::draw;
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::glyphs::Glyphs;
use crate::tui::draw::theme::{ColorDepth, Theme};
use crate::tui::input::action::Action;
use crate::tui::input::event;
use crate::tui::input::page::{DetailsTab, View};
use crate::tui::state::{ConsoleOptions, Facts, Notice, OnScreen, UiState, availability, preview};
use crate::tui::terminal::{Abilities, Measured, Terminal};
use crate::tui::update::logs::{ArrivalMask, arrived};
use crate::tui::update::{self, toast};

use super::background::{Background, FAILED, Reload, TaskResult};
use super::keeper::Keeper;
use super::notifier::{self, Notifier};
use super::resolved::Resolved;
use super::tails::Tails;
use super::{Borrower, ConsoleContext, Exit, Next, TuiError, difference};

/// A terminal may claim any size; more cells than this are not drawn.
const MAX_SIZE: Size = Size::new(1000, 500);

/// How often a terminal that did not report its size is asked again.
const SIZE_UNKNOWN: Duration = Duration::from_secs(2);

/// See the module.
pub struct ConsoleSession {
    pub ui: UiState,
    pub snapshots: watch::Receiver<Arc<Snapshot>>,
    pub reload: Reload,
    pub tails: Tails,
    pub background: Background,
    /// When the console was opened.
    opened: Instant,
    pub(super) snapshot: Arc<Snapshot>,
    pub(super) operations: Arc<dyn Operations>,
    pub(super) options: ConsoleOptions,
    pub(super) resolved: Resolved,
    pub(super) theme: Theme,
    /// What the terminal can show and take.
    pub(super) abilities: Abilities,
    /// Whether the terminal reported its size when it was last asked.
    size_is_known: bool,
    notifier: Notifier,
    pub(super) zone: TimeZone,
}

impl ConsoleSession {
    /// Looks up everything the options name.
    pub fn new(mut context: ConsoleContext) -> Result<Self, TuiError> {
        let resolved = Resolved::from_options(&context.options)?;
        let themes = Theme::names(&context.options.theme_dirs);
        let (columns, view) = (&resolved.columns, resolved.view);
        let mut ui = UiState::with_options(&context.options, columns, view, themes);
        let (keeper, kept, odd) = Keeper::open(context.kept);
        update::take_kept(&mut ui, kept);
        let odd = odd.map(|text| Notice { text, warns: true });
        context.options.notices.extend(odd);
        let snapshot = Arc::clone(&context.snapshots.borrow_and_update());
        update::take_zone(&mut ui, context.zone.clone());
        let mut session = Self {
            ui,
            snapshots: context.snapshots,
            reload: Reload::new(context.reload),
            tails: Tails::default(),
            background: Background::new(keeper),
            opened: Instant::now(),
            snapshot,
            operations: context.operations,
            theme: resolved.theme.clone(),
            resolved,
            abilities: Abilities::NONE,
            size_is_known: true,
            notifier: Notifier::new(Timestamp::now()),
            options: context.options,
            zone: context.zone,
        };
        session.choose_colors();
        session.measure();
        session.show_notices();
        Ok(session)
    }

    /// Records in the hubdeck log how the console looks.
    pub(super) fn log_opening(&self) {
        let Size { width, height } = self.ui.terminal.size;
        let (depth, theme) = (self.abilities.depth, &self.theme.name);
        tracing::info!("console opened: {width}×{height}, {depth:?} colours, theme {theme}");
    }

    pub(super) fn choose_colors(&mut self) {
        let (color, links) = (self.options.color, self.options.terminal.links);
        self.abilities = Abilities::detect(color, links, &|name| std::env::var(name).ok());
        self.set_theme(self.resolved.theme.clone());
    }

    /// Takes `theme` in the colours there are; where there are few or none, the theme made for
    /// that.
    pub(super) fn set_theme(&mut self, theme: Theme) {
        let made_for = match self.abilities.depth {
            ColorDepth::None => Some("mono"),
            ColorDepth::Eight => Some("sixteen"),
            ColorDepth::Sixteen | ColorDepth::Indexed | ColorDepth::True => None,
        };
        let fitted = match made_for.map(|name| Theme::load(name, &[])) {
            Some(Ok(looks)) => Theme {
                name: theme.name.clone(),
                ..looks
            },
            _ => theme,
        };
        self.theme = fitted.fit(self.abilities.depth);
    }

    /// Reads the size of the terminal, or assumes one.
    pub fn measure(&mut self) {
        let Measured { size, reported } = Measured::now();
        let width = size.width.min(MAX_SIZE.width);
        let height = size.height.min(MAX_SIZE.height);
        update::resized(&mut self.ui, Size::new(width, height));
        if self.size_is_known && !reported {
            let Size { width, height } = self.ui.terminal.size;
            tracing::warn!("the terminal does not tell its size; {width}×{height} is assumed");
        }
        self.size_is_known = reported;
    }

    /// Reads the size again while it is only assumed: not every terminal that learns its size late
    /// sends a signal.
    pub fn measure_again(&mut self) {
        if !self.size_is_known {
            self.measure();
        }
    }

    pub(super) fn facts(&self, now: Timestamp) -> Facts {
        Facts {
            now,
            read_only: self.operations.is_read_only(),
            demo: self.options.demo,
            log_tail: self.options.logs.tail,
            pause_key: self.resolved.keymap.keys_of(&Action::PAUSE).next(),
            typed_at: self.opened.elapsed(),
        }
    }

    /// Carries out what an event asks for that was read at `read_at`.
    pub fn event(&mut self, event: &Event, read_at: Instant, terminal: &mut Terminal) -> Next {
        if matches!(event, Event::Resize(..)) {
            self.measure();
            return Next::DrawNow;
        }
        if self.background.opening.is_some() {
            return self.beside_opening(event);
        }
        let typed_at = read_at.saturating_duration_since(self.opened);
        let action = event::action(event, &self.resolved.keymap, &self.on_screen());
        let meant = action.is_some();
        let next = match action {
            Some(action) => self.act(action, typed_at, terminal),
            None => Next::Continue,
        };
        update::typed(&mut self.ui, meant, typed_at);
        next
    }

    fn on_screen(&self) -> OnScreen<'_> {
        OnScreen {
            ui: &self.ui,
            snapshot: &self.snapshot,
        }
    }

    fn act(&mut self, action: Action, typed_at: Duration, terminal: &mut Terminal) -> Next {
        let facts = Facts {
            typed_at,
            ..self.facts(Timestamp::now())
        };
        match update::update(&mut self.ui, action, &self.snapshot, &facts) {
            Some(effect) => self.perform(effect, terminal),
            None => Next::DrawNow,
        }
    }

    /// Takes the newest snapshot.
    pub fn take_snapshot(&mut self) -> Next {
        let newest = Arc::clone(&self.snapshots.borrow_and_update());
        let before = std::mem::replace(&mut self.snapshot, newest);
        // Lines may have come before it was known what is a secret in them.
        if self.options.masks_logs() && before.secrets != self.snapshot.secrets {
            self.mask_logs();
        }
        if difference::only_measured(&before, &self.snapshot) {
            Next::DrawMeasured
        } else {
            Next::DrawSoon
        }
    }

    /// That the stack to begin with does not exist, once the first list tells; asked once.
    pub fn unknown_stack(&mut self) -> Option<TuiError> {
        if !self.options.start.stack_must_exist || self.snapshot.engine.last_poll.is_none() {
            return None;
        }
        self.options.start.stack_must_exist = false;
        let stack = self.options.start.stack.as_ref()?;
        self.snapshot.known_stack(stack).err().map(TuiError::from)
    }

    /// Notifies about incidents that opened, and keeps the title, where the options ask for it.
    pub fn notify(&mut self, terminal: &mut Terminal, now: Timestamp) {
        let wanted = self.options.terminal.notify;
        let glyphs = Glyphs {
            ascii: self.options.ascii,
        };
        let title = wanted
            .title
            .then(|| notifier::title(&self.ui, &self.snapshot, glyphs));
        let mut written = terminal.set_title(title.as_deref());
        // What opens while nothing is wanted is not reported later.
        if let Some(text) = self.notifier.message(&self.ui, &self.snapshot, now)
            && (wanted.osc9 || wanted.bell)
        {
            written = written.and_then(|()| terminal.notify(&text, wanted.osc9, wanted.bell));
        }
        if let Err(error) = written {
            tracing::debug!("the terminal takes no notification: {error}");
        }
    }

    /// Takes log lines, and those that wait behind them.
    pub fn logs(&mut self, batch: LogBatch) -> Next {
        let batches = self.tails.burst(batch);
        let hidden = ArrivalMask {
            secrets: &self.snapshot.secrets,
            in_lines: self.options.masks_logs(),
        };
        let (options, now) = (&self.options.logs, Timestamp::now());
        if arrived(&mut self.ui, batches, options, hidden, now) {
            self.tails.close();
        }
        Next::DrawSoon
    }

    /// Takes what a task in the background brought.
    pub fn done(&mut self, done: TaskResult) -> Next {
        match done {
            TaskResult::Inspected(service, answer) => {
                update::details::inspected(&mut self.ui, &service, answer);
            }
            TaskResult::Listed(service, answer) => {
                update::details::processes_listed(&mut self.ui, &service, answer);
            }
            TaskResult::Found(Some(Ok(answer))) => {
                update::logs::find::found(&mut self.ui.logs, answer);
            }
            TaskResult::Found(Some(Err((generation, error)))) => {
                update::logs::find::refused(&mut self.ui.logs, generation, &error);
            }
            TaskResult::Mined(Ok(answer)) => {
                update::logs::patterns::mined(&mut self.ui.logs, answer, Timestamp::now());
            }
            TaskResult::Mined(Err(miner)) => {
                let now = Timestamp::now();
                update::logs::patterns::failed(&mut self.ui.logs, &miner, now);
                toast(&mut self.ui, FAILED, true, now);
            }
            TaskResult::Found(None) => toast(&mut self.ui, FAILED, true, Timestamp::now()),
            TaskResult::Paged(Ok(text)) => return Next::Lend(Borrower::Pager(text)),
            TaskResult::Paged(Err(text)) => toast(&mut self.ui, &text, true, Timestamp::now()),
            TaskResult::Opened(container, opened) => return self.shell_opened(container, opened),
            TaskResult::Begun(begun) => return self.command_begun(*begun),
            TaskResult::Planned(plan) => self.compose_planned(plan),
            TaskResult::Exported(Ok(text)) => toast(&mut self.ui, &text, false, Timestamp::now()),
            TaskResult::Exported(Err(text)) => toast(&mut self.ui, &text, true, Timestamp::now()),
            TaskResult::Kept(outcome) => self.kept(outcome),
        }
        Next::DrawNow
    }

    /// Brings the screen state in line with the snapshot, and does what that asks for; how the
    /// console ends, where that is what it asks for.
    pub fn settle(&mut self, terminal: &mut Terminal) -> Option<Exit> {
        tui_logger::move_events();
        let facts = self.facts(Timestamp::now());
        while let Some(effect) = update::settle(&mut self.ui, &self.snapshot, &facts) {
            if let Next::Exit(exit) = self.perform(effect, terminal) {
                return Some(exit);
            }
        }
        None
    }

    /// What a frame is made of.
    pub(super) fn context<'a>(&'a self, facts: &'a Facts) -> DrawContext<'a> {
        DrawContext {
            snapshot: &self.snapshot,
            theme: &self.theme,
            glyphs: Glyphs {
                ascii: self.options.ascii,
            },
            zone: &self.zone,
            show_secrets: self.options.show_secrets,
            keymap: &self.resolved.keymap,
            facts,
        }
    }

    /// Draws a frame, and publishes which containers are on it. Returns the bytes written.
    pub fn draw(&mut self, terminal: &mut Terminal, now: Timestamp) -> io::Result<usize> {
        let facts = self.facts(now);
        update::expire_toasts(&mut self.ui, now);
        let area = Rect::new(
            0,
            0,
            self.ui.terminal.size.width,
            self.ui.terminal.size.height,
        );
        let mut buffer = Buffer::empty(area);
        let drawn = draw::draw(&mut buffer, area, &self.context(&facts), &self.ui);
        let links = self.abilities.links.then_some(drawn.links.as_slice());
        let written = terminal.show(buffer, links.unwrap_or_default())?;
        update::drawn(&mut self.ui, drawn, self.opened.elapsed());
        self.operations.focus(self.focus());
        Ok(written)
    }

    fn focus(&self) -> Focus {
        let details = self.ui.details.iter().map(|details| &details.service);
        let measured = self.ui.drawn.measured.iter().chain(details);
        let services = measured.filter_map(|id| self.snapshot.service(id));
        let mut instances: Vec<_> = services
            .flat_map(|service| service.instances.iter())
            .filter(|instance| instance.facts.is_running())
            .map(|instance| instance.facts.id.clone())
            .collect();
        instances.sort_shared();
        instances.dedup();
        Focus { instances }
    }

    /// How long until the clock alone changes what is shown; `None` for never.
    pub fn next_tick(&self, now: Timestamp) -> Option<Duration> {
        let second = Duration::from_secs(1);
        let until = |at: Timestamp| Duration::try_from(at.duration_since(now)).unwrap_or_default();
        let toasts = self.ui.toasts.iter().map(|toast| until(toast.until));
        let details = self.ui.details.as_ref();
        let every_second = availability::is_lost(&self.snapshot)
            || (self.ui.view == View::HubdeckLog && self.ui.details.is_none())
            || details.is_some_and(|it| it.tab == DetailsTab::Processes)
            // The age of what is done to a service.
            || self.snapshot.operations.iter().any(|each| each.is_running());
        // The age in the header goes by tens of seconds.
        let age = self
            .snapshot
            .engine
            .last_poll
            .map(|_| Duration::from_secs(10));
        // The age of an incident is written in seconds while it is news.
        let young = SignedDuration::from_secs(60);
        let news = self
            .snapshot
            .open_incidents()
            .any(|incident| now.duration_since(incident.opened_at) < young);
        let size = (!self.size_is_known).then_some(SIZE_UNKNOWN);
        // What has been waited for long enough is opened already, or cannot be opened now.
        let log = preview::log_opens_at(&self.ui)
            .and_then(|at| at.checked_sub(self.opened.elapsed()))
            .filter(|wait| !wait.is_zero());
        toasts
            .chain(log)
            .chain((every_second || news).then_some(second))
            .chain(age)
            .chain(size)
            .chain(self.notifier.due().map(until))
            .min()
    }
}
