//! Log streams of one container.

use bollard::errors::Error as ClientError;
use futures_util::stream::BoxStream;
use futures_util::{Stream, StreamExt, stream};

use super::EngineError;
use super::events::seconds;
use super::frames::LogDecoder;
use super::transport::{HttpMethod, READ_TIMEOUT, Transport, encoded};
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
    let body = transport.open(HttpMethod::Get, &path, READ_TIMEOUT);
    let decoder = LogDecoder::new(source.instance.clone(), source.tty.unwrap_or(false));
    stream::unfold(Some((body, decoder, target)), |state| async {
        let (mut body, mut decoder, target) = state?;
        match next_lines(&mut body, &mut decoder).await {
            Some(Ok(lines)) => Some((Ok(lines), Some((body, decoder, target)))),
            Some(Err(error)) => {
                let error = EngineError::from_client(OPERATION, &target, &error);
                Some((Err(error), None))
            }
            None => {
                let mut lines = Vec::new();
                decoder.finish(&mut lines);
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

/// The next lines that are complete; `None` at the end of the stream.
async fn next_lines<C: AsRef<[u8]>>(
    body: &mut (impl Stream<Item = Result<C, ClientError>> + Unpin),
    decoder: &mut LogDecoder,
) -> Option<Result<Vec<LogLine>, ClientError>> {
    let mut lines = Vec::new();
    while lines.is_empty() {
        match body.next().await? {
            Ok(chunk) => decoder.push(chunk.as_ref(), &mut lines),
            Err(error) => return Some(Err(error)),
        }
    }
    Some(Ok(lines))
}
