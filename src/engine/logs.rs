//! Log streams of one container.

use bollard::errors::Error as ClientError;
use futures_util::stream::BoxStream;
use futures_util::{Stream, StreamExt, stream};

use super::EngineError;
use super::answer::AnswerType;
use super::events::seconds;
use super::frames::LogDecoder;
use super::transport::{READ_TIMEOUT, Transport, encoded};
use crate::model::{LogLine, LogSource, Timestamp};

const OPERATION: &str = "read the logs of";

/// Lines as they come, in batches of one chunk each; see [`super::Engine::logs`].
pub(super) fn open(
    transport: &Transport,
    source: &LogSource,
    tail: Option<u32>,
    since: Option<Timestamp>,
    follow: bool,
) -> BoxStream<'static, Result<Vec<LogLine>, EngineError>> {
    let path = path(source, tail, since, follow);
    let target = super::target(&source.instance);
    let (body, answer_type) = transport.open_typed(&path, READ_TIMEOUT);
    let reading = Reading {
        body,
        decoder: LogDecoder::new(source.instance.clone(), source.tty),
        answer_type: Some(answer_type),
        names_raw: transport.names_raw_streams(),
    };
    stream::unfold(Some((reading, target)), |state| async {
        let (mut reading, target) = state?;
        match reading.next_lines().await {
            Some(Ok(lines)) => Some((Ok(lines), Some((reading, target)))),
            Some(Err(error)) => {
                let error = EngineError::from_client(OPERATION, &target, &error);
                Some((Err(error), None))
            }
            None => {
                let mut lines = Vec::new();
                reading.decoder.finish(&mut lines);
                (!lines.is_empty()).then_some((Ok(lines), None))
            }
        }
    })
    .boxed()
}

fn path(source: &LogSource, tail: Option<u32>, since: Option<Timestamp>, follow: bool) -> String {
    let mut path = format!(
        "/containers/{}/logs?stdout=1&stderr=1&timestamps=1&follow={}",
        encoded(source.instance.as_str()),
        u8::from(follow)
    );
    match tail {
        Some(lines) => path.push_str(&format!("&tail={lines}")),
        None => path.push_str("&tail=all"),
    }
    if let Some(since) = since {
        path.push_str(&format!("&since={}", seconds(since)));
    }
    path
}

/// A log that is read.
struct Reading<B> {
    body: B,
    decoder: LogDecoder,
    /// Taken with the first chunk.
    answer_type: Option<AnswerType>,
    names_raw: bool,
}

impl<B, C> Reading<B>
where
    B: Stream<Item = Result<C, ClientError>> + Unpin,
    C: AsRef<[u8]>,
{
    /// The next lines that are complete; `None` at the end of the stream.
    async fn next_lines(&mut self) -> Option<Result<Vec<LogLine>, ClientError>> {
        let mut lines = Vec::new();
        while lines.is_empty() {
            let chunk = match self.body.next().await? {
                Ok(chunk) => chunk,
                Err(error) => return Some(Err(error)),
            };
            if let Some(content_type) = self.answer_type.take().as_ref().and_then(AnswerType::get) {
                self.decoder.expect(content_type, self.names_raw);
            }
            self.decoder.push(chunk.as_ref(), &mut lines);
        }
        Some(Ok(lines))
    }
}
