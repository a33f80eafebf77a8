//! The listeners of `--serve`: where they are, and the TLS that they speak.

use std::time::Duration;

use axum::Router;
use futures_util::future::join_all;
use tokio_util::sync::CancellationToken;

use super::super::failure::Failure;
use super::super::pipeline::Pipeline;
use super::super::reload;
use crate::config::Settings;
use crate::model::{ListenAddress, Part, Timestamp};
use crate::serve::{self, ConnectionLimits, Listener, ServerTls, TlsInForce};

/// How often it is looked whether a certificate expires soon.
const EXPIRY_LOOK: Duration = Duration::from_secs(12 * 3_600);

/// Certificate and key of `settings`, as they are now.
///
/// # Errors
/// Files that cannot be used, and a certificate that has expired.
pub fn tls(settings: &Settings) -> Result<Option<ServerTls>, Failure> {
    let (certificate, key) = (&settings.serve.tls_cert, &settings.serve.tls_key);
    let loaded = ServerTls::load(certificate.as_deref(), key.as_deref(), Timestamp::now());
    loaded.map_err(Failure::Tls)
}

/// Listens everywhere `settings` say.
///
/// # Errors
/// An address that cannot be listened on.
pub async fn bind(settings: &Settings, tls: &TlsInForce) -> Result<Vec<Listener>, Failure> {
    let mut listeners = Vec::new();
    for address in settings.serve.addresses() {
        let listener = serve::bind(&address).await;
        let listener = listener.map_err(|error| Failure::Setup(error.to_string()))?;
        listeners.push(listener.with_tls(tls.clone()));
    }
    Ok(listeners)
}

/// Says where it is listened.
pub fn announce(listeners: &[Listener]) {
    for listener in listeners {
        let Ok(address) = listener.address() else {
            continue;
        };
        let (version, scheme) = (env!("CARGO_PKG_VERSION"), listener.scheme());
        tracing::info!("hubdeck {version} listens on {scheme}{address}");
    }
}

/// Answers HTTP until `shutdown`. A listener that failed is opened again.
pub async fn listen(
    listeners: Vec<Listener>,
    router: &Router,
    tls: &TlsInForce,
    limits: ConnectionLimits,
    pipeline: &Pipeline,
    shutdown: &CancellationToken,
) {
    let supervisor = pipeline.supervisor();
    let each = listeners.into_iter().map(|listener| async move {
        let address = listener.address().ok();
        let mut opened = Some(listener);
        let serve = || {
            let (opened, address) = (opened.take(), address.clone());
            let (router, tls, short) = (router.clone(), tls.clone(), pipeline.shortages());
            async move {
                match again(opened, address, tls).await {
                    Ok(listener) => {
                        serve::run(listener, router, limits, shutdown.clone(), short).await;
                    }
                    Err(error) => tracing::error!("{error}"),
                }
            }
        };
        supervisor.keep(Part::HttpListener, shutdown, serve).await;
    });
    join_all(each).await;
}

/// The listener that is open, or a new one at its address.
async fn again(
    opened: Option<Listener>,
    address: Option<ListenAddress>,
    tls: TlsInForce,
) -> Result<Listener, String> {
    if let Some(listener) = opened {
        return Ok(listener);
    }
    let address = address.ok_or("the address of a listener that failed is not known")?;
    let listener = serve::bind(&address).await;
    let listener = listener.map_err(|error| error.to_string())?;
    Ok(listener.with_tls(tls))
}

/// Warns from time to time while the certificate in force expires soon; never ends.
pub async fn warn_of_expiry(tls: &TlsInForce, pipeline: &Pipeline) {
    let mut looks = tokio::time::interval(EXPIRY_LOOK);
    loop {
        looks.tick().await;
        let in_force = tls.borrow().clone();
        let warning = in_force.and_then(|tls| tls.warning(Timestamp::now()));
        reload::warn(pipeline, warning.as_slice());
    }
}
