//! Fetches the figures of another program, once a poll.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::{mpsc, watch};
use tokio::time::sleep;

use crate::model::secrets::{Hidden, is_secret_name, mask_text};
use crate::model::{ExternalView, FetchFailure, Observation, Timestamp, text};
use crate::probe::Fetcher;

/// How long an answer may take.
const LIMIT: Duration = Duration::from_secs(5);
/// Largest answer in bytes.
const MOST: usize = 64 * 1024;
/// Longest text of an answer that is kept, in characters.
const LONGEST: usize = 1_000;

/// What is fetched; may change while it runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExternalOptions {
    /// From where; `None` fetches nothing.
    pub url: Option<Hidden>,
    /// Time between two requests.
    pub every: Duration,
}

/// Fetches for as long as `out` is read.
pub async fn run(mut options: watch::Receiver<ExternalOptions>, out: mpsc::Sender<Observation>) {
    let mut view = None;
    loop {
        let now = options.borrow_and_update().clone();
        let next = match &now.url {
            Some(url) => Some(ask(url, view.as_ref()).await),
            None => None,
        };
        let is_news = next.is_some() || view.is_some();
        view = next;
        let observation = Observation::External(view.clone().map(Arc::new));
        if is_news && out.send(observation).await.is_err() {
            return;
        }
        tokio::select! {
            () = sleep(now.every), if now.url.is_some() => {}
            changed = options.changed() => {
                if changed.is_err() {
                    return;
                }
                // Another address has nothing to do with what the one before gave.
                if options.borrow().url != now.url {
                    view = view.map(|view| ExternalView { json: None, fetched_at: None, ..view });
                }
            }
            () = out.closed() => return,
        }
    }
}

/// One request; what `before` had stays shown where it fails.
async fn ask(url: &Hidden, before: Option<&ExternalView>) -> ExternalView {
    let answer = fetch(url).await;
    let asked_at = Timestamp::now();
    match answer {
        Ok(json) => ExternalView {
            json: Some(json),
            fetched_at: Some(asked_at),
            asked_at,
            failure: None,
        },
        Err(failure) => ExternalView {
            json: before.and_then(|before| before.json.clone()),
            fetched_at: before.and_then(|before| before.fetched_at),
            asked_at,
            failure: Some(failure),
        },
    }
}

async fn fetch(url: &Hidden) -> Result<String, FetchFailure> {
    // Made anew: connections are not kept, and the system's roots may have changed.
    let body = Fetcher::new()?.get(url, LIMIT, MOST).await?;
    let mut value: Value = serde_json::from_slice(&body).map_err(|_| FetchFailure::NotJson)?;
    clean("", &mut value);
    serde_json::to_string(&value).map_err(|_| FetchFailure::NotJson)
}

/// Hides secrets, and what acts on a terminal, in the texts below the key `name`.
fn clean(name: &str, value: &mut Value) {
    match value {
        Value::String(found) if is_secret_name(name) => *found = "***".to_owned(),
        Value::String(found) => *found = mask_text(&text::one_line(found, LONGEST)),
        Value::Array(all) => all.iter_mut().for_each(|each| clean(name, each)),
        Value::Object(all) => {
            for (key, each) in all.iter_mut() {
                clean(key, each);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;

    use super::*;

    /// A server that gives `answers` one after the other; its address.
    fn server(answers: Vec<String>) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("its address");
        std::thread::spawn(move || {
            for (answer, stream) in answers.into_iter().zip(listener.incoming()) {
                let mut stream = stream.expect("a connection");
                let _head = stream.read(&mut [0; 4096]).expect("a request");
                stream.write_all(answer.as_bytes()).expect("a reader");
            }
        });
        format!("http://{address}/metrics")
    }

    fn answer(status: &str, body: &str) -> String {
        format!(
            "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        )
    }

    #[tokio::test]
    async fn answers_are_kept_and_failures_typed() {
        let json = r#"{ "chats": 42, "api_key": "hunter2", "who": "a\u001b[31mb" }"#;
        let url = Hidden::new(server(vec![
            answer("200 OK", json),
            answer("503 Service Unavailable", ""),
            answer("200 OK", "<html>"),
            answer("200 OK", &"9".repeat(MOST + 1)),
        ]));
        let first = ask(&url, None).await;
        let kept = first.json.clone().expect("JSON");
        assert!(
            kept.contains("\"chats\":42") && kept.contains("\"api_key\":\"***\""),
            "{kept}"
        );
        assert!(!kept.contains("\\u001b"), "{kept}");
        assert_eq!(first.failure, None);
        let mut last = first.clone();
        for failure in [
            FetchFailure::Status(503),
            FetchFailure::NotJson,
            FetchFailure::TooLarge(MOST),
        ] {
            last = ask(&url, Some(&last)).await;
            assert_eq!(last.failure, Some(failure));
            assert_eq!(
                (&last.json, last.fetched_at),
                (&first.json, first.fetched_at)
            );
        }
        let gone = ask(&Hidden::new("http://127.0.0.1:1/"), None).await;
        assert!(
            matches!(gone.failure, Some(FetchFailure::Failed(_))),
            "{gone:?}"
        );
        assert_eq!(gone.json, None);
    }

    #[tokio::test]
    async fn nothing_is_asked_without_a_url() {
        let (_options, given) = watch::channel(ExternalOptions::default());
        let (out, mut sent) = mpsc::channel(1);
        let running = tokio::spawn(run(given, out));
        let waited = tokio::time::timeout(Duration::from_millis(100), sent.recv()).await;
        assert!(waited.is_err(), "nothing is sent");
        drop(sent);
        running.await.expect("it ends");
    }
}
