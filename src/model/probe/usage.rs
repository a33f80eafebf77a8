//! What may be said of a probe of each kind: TLS, credentials, what is asked for.

use super::ProbeKind;

impl ProbeKind {
    /// The kind that the scheme of an address means, and whether it goes over TLS: `redis`,
    /// `rediss`, `https`, or any word of [`ProbeKind::parse`].
    #[must_use]
    pub fn of_scheme(scheme: &str) -> Option<(Self, bool)> {
        if scheme == "https" {
            return Some((Self::Http, true));
        }
        if let Some(kind) = Self::parse(scheme) {
            return Some((kind, false));
        }
        let kind = Self::parse(scheme.strip_suffix('s')?).filter(|kind| kind.takes_tls())?;
        Some((kind, true))
    }

    /// Whether its port may want TLS before the first word.
    ///
    /// PostgreSQL and MySQL agree on TLS in their own protocol, and return an error when they require it.
    #[must_use]
    pub const fn takes_tls(self) -> bool {
        !matches!(
            self,
            Self::Tls | Self::Dns | Self::Postgres | Self::Mysql | Self::Exec | Self::Docker
        )
    }

    /// Whether it is asked at an address at all.
    #[must_use]
    pub const fn has_address(self) -> bool {
        !matches!(self, Self::Exec | Self::Docker)
    }

    /// The port it is usually found at, plain or over TLS.
    #[must_use]
    pub const fn usual_port(self, tls: bool) -> Option<u16> {
        match (self, tls) {
            (Self::Http, false) => Some(80),
            (Self::Http, true) => Some(443),
            (Self::Amqp, true) => Some(5671),
            (Self::Mqtt, true) => Some(8883),
            _ => self.default_port(),
        }
    }

    /// Whether it can say who asks by a password.
    #[must_use]
    pub const fn takes_password(self) -> bool {
        self.is_http()
            || matches!(
                self,
                Self::Postgres | Self::Mysql | Self::Redis | Self::Nats | Self::Amqp | Self::Mqtt
            )
    }

    /// Whether a password may come without a user.
    #[must_use]
    pub const fn takes_password_alone(self) -> bool {
        matches!(self, Self::Redis)
    }

    /// Whether it can say who asks by a token.
    #[must_use]
    pub const fn takes_token(self) -> bool {
        self.is_http() || matches!(self, Self::Nats | Self::Grpc)
    }

    /// What one may ask it for, as the key of the config file is called; `None` where there is
    /// nothing to choose.
    #[must_use]
    pub const fn subject_key(self) -> Option<&'static str> {
        match self {
            Self::Postgres | Self::Mysql => Some("database"),
            Self::Grpc => Some("service"),
            Self::Dns => Some("name"),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemes_mean_kinds_and_tls() {
        for (scheme, expected) in [
            ("http", Some((ProbeKind::Http, false))),
            ("https", Some((ProbeKind::Http, true))),
            ("redis", Some((ProbeKind::Redis, false))),
            ("rediss", Some((ProbeKind::Redis, true))),
            ("valkeys", Some((ProbeKind::Redis, true))),
            ("nats", Some((ProbeKind::Nats, false))),
            ("amqps", Some((ProbeKind::Amqp, true))),
            ("elasticsearchs", Some((ProbeKind::Elasticsearch, true))),
            ("tls", Some((ProbeKind::Tls, false))),
            ("dns", Some((ProbeKind::Dns, false))),
            ("postgress", None),
            ("tlss", None),
            ("s", None),
            ("ftp", None),
            ("", None),
        ] {
            assert_eq!(ProbeKind::of_scheme(scheme), expected, "{scheme}");
        }
    }

    #[test]
    fn what_has_no_address_takes_nothing_that_goes_with_one() {
        for kind in ProbeKind::ALL
            .into_iter()
            .filter(|kind| !kind.has_address())
        {
            assert!(
                !kind.takes_tls() && !kind.takes_password() && !kind.takes_token(),
                "{kind:?}"
            );
            assert_eq!((kind.usual_port(false), kind.subject_key()), (None, None));
        }
    }
}
