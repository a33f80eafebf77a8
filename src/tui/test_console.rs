//! The console without a terminal: keys in, frames and effects out, for tests.

use std::time::Duration;

use jiff::tz::TimeZone;
use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};

use crate::model::{
    DiskUse, EngineFlavour, EngineInfo, HostUse, HostView, Operation, Plan, SelfCost, ServiceId,
    Snapshot, Step, StepTarget, Timestamp,
};

use crate::topology::impact::loss;
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::glyphs::Glyphs;
use crate::tui::draw::theme::Theme;
use crate::tui::input::action::Action;
use crate::tui::input::event::Screen as _;
use crate::tui::input::key::KeyPress;
use crate::tui::input::keymap::Keymap;
use crate::tui::input::resolve::resolve;
use crate::tui::state::kept::KeptChange;
use crate::tui::state::{Facts, OnScreen, UiState};
use crate::tui::update::effect::Effect;
use crate::tui::{draw, fixture, update};

/// A console that draws into memory.
pub struct TestConsole {
    /// The snapshot.
    pub snapshot: Snapshot,
    /// Screen state.
    pub ui: UiState,
    /// What is true of this run.
    pub facts: Facts,
    /// Looks.
    pub theme: Theme,
    /// Whether only ASCII may be written.
    pub ascii: bool,
    /// Effects so far, without what is kept for the next run.
    pub effects: Vec<Effect>,
    /// What is kept for the next run.
    pub kept: Vec<KeptChange>,
    /// Its keys.
    pub keymap: Keymap,
}

/// `snapshot` with everything the header shows.
pub fn dressed(mut snapshot: Snapshot) -> Snapshot {
    snapshot.engine.info = Some(EngineInfo {
        endpoint: "unix:///var/run/docker.sock".to_owned(),
        chosen_by: "default socket".to_owned(),
        id: None,
        host_name: Some("hub-01".to_owned()),
        version: "26.1.3".to_owned(),
        api_version: "1.45".to_owned(),
        flavour: EngineFlavour::Docker,
        cpus: Some(4),
        memory_bytes: Some(8 << 30),
        local: true,
    });
    snapshot.engine.last_poll = Some(fixture::ago(12));
    snapshot.engine.host = Some(HostView {
        latest: HostUse {
            at: fixture::ago(3),
            cpu_percent: Some(41.3),
            memory_used_bytes: 3_328_599_654,
            memory_total_bytes: 8_267_812_045,
        },
        cpu_history: vec![12, 18, 33, 21, 41],
    });
    let gib = 1 << 30;
    snapshot.engine.disk = DiskUse::new(
        fixture::ago(20),
        "/var/lib/docker".to_owned(),
        100 * gib,
        88 * gib,
        88 * gib,
    );
    snapshot.cost = SelfCost {
        cpu_percent: Some(0.3),
        rss_bytes: Some(9 << 20),
        engine_calls_per_s: Some(1.5),
    };
    snapshot
}

/// The plan of `operation` as a careful operator would make it.
pub fn plan(operation: &Operation, snapshot: &Snapshot) -> Plan {
    let mut steps = Vec::new();
    for (wave, id) in operation.targets.iter().enumerate() {
        let Some(service) = snapshot.service(id) else {
            continue;
        };
        for instance in &service.instances {
            steps.push(Step {
                kind: operation.kind,
                service: id.clone(),
                target: StepTarget::Container(instance.facts.id.clone()),
                name: instance.facts.name.clone(),
                wait: crate::model::StepWait::Healthy,
                wave,
            });
        }
    }
    let warnings =
        vec!["db has no volume: its data is lost when the container is removed".to_owned()];
    Plan {
        operation: operation.clone(),
        steps,
        impact: loss(snapshot, &operation.targets),
        removes: Vec::new(),
        production: Vec::new(),
        last_restart_ms: std::collections::BTreeMap::new(),
        warnings,
        hash: "abc".to_owned(),
    }
}

/// Compares `screen` with `tests/tui/snapshots/NAME.snap`.
pub fn assert_screen(name: &str, screen: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tui/snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| insta::assert_snapshot!(name, screen));
}

impl TestConsole {
    /// A console of that size on `snapshot`, drawn once.
    pub fn new(snapshot: Snapshot, width: u16, height: u16) -> Self {
        let facts = fixture::facts();
        let mut console = Self {
            snapshot,
            ui: UiState::new(Size::new(width, height)),
            facts,
            theme: Theme::load("dark", &[]).unwrap(),
            ascii: false,
            effects: Vec::new(),
            kept: Vec::new(),
            keymap: Keymap::default(),
        };
        console.ui.session.themes = Theme::names(&[]);
        console.settle();
        console.draw();
        console
    }

