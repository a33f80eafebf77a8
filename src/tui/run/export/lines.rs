//! Log lines that are given out.

use std::collections::HashMap;
use std::sync::Arc;

use crate::logs::export::ExportForm;
use crate::logs::sources::owner;
use crate::model::{InstanceId, LogLine, Snapshot, Timestamp, words};
use crate::tui::draw::view::logs::mark_sentence;
use crate::tui::input::action::ExportRequest;
use crate::tui::state::LogsState;
use crate::tui::state::logs::source_name;

/// The lines that are shown, to be written without the screen.
pub struct LinesExport {
    lines: Vec<Arc<LogLine>>,
    /// Names of the containers.
    sources: Vec<(InstanceId, String)>,
    snapshot: Arc<Snapshot>,
    request: ExportRequest,
    /// Lines that were shown once, or never came.
    missing: u64,
}

/// Where lines come from, as it is written.
struct LinesOrigin {
    /// What text begins with.
    prefix: String,
    service: String,
    container: String,
}

impl LinesExport {
    /// The shown lines of `logs` in the time that `request` names.
    pub fn new(logs: &LogsState, snapshot: &Arc<Snapshot>, request: &ExportRequest) -> Self {
        let since = |at: Option<Timestamp>| request.since.is_none_or(|since| at >= Some(since));
        let until = |at: Option<Timestamp>| request.until.is_none_or(|until| at < Some(until));
        let lines = (0..logs.len()).filter_map(|index| logs.line(index));
        Self {
            lines: lines
                .filter(|line| since(line.at) && until(line.at))
                .cloned()
                .collect(),
            sources: logs.sources.clone(),
            snapshot: Arc::clone(snapshot),
            request: request.clone(),
            missing: logs.ring.discarded + logs.ring.dropped,
        }
    }

    /// How many there are.
    pub const fn len(&self) -> usize {
        self.lines.len()
    }

    /// The lines as text, or as JSON where that was asked for.
    ///
    /// # Errors
    /// When a line cannot be written as JSON.
    pub fn text(&self) -> Result<String, serde_json::Error> {
        let json = self.request.json;
        let form = ExportForm {
            timestamps: true,
            colours: false,
            mask: Some(&self.snapshot.secrets),
        };
        let mut out = String::new();
        if self.missing > 0 && !json {
            let missing = words::count(self.missing);
            out.push_str(&format!(
                "# {missing} lost or discarded lines are not here\n"
            ));
        }
        let mut origins = HashMap::new();
        for line in &self.lines {
            let origin = origins
                .entry(&line.instance)
                .or_insert_with(|| self.origin(&line.instance));
            match line.mark {
                Some(_) if json => {}
                Some(mark) => {
                    let sentence = mark_sentence(mark);
                    out.push_str(&format!("# {}: {sentence}\n", origin.prefix.trim_end()));
                }
                None if json => form.json(&origin.service, &origin.container, line, &mut out)?,
                None => form.text(&origin.prefix, line, &mut out),
            }
        }
        Ok(out)
    }

    fn origin(&self, instance: &InstanceId) -> LinesOrigin {
        let name = source_name(&self.sources, instance);
        let owner = owner(&self.snapshot, instance);
        let owner = owner.map(|it| (it.service.to_string(), it.container));
        let (service, container) = owner.unwrap_or_else(|| (name.clone(), name.clone()));
        LinesOrigin {
            prefix: format!("{name} "),
            service,
            container,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::fixture;
    use crate::tui::state::logs::LogRing;

    #[test]
    fn each_line_has_the_names_of_its_source() {
        let snapshot = Arc::new(fixture::nine().snapshot());
        let service = snapshot.services.first().unwrap();
        let known = service.instances.first().unwrap().facts.clone();
        let line = |instance: &InstanceId, text: &str| {
            Arc::new(LogLine {
                at: Some(fixture::ago(1)),
                instance: instance.clone(),
                text: text.to_owned(),
                ..LogLine::default()
            })
        };
        let gone = InstanceId::from("0123456789abcdef");
        let lines = [line(&known.id, "one"), line(&gone, "PASSWORD=hunter2")];
        let logs = LogsState {
            sources: vec![(known.id.clone(), "shown".to_owned())],
            ring: LogRing {
                lines: lines.into(),
                dropped: 2,
                ..LogRing::default()
            },
            ..LogsState::default()
        };
        let text = |request| LinesExport::new(&logs, &snapshot, &request).text().unwrap();
        let plain = text(ExportRequest::default());
        let lines: Vec<&str> = plain.lines().collect();
        assert_eq!(lines[0], "# 2 lost or discarded lines are not here");
        assert!(
            lines[1].starts_with("shown ") && lines[1].ends_with(" one"),
            "{plain}"
        );
        assert!(
            lines[2].starts_with("0123456789ab ") && lines[2].ends_with(" PASSWORD=***"),
            "{plain}"
        );
        let json = text(ExportRequest {
            json: true,
            ..ExportRequest::default()
        });
        let names = format!(r#""service":"{}","container":"{}""#, service.id, known.name);
        assert!(json.lines().next().unwrap().contains(&names), "{json}");
        let none = text(ExportRequest {
            since: Some(fixture::ago(0)),
            ..ExportRequest::default()
        });
        assert_eq!(none.lines().count(), 1, "{none}");
    }
}
