//! Frames out of the body of an answer: four bytes of length, the highest first, and so many bytes.

use std::time::Duration;

use serde::de::DeserializeOwned;

use super::AttachError;
use crate::engine::RemoteAnswer;
use crate::model::{AttachHello, compact};

/// Largest frame; a snapshot of a thousand services has a few megabytes.
const LARGEST: usize = 64 << 20;
/// Longest time without a frame: three heartbeats of the other side.
const SILENCE: Duration = Duration::from_secs(45);

/// The frames of one answer.
pub(super) struct AttachFrames {
    answer: RemoteAnswer,
    url: String,
    /// Bytes that came; those of a frame that was taken are removed when more come.
    buffer: Vec<u8>,
}

impl AttachFrames {
    pub fn new(answer: RemoteAnswer, url: &str) -> Self {
        Self {
            answer,
            url: url.to_owned(),
            buffer: Vec::new(),
        }
    }

    /// The first frame: who answers, in the form that this version reads.
    pub async fn hello(&mut self) -> Result<AttachHello, AttachError> {
        let bytes = self.bytes().await?.ok_or_else(|| self.ended())?;
        let hello: AttachHello =
            serde_json::from_slice(&bytes).map_err(|_| AttachError::NoHubdeck(self.url.clone()))?;
        if hello.protocol == AttachHello::PROTOCOL {
            return Ok(hello);
        }
        Err(AttachError::OtherVersion {
            url: self.url.clone(),
            theirs: hello.hubdeck,
            protocol: hello.protocol,
        })
    }

    /// The value of the next frame that has one; `None` at the end.
    pub async fn next<T: DeserializeOwned>(&mut self) -> Result<Option<T>, AttachError> {
        let Some(bytes) = self.bytes().await? else {
            return Ok(None);
        };
        let value = compact::from_bytes(&bytes);
        value
            .map(Some)
            .map_err(|error| self.unreadable(error.to_string()))
    }

    /// The bytes of the next frame that has some.
    async fn bytes(&mut self) -> Result<Option<Vec<u8>>, AttachError> {
        loop {
            match self.take()? {
                Some(bytes) if bytes.is_empty() => {}
                Some(bytes) => return Ok(Some(bytes)),
                None if self.more().await? => {}
                None if self.buffer.is_empty() => return Ok(None),
                None => return Err(self.unreadable("the last frame is cut off".to_owned())),
            }
        }
    }

    /// A frame that has come as a whole.
    fn take(&mut self) -> Result<Option<Vec<u8>>, AttachError> {
        let Some((head, rest)) = self.buffer.split_first_chunk::<4>() else {
            return Ok(None);
        };
        let length = usize::try_from(u32::from_be_bytes(*head)).unwrap_or(usize::MAX);
        if length > LARGEST {
            // Bytes of something else read as a length.
            return Err(AttachError::NoHubdeck(self.url.clone()));
        }
        let Some(bytes) = rest.get(..length) else {
            return Ok(None);
        };
        let bytes = bytes.to_vec();
        self.buffer.drain(..4 + length);
        Ok(Some(bytes))
    }

    /// Waits for more bytes; `false` at the end.
    async fn more(&mut self) -> Result<bool, AttachError> {
        let silent = |clause: String| AttachError::Silent {
            url: self.url.clone(),
            clause,
        };
        match tokio::time::timeout(SILENCE, self.answer.chunk()).await {
            Ok(Ok(Some(bytes))) => {
                self.buffer.extend_from_slice(&bytes);
                Ok(true)
            }
            Ok(Ok(None)) => Ok(false),
            Ok(Err(clause)) => Err(silent(clause)),
            Err(_elapsed) => Err(silent(format!("nothing came for {} s", SILENCE.as_secs()))),
        }
    }

    fn ended(&self) -> AttachError {
        AttachError::Silent {
            url: self.url.clone(),
            clause: "it closed the connection".to_owned(),
        }
    }

    fn unreadable(&self, clause: String) -> AttachError {
        AttachError::Unreadable {
            url: self.url.clone(),
            clause,
        }
    }
}
