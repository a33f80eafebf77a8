//! Addresses of engines behind SSH.

use crate::engine::peer::Peer;

/// `ssh://[USER@]HOST[:PORT][/SOCKET]`, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::engine) struct Target {
    /// The account; `None` leaves it to the configuration of ssh.
    user: Option<String>,
    /// A name, an address, or a `Host` of the configuration of ssh.
    host: String,
    /// `None` leaves it to the configuration of ssh.
    port: Option<u16>,
    /// The engine's socket on that host; `None` leaves it to docker there.
    socket: Option<String>,
    /// What is connected to there.
    peer: Peer,
}

impl Target {
    /// Reads what follows `ssh://`. A password is left out: ssh takes none from there.
    ///
    /// # Errors
    /// One clause why it is no such address.
    pub fn parse(rest: &str) -> Result<Self, String> {
        let (authority, path) = match rest.find('/') {
            Some(at) => rest.split_at(at),
            None => (rest, ""),
        };
        let (user, place) = match authority.rsplit_once('@') {
            Some((user, place)) => (decoded(user.split(':').next().unwrap_or("")), place),
            None => (String::new(), authority),
        };
        let (host, port) = host_and_port(place)?;
        check(host, &user, path)?;
        let port = port.map(port_number).transpose()?;
        let socket = decoded(path.trim_end_matches('/'));
        Ok(Self {
            user: Some(user).filter(|user| !user.is_empty()),
            host: host.to_owned(),
            port,
            socket: Some(socket).filter(|socket| !socket.is_empty()),
            peer: Peer::Engine,
        })
    }

    /// The hubdeck on the same host.
    ///
    /// # Errors
    /// When the address names a socket: hubdeck there knows where it listens.
    pub fn into_hubdeck(self) -> Result<Self, String> {
        match self.socket {
            Some(socket) => Err(format!(
                "an address of a hubdeck behind SSH ends after host and port; leave out {socket}"
            )),
            None => Ok(Self {
                peer: Peer::Hubdeck,
                ..self
            }),
        }
    }

    /// The program that is run there.
    pub const fn program(&self) -> &'static str {
        self.peer.program()
    }

    /// As an address, without a password.
    pub fn shown(&self) -> String {
        format!(
            "ssh://{}{}",
            self.place(),
            self.socket.as_deref().unwrap_or("")
        )
    }

    /// `USER@HOST:PORT`, as far as they are given.
    pub fn place(&self) -> String {
        let user = self
            .user
            .as_ref()
            .map_or_else(String::new, |user| format!("{user}@"));
        let port = self
            .port
            .map_or_else(String::new, |port| format!(":{port}"));
        if self.host.contains(':') {
            format!("{user}[{}]{port}", self.host)
        } else {
            format!("{user}{}{port}", self.host)
        }
    }

    /// The arguments of ssh that lead to the host: its name is the last one.
    pub fn arguments(&self) -> Vec<String> {
        let mut arguments = Vec::new();
        if let Some(user) = &self.user {
            arguments.extend(["-l".to_owned(), user.clone()]);
        }
        if let Some(port) = self.port {
            arguments.extend(["-p".to_owned(), port.to_string()]);
        }
        arguments.extend(["--".to_owned(), self.host.clone()]);
        arguments
    }

    /// The command that connects its input and output with what is there; a shell reads it there.
    pub fn command(&self) -> Vec<String> {
        if self.peer == Peer::Hubdeck {
            return vec!["hubdeck".to_owned(), "--attach-stdio".to_owned()];
        }
        let mut command = vec!["docker".to_owned()];
        if let Some(socket) = &self.socket {
            command.extend(["--host".to_owned(), quoted(&format!("unix://{socket}"))]);
        }
        command.extend(["system".to_owned(), "dial-stdio".to_owned()]);
        command
    }

    /// The command that an operator may try: `ssh -p PORT USER@HOST`.
    pub fn login(&self) -> String {
        let port = self
            .port
            .map_or_else(String::new, |port| format!("-p {port} "));
        let user = self
            .user
            .as_ref()
            .map_or_else(String::new, |user| format!("{user}@"));
        format!("ssh {port}{user}{}", self.host)
    }
}

/// `text` as one word of a shell.
fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/:._-+=@%,".contains(c);
    if text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

