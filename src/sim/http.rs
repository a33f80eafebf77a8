//! The Docker Engine API, as far as it is simulated: one table of endpoints.

mod act;
mod archive;
mod events;
mod exec;
mod filters;
mod images;
mod inspect;
mod list;
mod logs;
mod objects;
mod reply;
mod stats;
mod swarm;
mod system;

use std::collections::BTreeMap;

use axum::Router;
use axum::body::{Bytes, to_bytes};
use axum::extract::{Query, Request, State};
use axum::http::header::UPGRADE;
use axum::http::{Method, Uri};
use axum::response::Response;

use super::clock::{Nanos, parse};
use super::control::{Control, SimApiVersion};
use super::refusal::LifecycleRefusal;
use super::scenario::Scenario;

/// The API over `scenario`, without a socket: for tests that call it directly. Nothing happens by
/// itself there (no health changes, no incidents).
pub fn router(scenario: &Scenario, control: Control) -> Router {
    control.load(scenario);
    over(control)
}

/// The API over the world of `control`.
pub(super) fn over(control: Control) -> Router {
    Router::new().fallback(answer).with_state(control)
}

/// Longest body of a request that is read.
const BODY_LIMIT: usize = 64 << 10;

/// The parameters of a request.
pub(super) struct Params(BTreeMap<String, String>);

impl Params {
    fn of(uri: &Uri) -> Self {
        // A query that cannot be read counts as none, as in Go's parser.
        Self(Query::try_from_uri(uri).map_or_else(|_| BTreeMap::new(), |Query(params)| params))
    }

