//! Log streams of one container.

use futures_util::stream::BoxStream;
use futures_util::{StreamExt, stream};

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
    let target = super::target(&source.instance);
    let body = transport.open(HttpMethod::Get, &path, READ_TIMEOUT);
    let decoder = LogDecoder::new(source.instance.clone(), source.tty);
    stream::unfold(Some((body, decoder, target)), |state| async {
        let (mut body, mut decoder, target) = state?;
        let mut lines = Vec::new();
        loop {
            match body.next().await {
                Some(Ok(chunk)) => decoder.push(chunk.as_ref(), &mut lines),
                Some(Err(error)) => {
                    return Some((
                        Err(EngineError::from_client(OPERATION, &target, &error)),
                        None,
                    ));
                }
                None => {
                    decoder.finish(&mut lines);
                    return (!lines.is_empty()).then_some((Ok(lines), None));
                }
            }
            if !lines.is_empty() {
                return Some((Ok(lines), Some((body, decoder, target))));
            }
        }
    })
    .boxed()
}
