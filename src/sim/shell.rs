//! A simulated shell on a terminal: it echoes what is typed, knows `echo`, `stty size`, `sleep` and
//! `exit`, and is interrupted by Ctrl-C. Nothing is run.

use std::time::Duration;

use tokio::io::{self, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

const PROMPT: &str = "$ ";
const CTRL_C: u8 = 3;
const CTRL_D: u8 = 4;
/// Exit code after a signal that interrupts.
const INTERRUPTED: i64 = 130;

/// Serves a shell on `wire` until it exits, with its exit code; `size` gives rows and columns of its
/// terminal.
pub(super) async fn serve(
    wire: &mut (impl AsyncRead + AsyncWrite + Unpin),
    size: impl Fn() -> (u16, u16),
) -> io::Result<i64> {
    let (mut line, mut last) = (Vec::new(), 0);
    write(wire, PROMPT).await?;
    loop {
        let typed = wire.read_u8().await?;
        match typed {
            CTRL_C => {
                line.clear();
                last = INTERRUPTED;
                write(wire, &format!("^C\r\n{PROMPT}")).await?;
            }
            CTRL_D if line.is_empty() => return Ok(last),
            b'\r' | b'\n' => {
                write(wire, "\r\n").await?;
                let words = String::from_utf8_lossy(&line).into_owned();
                line.clear();
                match run(&words, &size, last) {
                    Ran::Exits(code) => return Ok(code),
                    Ran::Writes(text, code) => {
                        last = code;
                        write(wire, &format!("{text}{PROMPT}")).await?;
                    }
                    Ran::Sleeps(time) => {
                        tokio::time::sleep(time).await;
                        write(wire, PROMPT).await?;
                    }
                }
            }
            typed => {
                line.push(typed);
                wire.write_all(&[typed]).await?;
                wire.flush().await?;
            }
        }
    }
}

enum Ran {
    Exits(i64),
    Writes(String, i64),
    Sleeps(Duration),
}

fn run(line: &str, size: &impl Fn() -> (u16, u16), last: i64) -> Ran {
    let (word, rest) = line.trim().split_once(' ').unwrap_or((line.trim(), ""));
    match (word, rest) {
        ("", _) => Ran::Writes(String::new(), last),
        ("exit", code) => Ran::Exits(code.parse().unwrap_or(last)),
        // As a shell does with quotes, so that what is typed is not what is written.
        ("echo", text) => Ran::Writes(format!("{}\r\n", text.replace('\'', "")), 0),
        ("printf", text) => Ran::Writes(text.replace('\'', "").replace("\\033", "\x1b"), 0),
        ("stty", "size") => {
            let (rows, columns) = size();
            Ran::Writes(format!("{rows} {columns}\r\n"), 0)
        }
        ("sleep", time) => Ran::Sleeps(Duration::from_secs(time.parse().unwrap_or(0))),
        (word, _) => Ran::Writes(format!("sh: {word}: not found\r\n"), 127),
    }
}

async fn write(wire: &mut (impl AsyncWrite + Unpin), text: &str) -> io::Result<()> {
    wire.write_all(text.as_bytes()).await?;
    wire.flush().await
}
