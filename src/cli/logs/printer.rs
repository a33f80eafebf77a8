//! Writes the lines of a log while it is read.

use std::io::{self, Write};
use std::sync::Arc;

use super::Tail;
use super::names::LogNames;
use super::patterns;
use super::request::{LogOutput, LogsRequest};
use crate::cli::charset::{Charset, encoded};
use crate::cli::{CommandError, ExitStatus};
use crate::logs::patterns::PatternMiner;
use crate::logs::{ExportForm, without_secrets};
use crate::model::secrets::KnownSecrets;
use crate::model::text::clean;
use crate::model::{InstanceId, LogBatch, LogLine, LogMark, LogStream, ServiceId, words};

/// Writes what `tail` gives of `services` until it ends, or until nobody reads standard output any
/// more; gives the exit status.
///
/// # Errors
/// When standard output or standard error cannot be written to.
pub fn print(
    mut tail: impl Tail,
    services: &[ServiceId],
    request: &LogsRequest,
    charset: Charset,
    out: &mut impl Write,
    errors: &mut impl Write,
) -> Result<ExitStatus, CommandError> {
    let mut printer = LogPrinter::new(&tail, services, request, out, errors);
    let printed = printer.all(&mut tail).and_then(|()| printer.end(charset));
    match printed {
        Ok(()) if printer.has_failed => Ok(ExitStatus::Failure),
        Ok(()) => Ok(ExitStatus::Success),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(ExitStatus::Success),
        Err(error) => Err(CommandError::Output(error)),
    }
}

struct LogPrinter<'a, O, E> {
    request: &'a LogsRequest,
    names: LogNames,
    miner: PatternMiner,
    /// Whether a log could not be read.
    has_failed: bool,
    /// Text on its way to `out`.
    buffer: String,
    out: &'a mut O,
    errors: &'a mut E,
}

impl<'a, O: Write, E: Write> LogPrinter<'a, O, E> {
    fn new(
        tail: &impl Tail,
        services: &[ServiceId],
        request: &'a LogsRequest,
        out: &'a mut O,
        errors: &'a mut E,
    ) -> Self {
        let looks = match request.output {
            LogOutput::Text {
                names,
                coloured_names,
                ..
            } => (names, coloured_names),
            LogOutput::Json | LogOutput::Patterns => (true, false),
        };
        Self {
            request,
            names: LogNames::new(&tail.snapshot(), services, request.grows(), looks),
            miner: PatternMiner::default(),
            has_failed: false,
            buffer: String::new(),
            out,
            errors,
        }
    }

    fn all(&mut self, tail: &mut impl Tail) -> io::Result<()> {
        loop {
            let batch = match tail.waiting() {
                Some(batch) => Some(batch),
                None => {
                    self.flush()?;
                    tail.next()
                }
            };
            match batch {
                Some(batch) => self.batch(batch, tail)?,
                None => return Ok(()),
            }
        }
    }

    fn batch(&mut self, batch: LogBatch, tail: &impl Tail) -> io::Result<()> {
        self.names.learn(&tail.snapshot());
        match batch {
            LogBatch::Lines { lines, dropped } => {
                if dropped > 0 {
                    let dropped = words::count(dropped);
                    self.note(&format!(
                        "lines dropped here, as standard output is read too slowly: {dropped}"
                    ))?;
                }
                let secrets = self
                    .request
                    .mask
                    .then(|| Arc::clone(&tail.snapshot().secrets));
                for line in &lines {
                    self.line(line, secrets.as_deref(), tail)?;
                }
                self.write()
            }
            LogBatch::Ended(_) => Ok(()),
            LogBatch::Failed(instance, error) => {
                self.has_failed = true;
                let name = self.container(&instance, tail);
                let error = tail.snapshot().secrets.mask(&error);
                self.note(&format!("the log of {name} cannot be read: {error}"))
            }
        }
    }

    fn line(
        &mut self,
        line: &LogLine,
        secrets: Option<&KnownSecrets>,
        tail: &impl Tail,
    ) -> io::Result<()> {
        if let Some(mark) = line.mark {
            return self.mark(mark, &line.instance, tail);
        }
        let until = self.request.until;
        let is_late = line.at.zip(until).is_some_and(|(at, until)| at >= until);
        if is_late || !self.request.filter.matches(line) {
            return Ok(());
        }
        let origin = self.names.of(&line.instance, &|| tail.snapshot());
        let form = ExportForm {
            mask: secrets,
            ..ExportForm::default()
        };
        match self.request.output {
            LogOutput::Patterns => {
                match secrets.and_then(|it| without_secrets(&line.text, it)) {
                    Some(text) => {
                        _ = self.miner.add(&LogLine {
                            text,
                            ..line.clone()
                        })
                    }
                    None => _ = self.miner.add(line),
                }
                Ok(())
            }
            LogOutput::Json => form
                .json(&origin.service, &origin.container, line, &mut self.buffer)
                .map_err(io::Error::from),
            LogOutput::Text {
                timestamps,
                colours,
                ..
            } => {
                let form = ExportForm {
                    timestamps,
                    colours,
                    ..form
                };
                if line.stream == LogStream::Stderr && !self.names.are_several() {
                    return self.line_of_errors(form, line);
                }
                form.text(&origin.prefix, line, &mut self.buffer);
                Ok(())
            }
        }
    }

    /// As docker does for one container: what it wrote to standard error goes there.
    fn line_of_errors(&mut self, form: ExportForm<'_>, line: &LogLine) -> io::Result<()> {
        self.flush()?;
        form.text("", line, &mut self.buffer);
        self.errors.write_all(self.buffer.as_bytes())?;
        self.buffer.clear();
        Ok(())
    }

    fn mark(&mut self, mark: LogMark, instance: &InstanceId, tail: &impl Tail) -> io::Result<()> {
        let name = self.container(instance, tail);
        match mark {
            LogMark::NewContainer => self.note(&format!("{name} is a new container")),
            LogMark::Removed => self.note(&format!("{name} was removed")),
            LogMark::ResumedByTail => self.note(&format!(
                "the engine gave nothing after the last line of {name}; lines may be missing here"
            )),
            LogMark::Recorded => self.note(&format!(
                "{name} is gone; these are its last lines, kept by hubdeck"
            )),
            LogMark::Started | LogMark::ClockOff(_) => Ok(()),
        }
    }

    fn container(&mut self, instance: &InstanceId, tail: &impl Tail) -> String {
        let origin = self.names.of(instance, &|| tail.snapshot());
        clean(&origin.container)
    }

    /// One line of hubdeck itself, on standard error, after what was written before it.
    fn note(&mut self, text: &str) -> io::Result<()> {
        self.flush()?;
        writeln!(self.errors, "hubdeck: {text}")
    }

    fn write(&mut self) -> io::Result<()> {
        self.out.write_all(self.buffer.as_bytes())?;
        self.buffer.clear();
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.write()?;
        self.out.flush()
    }

    fn end(&mut self, charset: Charset) -> io::Result<()> {
        if self.request.output == LogOutput::Patterns {
            let table = patterns::table(&self.miner, &self.request.zone);
            self.buffer.push_str(&encoded(&table, charset));
        }
        self.flush()
    }
}
