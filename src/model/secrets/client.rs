//! Programs whose short flags take a secret. Long flags are recognised by their names, whatever the
//! program.

/// How a program takes secrets on its command line.
#[derive(Clone, Copy, Debug)]
pub(super) struct ClientProgram {
    /// Its names, without directory; `*` at the end stands for anything.
    names: &'static [&'static str],
    /// Short flags whose value, the next word or the rest of the same one, is a secret.
    secret: &'static [&'static str],
    /// Flags whose value is `user:password`.
    pair: &'static [&'static str],
    /// Short flags that take another value, so that letters behind them are no flags.
    other: &'static str,
}

/// What a flag shows about its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// The next word is a secret.
    Next,
    /// The rest of this word from this byte on is a secret.
    Rest(usize),
    /// The next word is `user:password`.
    PairNext,
    /// The rest of this word from this byte on is `user:password`.
    PairRest(usize),
}

const CLIENTS: &[ClientProgram] = &[
    // `-p` is a port.
    ClientProgram {
        names: &["redis-cli", "valkey-cli", "keydb-cli"],
        secret: &["-a"],
        pair: &[],
        other: "hpsundr",
    },
    ClientProgram {
        names: &["mysql*", "mariadb*", "mongo*", "mongosh"],
        secret: &["-p"],
        pair: &[],
        other: "uhPDSe",
    },
    ClientProgram {
        names: &[
            "cypher-shell",
            "cqlsh",
            "couchbase-cli",
            "rabbitmqadmin",
            "sshpass",
            "mosquitto_ctrl",
        ],
        secret: &["-p"],
        pair: &[],
        other: "uahP",
    },
    ClientProgram {
        names: &[
            "sqlcmd",
            "bcp",
            "mosquitto_pub",
            "mosquitto_sub",
            "mosquitto_rr",
        ],
        secret: &["-P"],
        pair: &[],
        other: "USdhputmi",
    },
    ClientProgram {
        names: &["ldap*"],
        secret: &["-w"],
        pair: &[],
        other: "DHbhps",
    },
    ClientProgram {
        names: &["curl"],
        secret: &[],
        pair: &["-u", "-U", "--user", "--proxy-user"],
        other: "HdXoAbeTmwxFcCDEKPQrtyYz",
    },
    ClientProgram {
        names: &["http", "https", "xh"],
        secret: &[],
        pair: &["-a", "--auth"],
        other: "o",
    },
];

/// The client that `word`, the name or path of a program, is.
pub(super) fn of(word: &str) -> Option<&'static ClientProgram> {
    let name = word.rsplit('/').next().unwrap_or(word);
    let is = |known: &str| {
        known
            .strip_suffix('*')
            .map_or(name == known, |start| is_tool_of(name, start))
    };
    CLIENTS
        .iter()
        .find(|client| client.names.iter().any(|known| is(known)))
}

/// `mysqldump` and `mysql-check` are tools of `mysql`; the server `mysqld` and the image `mysql:8`
/// are not.
fn is_tool_of(name: &str, start: &str) -> bool {
    let Some(rest) = name.strip_prefix(start) else {
        return false;
    };
    let is_server = rest.starts_with('d') && !rest.starts_with("dump");
    !is_server
        && rest
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
}

impl ClientProgram {
    /// What `flag`, a word that begins with `-`, shows about a secret; `None` for nothing.
    pub fn value(&self, flag: &str) -> Option<Value> {
        if self.secret.contains(&flag) {
            return Some(Value::Next);
        }
        if self.pair.contains(&flag) {
            return Some(Value::PairNext);
        }
        if let Some(long) = flag.strip_prefix("--") {
            let (name, _) = long.split_once('=')?;
            let pair = self
                .pair
                .iter()
                .any(|known| known.strip_prefix("--") == Some(name));
            return pair.then_some(Value::PairRest(name.len() + 3));
        }
        self.in_cluster(flag)
    }

    /// `-pPW`, and letters together: `-sfu user:password`.
    fn in_cluster(&self, flag: &str) -> Option<Value> {
        let takes = |set: &[&str], letter: char| {
            set.iter()
                .any(|known| known.len() == 2 && known.ends_with(letter))
        };
        for (at, letter) in flag.char_indices().skip(1) {
            let rest = at + letter.len_utf8();
            let last = rest == flag.len();
            if takes(self.secret, letter) {
                return Some(if last { Value::Next } else { Value::Rest(rest) });
            }
            if takes(self.pair, letter) {
                return Some(if last {
                    Value::PairNext
                } else {
                    Value::PairRest(rest)
                });
            }
            if self.other.contains(letter) || !letter.is_ascii_alphanumeric() {
                return None;
            }
        }
        None
    }
}
