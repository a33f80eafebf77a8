//! The table of settings, a row a key. How to add one: CONTRIBUTING.md.

use crate::config::token::Token;
use crate::config::value::Raw;

use super::readers::{
    COLORS, FORMATS, KEYMAPS, LEVELS, LINKS, address, ascii, base_path, choice, interval,
    ip_address, listen_addresses, name, optional, optional_path, optional_text, origins,
    probe_timeout, put, sample_interval, slow_after, start_period, web_url,
};
use super::written::Written;
use super::{Allowed, SettingSpec, TakesEffect};

use Allowed::{Number, Other};

const BOOL: Allowed = Other("true or false");
const NAMES: Allowed = Other("a list of names, such as [\"one\", \"two\"]");
const PATTERNS: Allowed = Other("a list of names with `*`, such as [\"prod-*\"]");
const PATH: Allowed = Other("the path of a file");
const URL: Allowed = Other("an address such as \"https://host/path\"");
const INTERVAL: Allowed = Number("a time from 1s to 1h, such as \"30s\"");
const PERCENT: Allowed = Number("a number from 1 to 100");
const THOUSAND: Allowed = Number("a number from 1 to 1000");
const TOKEN: &str =
    "at least 43 visible ASCII characters (256 bit), such as `openssl rand -hex 32` prints";
/// What `slow_after` takes, here and in rules.
pub(in crate::config) const SLOW: &str = "a time from 1ms to 1m, such as \"2s\", or \"off\"";
const SAMPLED: &str = "a time from 5s to 1h, such as \"30s\", or \"off\"";

/// The row of a field of [`Settings`](crate::config::Settings), which is called as its key is.
/// First when a change takes effect, what is allowed and what reads it; then the fields of
/// [`SettingSpec`] that a row has.
macro_rules! entry {
    ($section:ident . $field:ident, $takes_effect:ident, $allowed:expr, $read:expr, $($fact:ident: $value:expr),* $(,)?) => {
        SettingSpec {
            key: concat!(stringify!($section), ".", stringify!($field)),
            takes_effect: TakesEffect::$takes_effect,
            allowed: $allowed,
            set: |settings, raw| put(&mut settings.$section.$field, ($read)(raw)),
            written: |settings| settings.$section.$field.written(),
            same: |one, other| one.$section.$field == other.$section.$field,
            keep: |to, from| to.$section.$field.clone_from(&from.$section.$field),
            $($fact: $value,)*
            ..BARE
        }
    };
}

/// A row with nothing that a row need not have.
const BARE: SettingSpec = SettingSpec {
    key: "",
    help: "",
    more: "",
    takes_effect: TakesEffect::AtOnce,
    allowed: BOOL,
    another: "",
    flag: None,
    aliases: &[],
    secret: false,
    set: |_, _| None,
    written: |_| toml::Value::Boolean(false),
    same: |_, _| true,
    keep: |_, _| (),
};