    /// A parameter that is there and not empty.
    fn get(&self, key: &str) -> Option<&str> {
        self.0
            .get(key)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    /// A switch, as Docker reads it: everything but these words is "on".
    fn is(&self, key: &str) -> bool {
        self.get(key).is_some_and(|value| {
            !matches!(
                value.trim().to_ascii_lowercase().as_str(),
                "0" | "no" | "false" | "none"
            )
        })
    }

    /// A number of seconds since 1970, or RFC 3339; 0 and absent are `None`.
    fn instant(&self, key: &str) -> Result<Option<Nanos>, LifecycleRefusal> {
        let Some(text) = self.get(key).filter(|text| *text != "0") else {
            return Ok(None);
        };
        match parse(text) {
            Some(at) => Ok(Some(at)),
            None => Err(LifecycleRefusal::Bad(format!(
                "invalid value for \"{key}\": {text}"
            ))),
        }
    }
}

/// The API version in front of a path, and the segments behind it.
fn version_and_segments(path: &str) -> (Option<SimApiVersion>, Vec<String>) {
    let segments = path.split('/').filter(|segment| !segment.is_empty());
    let mut segments: Vec<String> = segments.map(decode).collect();
    let version = segments.first().and_then(|segment| parse_version(segment));
    if version.is_some() {
        segments.remove(0);
    }
    (version, segments)
}

async fn answer(State(control): State<Control>, mut request: Request) -> Response {
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let (version, segments) = version_and_segments(uri.path());
    let endpoint = format!("{method} {}", pattern(&segments));
    tokio::time::sleep(control.latency()).await;
    let (min, max) = control.versions();
    let admitted = control.admit(&endpoint, &segments);
    let response = match version.and_then(|version| version_problem(version, min, max)) {
        _ if !admitted => reply::forbidden(),
        Some(problem) => reply::message(400, &problem),
        None => {
            let upgrade = request.headers().contains_key(UPGRADE);
            let upgrade = upgrade.then(|| hyper::upgrade::on(&mut request));
            // A body that is too long counts as none.
            let body = to_bytes(request.into_body(), BODY_LIMIT)
                .await
                .unwrap_or_default();
            match (upgrade, segments.as_slice()) {
                (Some(upgrade), [exec, id, start]) if exec == "exec" && start == "start" => {
                    exec::start_hijacked(&control, id, upgrade)
                }
                _ => route(&control, &method, &segments, &Params::of(&uri), &body).await,
            }
        }
    };
    let engine = control.look(|world, _| world.engine.version.clone());
    reply::dress(
        rewritten(&control, &segments, response).await,
        &engine,
        max,
        control.now(),
    )
}

/// The answer, with another text where one is wished for.
async fn rewritten(control: &Control, segments: &[String], response: Response) -> Response {
    let Some(rewrite) = control.rewrite_of(segments) else {
        return response;
    };
    let (parts, body) = response.into_parts();
    // What is too long to be read is nothing.
    let text = to_bytes(body, usize::MAX).await.unwrap_or_default();
    Response::from_parts(parts, rewrite(&String::from_utf8_lossy(&text)).into())
}

fn version_problem(
    version: SimApiVersion,
    min: SimApiVersion,
    max: SimApiVersion,
) -> Option<String> {
    let (asked, min_text, max_text) = (word(version), word(min), word(max));
    if version > max {
        Some(format!(
            "client version {asked} is too new. Maximum supported API version is {max_text}"
        ))
    } else if version < min {
        Some(format!(
            "client version {asked} is too old. Minimum supported API version is {min_text}, please upgrade your \
             client to a newer version"
        ))
    } else {
        None
    }
}

/// The calls below `/containers`.
async fn containers(
    control: &Control,
    path: (&str, &[&str]),
    params: &Params,
    body: &Bytes,
) -> Response {
    match path {
        ("GET", ["json"]) => list::containers(control, params),
        ("GET", [key, "json"]) => inspect::container(control, key, params),
        ("GET", [key, "stats"]) => stats::container(control, key, params).await,
        ("GET", [key, "logs"]) => logs::container(control, key, params),
        ("GET" | "HEAD", [key, "archive"]) => archive::of_container(control, key, params),
        ("GET", [key, "top"]) => act::top(control, key),
        ("POST", ["create"]) => images::create(control, params),
        ("POST", [key, "wait"]) => act::wait(control, key, params),
        ("POST", [key, "exec"]) => exec::make(control, key, body),
        ("POST", [key, "attach"]) => reply::unsimulated(control, key, "attach"),
        ("POST", [key, verb]) => act::change(control, key, verb, params).await,
        ("DELETE", [key]) => act::remove(control, key, params),
        _ => reply::message(404, "page not found"),
    }
}

async fn route(
    control: &Control,
    method: &Method,
    segments: &[String],
    params: &Params,
    body: &Bytes,
) -> Response {
    let path: Vec<&str> = segments.iter().map(String::as_str).collect();
    match (method.as_str(), path.as_slice()) {
        (method, ["containers", rest @ ..]) => {
            containers(control, (method, rest), params, body).await
        }
        ("GET" | "HEAD", ["_ping"]) => system::ping(),
        ("GET", ["version"]) => system::version(control),
        ("GET", ["info"]) => system::info(control),
        ("GET", ["system", "df"]) => objects::disk(control),
        ("GET", ["events"]) => events::stream(control, params),
        ("POST", ["exec", id, "start"]) => exec::start(control, id),
        ("POST", ["exec", id, "resize"]) => exec::resize(control, id, params),
        ("GET", ["exec", id, "json"]) => exec::inspect(control, id),
        ("GET", ["images", "json"]) => objects::images(control),
        ("POST", ["images", "create"]) => images::pull(params),
        ("GET", ["images", name @ .., "json"]) => images::inspect(control, &name.join("/")),
        ("GET", ["distribution", name @ .., "json"]) => {
            images::distribution(control, &name.join("/"))
        }
        ("POST", ["images", .., "tag"]) => reply::empty(201),
        ("POST", ["networks", _, "connect"]) => reply::empty(200),
        ("GET", ["networks"]) => objects::networks(control),
        ("GET", ["networks", key]) => objects::network(control, key),
        ("GET", ["volumes"]) => objects::volumes(control),
        ("GET", ["services"]) => swarm::services(control),
        ("GET", ["services", key]) => swarm::service(control, key),
        ("POST", ["services", key, "update"]) => swarm::update(control, key, params, body),
        (
            _,
            [
                "images" | "volumes" | "plugins" | "services" | "nodes" | "secrets" | "configs",
                name,
                ..,
            ],
        ) => reply::message(404, &format!("No such object: {name}")),
        _ => reply::message(404, "page not found"),
    }
}

/// The endpoint with its variable parts left out, for counting.
fn pattern(segments: &[String]) -> String {
    let fixed = |at: usize, segment: &str| {
        at != 1
            || !matches!(
                segments[0].as_str(),
                "containers" | "networks" | "images" | "volumes" | "exec" | "services"
            )
            || segment == "json"
    };
    segments
        .iter()
        .enumerate()
        .fold(String::new(), |path, (at, segment)| {
            path + "/" + if fixed(at, segment) { segment } else { "{id}" }
        })
}

fn parse_version(segment: &str) -> Option<SimApiVersion> {
    let (major, minor) = segment.strip_prefix('v')?.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

/// `1.45`.
fn word((major, minor): SimApiVersion) -> String {
    format!("{major}.{minor}")
}

/// Undoes percent-encoding; what is no valid code stays as it is.
fn decode(segment: &str) -> String {
    let bytes = segment.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let digit = |offset: usize| {
            bytes
                .get(at + offset)
                .and_then(|byte| char::from(*byte).to_digit(16))
        };
        match (bytes[at], digit(1), digit(2)) {
            (b'%', Some(high), Some(low)) => {
                out.push((high * 16 + low) as u8);
                at += 3;
            }
            (byte, ..) => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}