    /// Presses keys, separated by spaces, each followed by a frame.
    pub fn press(&mut self, keys: &str) -> &mut Self {
        for text in keys.split(' ').filter(|text| !text.is_empty()) {
            self.key(KeyPress::parse(text).unwrap_or_else(|| panic!("{text:?} is no key")));
        }
        self
    }

    /// Presses one key, a second after the one before, as a person does who looks at the screen.
    pub fn key(&mut self, key: KeyPress) {
        self.facts.typed_at += Duration::from_secs(1);
        self.type_key(key);
        self.draw();
    }

    /// Types keys without looking: one `gap` after the other, and drawn only after the last.
    pub fn type_ahead(&mut self, keys: &str, gap: Duration) {
        for text in keys.split(' ').filter(|text| !text.is_empty()) {
            self.facts.typed_at += gap;
            self.type_key(KeyPress::parse(text).unwrap_or_else(|| panic!("{text:?} is no key")));
        }
        self.draw();
    }

    fn type_key(&mut self, key: KeyPress) {
        let mode = self.on_screen().mode();
        let action = resolve(&self.keymap, mode, key);
        let meant = action.is_some();
        if let Some(action) = action {
            self.act(action);
        }
        update::typed(&mut self.ui, meant, self.facts.typed_at);
    }

    /// What takes keys and clicks now.
    pub fn on_screen(&self) -> OnScreen<'_> {
        OnScreen {
            ui: &self.ui,
            snapshot: &self.snapshot,
        }
    }

    /// Carries out an action and everything that follows from it.
    pub fn act(&mut self, action: Action) {
        if let Some(effect) = update::update(&mut self.ui, action, &self.snapshot, &self.facts) {
            self.effects.push(effect);
        }
        self.settle();
    }

    /// Brings the screen in line with the snapshot.
    pub fn settle(&mut self) {
        for _ in 0..8 {
            match update::settle(&mut self.ui, &self.snapshot, &self.facts) {
                None => return,
                Some(Effect::Keep(change)) => self.kept.push(change),
                Some(Effect::MinePatterns(request)) => {
                    let (answer, now) = (request.run(), self.facts.now);
                    update::logs::patterns::mined(&mut self.ui.logs, answer, now);
                }
                Some(Effect::FindLines(request)) => match request.run() {
                    Ok(answer) => update::logs::find::found(&mut self.ui.logs, answer),
                    Err(error) => {
                        let generation = request.generation();
                        update::logs::find::refused(&mut self.ui.logs, generation, &error);
                    }
                },
                Some(effect) => self.effects.push(effect),
            }
        }
        panic!("settle asks for effects for ever: {:?}", self.effects);
    }

    /// Draws a frame.
    pub fn draw(&mut self) -> Buffer {
        let area = Rect::new(
            0,
            0,
            self.ui.terminal.size.width,
            self.ui.terminal.size.height,
        );
        let mut buffer = Buffer::empty(area);
        let zone = TimeZone::UTC;
        let context = DrawContext {
            snapshot: &self.snapshot,
            theme: &self.theme,
            glyphs: Glyphs { ascii: self.ascii },
            zone: &zone,
            show_secrets: false,
            keymap: &self.keymap,
            facts: &self.facts,
        };
        let drawn = draw::draw(&mut buffer, area, &context, &self.ui);
        update::drawn(&mut self.ui, drawn, self.facts.typed_at);
        buffer
    }

    /// The text of a frame.
    pub fn screen(&mut self) -> String {
        let buffer = self.draw();
        fixture::screen(&buffer)
    }

    /// Selects `id`.
    pub fn select(&mut self, id: &str) -> &mut Self {
        self.ui.selection.selected = Some(ServiceId::from(id));
        self
    }

    /// Lets time pass.
    pub fn wait(&mut self, seconds: i64) {
        self.facts.now += jiff::SignedDuration::from_secs(seconds);
        self.settle();
    }

    /// The messages on screen.
    pub fn toasts(&self) -> Vec<&str> {
        self.ui
            .toasts
            .iter()
            .map(|toast| toast.text.as_str())
            .collect()
    }

    /// The moment of the console.
    pub fn now(&self) -> Timestamp {
        self.facts.now
    }
}
