//! The console on another hubdeck, and the other side of `--attach ssh://`.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, Shutdown, SocketAddr, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::watch;

use crate::attach::{AttachError, AttachSource, AttachedOperations, attach};
use crate::config::arguments::AttachArgs;
use crate::config::{Loaded, Settings, Token};
use crate::model::{ListenAddress, Timestamp};
use crate::tui::{self, ConsoleContext, Exit, Notice};

use super::console;
use super::failure::Failure;
use super::zone;

/// The variable of the token.
const TOKEN: &str = "HUBDECK_TOKEN";

/// Runs the console on the hubdeck at `url` until the operator leaves.
///
/// # Errors
/// One that does not answer at the beginning, or not as it has to; a terminal that fails.
pub async fn run(loaded: Loaded, url: &str, args: &AttachArgs) -> Result<Exit, Failure> {
    let odd = console::odd_on_screen(&loaded)?;
    let token = token(args)?.map(|token| token.secret().to_owned());
    let runtime_dir = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    let ca = args.attach_ca.clone();
    let source = AttachSource::new(url, ca, token, runtime_dir.as_deref())?;
    let source = Arc::new(source);
    let attached = attach(Arc::clone(&source), Timestamp::now).await?;
    let mut options = console::options(&loaded.settings, false);
    options.notices = odd.into_iter().map(warning).collect();
    options
        .notices
        .extend(other_version(&attached.hello.hubdeck, source.url()));
    options.start.stack_must_exist = loaded.place("ui.stack").is_flag();
    // Its settings are those of the start: what is watched is set on the other side.
    let (_reload, reload) = watch::channel(options.clone());
    let context = ConsoleContext {
        snapshots: attached.snapshots.clone(),
        operations: Arc::new(AttachedOperations::new(Arc::clone(&source))),
        options,
        reload,
        zone: zone::local(),
        kept: console::kept_file(false),
    };
    let exit = tokio::select! {
        exit = tui::run(context) => exit.map_err(Failure::Terminal),
        () = attached.follow() => Err(Failure::Setup("nothing follows the other hubdeck any more".to_owned())),
    };
    source.close().await;
    exit
}

/// That the other side has another version, though it sends the same form.
fn other_version(theirs: &str, url: &str) -> Option<Notice> {
    let own = env!("CARGO_PKG_VERSION");
    let text = format!("hubdeck at {url} is version {theirs}, this one is {own}");
    (theirs != own).then(|| warning(text))
}

const fn warning(text: String) -> Notice {
    Notice { text, warns: true }
}

/// The token that is sent: that of the file, else that of the environment.
fn token(args: &AttachArgs) -> Result<Option<Token>, Failure> {
    if let Some(file) = &args.token_file {
        return Ok(Some(Token::of_file(file)?));
    }
    let Some(text) = std::env::var(TOKEN).ok().filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    match Token::parse(text.trim()) {
        Some(token) => Ok(Some(token)),
        None => Err(Failure::Attach(AttachError::Token(TOKEN))),
    }
}

/// Connects standard input and output with the hubdeck that serves where `settings` say, until
/// either side ends.
///
/// # Errors
/// When nothing serves there.
pub fn relay(settings: &Settings) -> Result<(), Failure> {
    let address = reachable(served_address(settings)?);
    let served = TcpStream::connect(address).map_err(|error| {
        Failure::Setup(format!(
            "no hubdeck serves on {address} ({error}); start `hubdeck --serve` there"
        ))
    })?;
    let failed = |error: io::Error| Failure::Setup(format!("{address}: {error}"));
    let mut to = served.try_clone().map_err(failed)?;
    std::thread::spawn(move || {
        // However it ends: nothing more is asked.
        drop(io::copy(&mut io::stdin(), &mut to));
        drop(to.shutdown(Shutdown::Write));
    });
    let mut from = served;
    io::copy(&mut from, &mut io::stdout()).map_err(failed)?;
    Ok(())
}

/// The first address of the settings that is one of TCP.
fn served_address(settings: &Settings) -> Result<SocketAddr, Failure> {
    let addresses = settings.serve.addresses().into_iter();
    let mut tcp = addresses.filter_map(|address| match address {
        ListenAddress::Tcp(address) => Some(address),
        ListenAddress::Unix(_) => None,
    });
    tcp.next().ok_or_else(|| {
        let text =
            "hubdeck serves there on a Unix socket only; use --attach unix:///PATH on that machine";
        Failure::Setup(text.to_owned())
    })
}

/// Where to connect to what listens on `address`.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}