/// Every key, in the order of the example file.
#[rustfmt::skip] // a table: its rows read best as they are
#[allow(clippy::needless_update, reason = "a row may have every fact")]
pub const ENTRIES: &[SettingSpec] = &[
    entry!(engine.host, AfterRestart, Other("an address such as \"unix:///var/run/docker.sock\""), address,
        help: "Address of the engine; empty: DOCKER_HOST, DOCKER_CONTEXT, the current Docker context, else the usual sockets.",
        more: "See [which engine](#which-engine).", flag: Some("--host"), another: "\"tcp://10.0.0.1:2375\""),
    entry!(engine.context, AfterRestart, Other("the name of a Docker context"), optional_text,
        help: "Docker context to take the address from.",
        more: "Of address and context, the one that was set at the stronger place counts.",
        flag: Some("--context"), another: "\"other\""),
    entry!(engine.projects, AtOnce, NAMES, Raw::list,
        help: "Watch only these Compose projects; empty watches everything.",
        more: "It may be repeated.", flag: Some("--project"), another: "[\"hub\"]"),
    entry!(engine.read_only, AtOnce, BOOL, Raw::bool,
        help: "Read-only: never change a container.", flag: Some("--read-only"), another: "true"),
    entry!(engine.enable_discovery, AtOnce, BOOL, Raw::bool,
        help: "Find services by asking the engine.", another: "false", aliases: &["HUB_ENABLE_SERVICE_DISCOVERY"]),
    entry!(engine.read_configuration, AtOnce, BOOL, Raw::bool,
        help: "Read the configuration files of proxies and the like in their containers, for routes and dependencies.",
        another: "false"),
    entry!(engine.observe_connections, AtOnce, BOOL, Raw::bool,
        help: "Observe connections between containers, where the engine runs on this machine.", another: "false"),

    entry!(poll.interval, AtOnce, INTERVAL, interval,
        help: "Time between two complete lists; engine events show changes at once in between.", another: "\"7s\""),

    entry!(metrics.focused_interval, AtOnce, INTERVAL, interval,
        help: "Time between two resource samples of what is on screen.", another: "\"7s\""),
    entry!(metrics.background_interval, AtOnce, INTERVAL, interval,
        help: "Time between two resource samples of everything else.", another: "\"7s\""),

    entry!(probes.enabled, AtOnce, BOOL, Raw::bool,
        help: "Probe services in addition to Docker healthchecks.", another: "false", aliases: &["HEALTH_CHECK_ENABLED"]),
    entry!(probes.interval, AtOnce, INTERVAL, interval,
        help: "Time between two probes of one target.", another: "\"7s\"", aliases: &["HEALTH_CHECK_INTERVAL_SECONDS"]),
    entry!(probes.timeout, AtOnce, Number("a time from 100ms to 1m, such as \"5s\""), probe_timeout,
        help: "Time one probe may take.", another: "\"7500ms\"", aliases: &["HEALTH_CHECK_TIMEOUT_SECONDS"]),
    entry!(probes.concurrency, AtOnce, THOUSAND, |raw: &Raw| raw.count(1, 1_000),
        help: "Probes that may run at once.", another: "7", aliases: &["HEALTH_CHECK_MAX_CONCURRENT"]),
    entry!(probes.per_host, AtOnce, THOUSAND, |raw: &Raw| raw.count(1, 1_000),
        help: "Probes of one host that may run at once.", another: "7"),
    entry!(probes.failure_threshold, AtOnce, PERCENT, |raw: &Raw| raw.count(1, 100),
        help: "Failures in a row until unhealthy.", another: "7"),
    entry!(probes.success_threshold, AtOnce, PERCENT, |raw: &Raw| raw.count(1, 100),
        help: "Successes in a row until healthy again.", another: "7"),
    entry!(probes.start_period, AtOnce, Number("a time from 0s to 1h, such as \"60s\""), start_period,
        help: "Failures this soon after a start do not count, where Docker gives no start period.", another: "\"7s\""),
    entry!(probes.slow_after, AtOnce, Number(SLOW), slow_after,
        help: "Slower answers are a warning; \"off\" never warns.", another: "\"off\""),

    entry!(health.memory_warning, AtOnce, PERCENT, |raw: &Raw| raw.count(1, 100),
        help: "Percent of its memory limit from which a container is a warning.", another: "7"),
    entry!(health.cpu_warning, AtOnce, PERCENT, |raw: &Raw| raw.count(1, 100),
        help: "Percent of its CPU limit from which a container is a warning, when it goes on for a minute.", another: "7"),
    entry!(health.restart_warning, AtOnce, Number("a number from 1 to 16"), |raw: &Raw| raw.count(1, 16),
        help: "Unexpected exits within 10 minutes before a service is marked flapping.", another: "7"),
    entry!(health.disk_warning, AtOnce, PERCENT, |raw: &Raw| raw.count(1, 100),
        help: "Percent of the engine's disk from which it is a warning.", another: "7"),

    entry!(operations.production, AtOnce, PATTERNS, Raw::list,
        help: "Stacks, and services as STACK/SERVICE, that are production: what interrupts them asks for their name. `*` stands for any run of characters.",
        more: "See [questions](operations.md#questions).", another: "[\"prod-*\"]"),

    entry!(auto_heal.enabled, AtOnce, BOOL, Raw::bool,
        help: "Restart services that fail by themselves: three times within 10 minutes at most.",
        more: "See [auto-heal](operations.md#auto-heal).", another: "true"),
    entry!(auto_heal.services, AtOnce, PATTERNS, Raw::list,
        help: "Which services: names, or STACK/SERVICE; `*` stands for any run of characters. What is production has to be named as STACK/SERVICE without `*`.",
        another: "[\"hub/api\"]"),

    entry!(images.check_newer, AtOnce, BOOL, Raw::bool,
        help: "Ask registries every 6 hours whether they have a newer image for what runs, with the credentials of `docker login`.",
        more: "See [newer images](operations.md#newer-images).", another: "true"),

    entry!(serve.host, AfterRestart, Other("an IP address, such as \"127.0.0.1\""), ip_address,
        help: "Address of `hubdeck --serve`. An address other than a loopback one needs a token or behind_proxy.",
        another: "\"127.0.0.7\"", aliases: &["HUB_API_HOST"]),
    entry!(serve.port, AfterRestart, Number("a number from 0 to 65535 (0 takes any free port)"), |raw: &Raw| raw.count(0, 65_535),
        help: "Port of `hubdeck --serve`; 0 takes any free port.", another: "7", aliases: &["HUB_API_PORT"]),
    entry!(serve.listen, AfterRestart, Other("a list of addresses, such as [\"127.0.0.1:5003\", \"[::1]:5003\", \"unix:/run/hubdeck.sock\"]"), listen_addresses,
        help: "Addresses of `hubdeck --serve`; where there is one, serve.host and serve.port are not used.",
        more: "A Unix socket has mode 0660: who may open it may read what is served, and nobody else.",
        flag: Some("--listen"), another: "[\"127.0.0.1:7\", \"unix:/run/hubdeck.sock\"]"),
    entry!(serve.tls_cert, AtOnce, PATH, optional_path,
        help: "File with the certificate of the server and those that signed it (PEM); with serve.tls_key every TCP address speaks TLS.",
        more: "Both files are read again when they change; a pair that is broken or expired is refused, and the old one stays in force.",
        another: "\"/run/secrets/hubdeck.crt\""),
    entry!(serve.tls_key, AtOnce, PATH, optional_path,
        help: "File with the key of that certificate (PEM).", another: "\"/run/secrets/hubdeck.key\""),
    entry!(serve.actions, AtOnce, BOOL, Raw::bool,
        help: "Let HTTP clients with a token of scope \"act\" start, stop, restart, pause and unpause services; engine.read_only is stronger.",
        another: "true"),
    entry!(serve.allow_hosts, AtOnce, Other("a list of host names, such as [\"hub.example.org\"]"), Raw::list,
        help: "Host names that clients may use beside loopback ones, without port.",
        more: "IP addresses need no entry where `serve.host` is not a loopback address and there is a token.",
        another: "[\"hub.example\"]"),
    entry!(serve.token, AtOnce, Other(TOKEN), |raw| optional(raw, Token::parse),
        help: "Bearer token of at least 43 characters (openssl rand -hex 32); better in the environment or a file.",
        another: "\"0123456789012345678901234567890123456789abc\"", secret: true, aliases: &["HUB_SECRET_KEY"]),
    entry!(serve.token_file, AtOnce, PATH, optional_path,
        help: "File with the token, readable by its owner only.", another: "\"/run/secrets/hubdeck-token\""),
    entry!(serve.tokens_file, AtOnce, PATH, optional_path,
        help: "File of the tokens that `hubdeck token` makes; empty is tokens.json in the directory of the config file.",
        more: "Once there is one, each request needs a token; see [tokens](security.md#tokens).",
        another: "\"/etc/hubdeck/tokens.json\""),
    entry!(serve.behind_proxy, AtOnce, BOOL, Raw::bool,
        help: "A trusted proxy in front authenticates.", flag: Some("--behind-proxy"),
        more: "Its `X-Forwarded-Prefix` is taken, too.", another: "true"),
    entry!(serve.base_path, AtOnce, Other("a path such as \"/hub\""), base_path,
        help: "Path under which a proxy shows hubdeck, such as \"/hub\"; empty for none.",
        more: "See [behind a proxy](http-api.md#behind-a-proxy).", another: "\"/hub\""),
    entry!(serve.allow_origins, AtOnce, Other("a list of origins, such as [\"https://ui.example.org\"]"), origins,
        help: "Origins whose pages may use the API from a browser.", another: "[\"https://ui.example\"]"),

    entry!(cache.ttl, AtOnce, INTERVAL, interval,
        help: "Results older than this are stale.",
        more: "`/readyz` fails when the last poll is older than this and `poll.interval` together.",
        another: "\"7s\"", aliases: &["HUB_CACHE_TTL"]),

    entry!(heartbeat.url, AtOnce, URL, web_url,
        help: "Where `hubdeck --serve` reports with a GET that it is there, while all is well with hubdeck itself; empty reports nothing.",
        more: "Its path is a secret. See [heartbeat](http-api.md#heartbeat).",
        another: "\"https://hc.example.org/ping/x\"", secret: true),
    entry!(heartbeat.interval, AtOnce, INTERVAL, interval,
        help: "Time between two heartbeats.", another: "\"7s\""),

    entry!(external.url, AtOnce, URL, web_url,
        help: "Where the figures of another program are, such as a dashboard: its JSON is fetched each poll and shown under `external` of `/api/metrics` and above the hubdeck log; empty fetches nothing.",
        more: "Its absence degrades nothing.",
        another: "\"http://dashboard:8080/api/stats\"", secret: true, aliases: &["HUB_DASHBOARD_API_URL"]),

    entry!(ui.theme, AtOnce, Other("the name of a theme"), name,
        help: "Theme of the console.", flag: Some("--theme"), another: "\"light\""),
    entry!(ui.ascii, AtOnce, Other("\"auto\", true or false"), ascii,
        help: "Write only ASCII: true, false, or \"auto\" for where LC_ALL, LC_CTYPE or LANG names a charset other than UTF-8.",
        more: "It holds for the console and the text of `status`, `map` and `explain` ([terminals](terminals.md)).",
        flag: Some("--ascii"), another: "true"),
    entry!(ui.color, AtOnce, Other("\"auto\", \"always\" or \"never\""), |raw| choice(raw, COLORS),
        help: "When colours are written: \"auto\", \"always\" or \"never\".",
        more: "`NO_COLOR` means never, unless file, environment or flag say otherwise.",
        flag: Some("--color"), another: "\"never\""),
    entry!(ui.links, AtOnce, Other("\"auto\", \"always\" or \"never\""), |raw| choice(raw, LINKS),
        help: "Write published ports as links (OSC 8): \"auto\", \"always\" or \"never\".",
        more: "`auto` is for terminals that are known to show them ([terminals](terminals.md)).",
        another: "\"never\""),
    entry!(ui.mouse, AtOnce, BOOL, Raw::bool,
        help: "Capture the mouse.", another: "false"),
    entry!(ui.keymap, AtOnce, Other("\"default\", \"lazydocker\" or \"k9s\""), |raw| choice(raw, KEYMAPS).map(str::to_owned),
        help: "Key preset: \"default\", \"lazydocker\" or \"k9s\".", another: "\"k9s\""),
    entry!(ui.columns, AtOnce, Other("a list of column names"), Raw::list,
        help: "Columns of the services table; empty is the built-in choice.", another: "[\"state\", \"name\"]"),
    entry!(ui.stack, AtOnce, Other("the name of a stack"), optional_text,
        help: "Show only this stack at the start.",
        more: "With the flag, also of `status` and `map`, a stack that is not there ends hubdeck with the names there are.",
        flag: Some("--stack"), another: "\"hub\""),
    entry!(ui.view, AfterRestart, Other("the name of a view"), name,
        help: "View that is shown first: \"map\", \"services\", \"logs\", \"timeline\", \"incidents\" or \"hubdeck-log\".",
        flag: Some("--view"), another: "\"services\""),

    entry!(logs.tail, AtOnce, Number("a number from 0 to 100000"), |raw: &Raw| raw.count(0, 100_000),
        help: "Lines per container to begin with.", another: "7"),
    entry!(logs.max_lines, AtOnce, Number("a number from 100 to 1000000"), |raw: &Raw| raw.count(100, 1_000_000),
        help: "Lines that a log view keeps.", another: "700"),
    entry!(logs.max_bytes, AtOnce, Number("a number of bytes from 65536 to 1073741824"), |raw: &Raw| raw.count(65_536, 1_073_741_824),
        help: "Bytes of text that a log view keeps.", another: "70000"),
    entry!(logs.mask, AtOnce, BOOL, Raw::bool,
        help: "Mask secrets in the lines of the log view and of `hubdeck logs`. Everywhere else, exports included, they are always masked.",
        more: "See [secrets](security.md).", another: "true"),
    entry!(logs.sample_interval, AtOnce, Number(SAMPLED), sample_interval,
        help: "Time between two readings of the log of every service, for lines, errors and requests a second; \"off\" reads none.",
        another: "\"off\""),

    entry!(notify.bell, AtOnce, BOOL, Raw::bool,
        help: "Ring the bell of the terminal when an incident opens.", more: "See [terminals](terminals.md#notifications).", another: "true"),
    entry!(notify.osc9, AtOnce, BOOL, Raw::bool,
        help: "Ask the terminal for a desktop notification (OSC 9) when an incident opens.", another: "true"),
    entry!(notify.title, AtOnce, BOOL, Raw::bool,
        help: "Show the worst open incident in the title of the window; the old title comes back at the end.", another: "true"),

    entry!(timeline.max_events, AtOnce, Number("a number from 10 to 100000"), |raw: &Raw| raw.count(10, 100_000),
        help: "Events that the timeline keeps.", another: "70"),

    entry!(log.level, AtOnce, Other("\"error\", \"warn\", \"info\", \"debug\" or \"trace\""), |raw| choice(raw, LEVELS),
        help: "Level of the hubdeck log: \"error\", \"warn\", \"info\", \"debug\" or \"trace\".",
        more: "`warning` means `warn`, `critical` means `error`.",
        flag: Some("--log-level"), another: "\"debug\"", aliases: &["HUB_LOG_LEVEL", "LOG_LEVEL"]),
    entry!(log.format, AfterRestart, Other("\"simple\" or \"json\""), |raw| choice(raw, FORMATS),
        help: "Format of the hubdeck log: \"simple\" or \"json\".", more: "`console` means `simple`.",
        another: "\"json\"", aliases: &["HUB_LOG_FORMAT", "LOG_FORMAT"]),
    entry!(log.file, AfterRestart, PATH, optional_path,
        help: "File to which the hubdeck log is appended; empty writes none.",
        more: "See [the hubdeck log](hubdeck-log.md).", another: "\"/tmp/hubdeck.log\""),
    entry!(log.max_bytes, AfterRestart, Number("a number of bytes from 4096 to 1073741824"), |raw: &Raw| raw.count(4_096, 1_073_741_824),
        help: "Bytes from which log.file is renamed to its name with .1, and a new one is begun.", another: "70000"),
    entry!(log.max_files, AfterRestart, Number("a number from 0 to 100"), |raw: &Raw| raw.count(0, 100),
        help: "Renamed files that are kept beside log.file; 0 never renames, for where another program does.", another: "7"),
];
