//! Redis's protocol (RESP 2) as far as a client needs it that asks whether the server works: `PING`
//! and `QUIT`, without any password.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufStream};
use tokio::net::TcpStream;

/// Most words of a command, and most bytes of a word, that are read.
const WORDS: usize = 16;
const WORD: usize = 4 << 10;

/// Serves one connection; every answer takes `latency`.
///
/// # Errors
/// The connection breaks, or what is sent is no command.
pub(super) async fn serve(stream: TcpStream, latency: Duration) -> io::Result<()> {
    let mut stream = BufStream::new(stream);
    while let Some(words) = command(&mut stream).await? {
        let name = words.first().map(|word| word.to_ascii_uppercase());
        let reply = match (name.as_deref(), &words[..]) {
            (None, _) => continue,
            (Some("PING"), [_, text]) => format!("${}\r\n{text}\r\n", text.len()),
            (Some("PING"), _) => "+PONG\r\n".to_owned(),
            (Some("QUIT"), _) => "+OK\r\n".to_owned(),
            (Some("AUTH"), _) => {
                "-ERR AUTH <password> called without any password configured for the default user. \
                 Are you sure your configuration is correct?\r\n"
                    .to_owned()
            }
            (Some(_), words) => format!("-ERR unknown command '{}'\r\n", words[0]),
        };
        tokio::time::sleep(latency).await;
        stream.write_all(reply.as_bytes()).await?;
        stream.flush().await?;
        if name.as_deref() == Some("QUIT") {
            break;
        }
    }
    Ok(())
}

/// The words of the next command, an array of strings or one line of text; `None` at the end.
async fn command(stream: &mut BufStream<TcpStream>) -> io::Result<Option<Vec<String>>> {
    let Some(line) = line(stream).await? else {
        return Ok(None);
    };
    let Some(count) = line.strip_prefix('*') else {
        return Ok(Some(line.split_whitespace().map(str::to_owned).collect()));
    };
    let mut words = Vec::new();
    for _ in 0..number(count, WORDS)? {
        let length = self::line(stream).await?.unwrap_or_default();
        let length = number(length.strip_prefix('$').unwrap_or_default(), WORD)?;
        let mut word = vec![0; length + 2];
        stream.read_exact(&mut word).await?;
        word.truncate(length);
        words.push(String::from_utf8_lossy(&word).into_owned());
    }
    Ok(Some(words))
}

/// The next line without its end; `None` at the end of the connection.
async fn line(stream: &mut BufStream<TcpStream>) -> io::Result<Option<String>> {
    let mut line = Vec::new();
    let mut bounded = (&mut *stream).take(WORD as u64);
    if bounded.read_until(b'\n', &mut line).await? == 0 {
        return Ok(None);
    }
    Ok(Some(String::from_utf8_lossy(&line).trim_end().to_owned()))
}

fn number(text: &str, most: usize) -> io::Result<usize> {
    let number = text.parse().ok().filter(|number| *number <= most);
    number.ok_or_else(|| io::ErrorKind::InvalidData.into())
}