/// Whether the parts are none that ssh would take for something else.
fn check(host: &str, user: &str, path: &str) -> Result<(), String> {
    if host.is_empty() {
        return Err("the address names no host".into());
    }
    // ssh would take it for an option.
    if host.starts_with('-') || user.starts_with('-') {
        return Err("neither host nor user can begin with a dash".into());
    }
    let odd = |text: &str| text.chars().any(|c| c.is_whitespace() || c.is_control());
    if odd(host) || odd(user) || odd(path) {
        return Err("an address holds neither spaces nor control characters".into());
    }
    Ok(())
}

/// `HOST[:PORT]` taken apart; an IPv6 address stands in brackets.
fn host_and_port(place: &str) -> Result<(&str, Option<&str>), String> {
    if let Some(v6) = place.strip_prefix('[') {
        let (host, rest) = v6.split_once(']').ok_or("the address lacks a ]")?;
        return Ok((host, rest.strip_prefix(':')));
    }
    let parts = place.split_once(':');
    Ok(parts.map_or((place, None), |(host, port)| (host, Some(port))))
}

fn port_number(text: &str) -> Result<u16, String> {
    let number = text.parse().ok().filter(|port| *port > 0);
    number.ok_or_else(|| format!("{text:?} is no port; it is a number up to 65535"))
}

/// Undoes percent-encoding; what is no valid code stays as it is.
fn decoded(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let mut ahead = bytes.clone();
        let digit = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16));
        match (byte, digit(ahead.next()), digit(ahead.next())) {
            (b'%', Some(high), Some(low)) => {
                out.push(u8::try_from(high * 16 + low).unwrap_or(b'?'));
                bytes = ahead;
            }
            _ => out.push(byte),
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Everything ssh is called with to reach `address`.
    fn called(address: &str) -> String {
        let target = Target::parse(address).expect(address);
        [target.arguments(), target.command()].concat().join(" ")
    }

    #[test]
    fn user_port_and_socket_reach_ssh() {
        for (address, expected) in [
            ("hub", "-- hub docker system dial-stdio"),
            ("hub/", "-- hub docker system dial-stdio"),
            (
                "deploy@hub.example",
                "-l deploy -- hub.example docker system dial-stdio",
            ),
            (
                "root@127.0.0.1:5922",
                "-l root -p 5922 -- 127.0.0.1 docker system dial-stdio",
            ),
            ("[::1]:22", "-p 22 -- ::1 docker system dial-stdio"),
            ("[fe80::1]", "-- fe80::1 docker system dial-stdio"),
            (
                "root@localhost:5922/run/user/1000/docker.sock",
                "-l root -p 5922 -- localhost docker --host unix:///run/user/1000/docker.sock system dial-stdio",
            ),
            (
                "h/a%20b/it's",
                r"-- h docker --host 'unix:///a b/it'\''s' system dial-stdio",
            ),
            ("corp%40ad@h", "-l corp@ad -- h docker system dial-stdio"),
        ] {
            assert_eq!(called(address), expected, "{address}");
        }
    }

    #[test]
    fn shown_without_a_password() {
        for (address, shown) in [
            ("deploy:pw@hub:22/x.sock", "ssh://deploy@hub:22/x.sock"),
            ("[::1]:22", "ssh://[::1]:22"),
            ("hub", "ssh://hub"),
        ] {
            assert_eq!(Target::parse(address).expect(address).shown(), shown);
        }
        assert_eq!(
            Target::parse("root@hub:5922").expect("an address").login(),
            "ssh -p 5922 root@hub"
        );
    }

    #[test]
    fn what_ssh_would_take_for_something_else_is_refused() {
        for (address, cause) in [
            ("-oProxyCommand=x", "dash"),
            ("-l@hub", "dash"),
            ("user@", "no host"),
            ("hub:ssh", "port"),
            ("hub:0", "port"),
            ("hub:70000", "port"),
            ("[::1", "]"),
            ("hub\n", "control"),
            ("a b", "spaces"),
        ] {
            let problem = Target::parse(address).expect_err(address);
            assert!(problem.contains(cause), "{address}: {problem}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_address_panics(address in ".{0,40}") {
            let _outcome = Target::parse(&address).map(|target| (target.shown(), target.command()));
        }
    }
}
