//! From a labelled service to the engine's words.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::{IpAddr, Ipv4Addr};
use std::ops::RangeInclusive;

use hubdeck::model::*;

use super::{LabelledService, LabelledStack};

/// When the containers are looked at.
pub fn now() -> Timestamp {
    Timestamp::from_second(1_700_000_000).unwrap()
}

/// Facts of the container of `service`, the `index`-th of `stack`.
pub fn of(stack: &LabelledStack, service: &LabelledService, index: usize) -> InstanceFacts {
    let started = now() - SignedDuration::from_secs(3_600);
    let id = id(stack, &service.name);
    let hostname = service
        .hostname
        .clone()
        .unwrap_or_else(|| id.as_str().chars().take(12).collect());
    InstanceFacts {
        number: Some(1),
        image: service
            .image
            .clone()
            .unwrap_or_else(|| format!("{}-{}", stack.name, service.name)),
        image_id: format!("sha256:{}", id.as_str()),
        state: InstanceState::Running,
        created_at: Some(started),
        started_at: Some(started),
        restart_policy: service.restart.as_deref().unwrap_or("no").into(),
        healthcheck: service.healthcheck.as_deref().map(healthcheck),
        ports: ports(service),
        networks: networks(stack, service, index, &id),
        network_mode: network_mode(stack, service),
        hostname,
        links: service
            .links
            .iter()
            .filter_map(|link| engine_link(stack, link))
            .collect(),
        mounts: mounts(service),
        environment: (service.env_refs.iter())
            .map(|each| (each.key.clone(), each.value.clone()))
            .collect(),
        command: command(service).into(),
        labels: labels(stack, service).into(),
        depends_on: (service.depends_on.iter())
            .map(|need| Dependency {
                service: ServiceName::new(&need.service),
                condition: condition(&need.condition),
                restart: false,
            })
            .collect(),
        inspected: true,
        ..InstanceFacts::unknown(
            id,
            &container_name(stack, service),
            Some(StackName::new(&stack.name)),
            ServiceName::new(&service.name),
        )
    }
}

/// 64 hexadecimal digits that follow from the names.
fn id(stack: &LabelledStack, service: &str) -> InstanceId {
    let part = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        (salt, &stack.name, service).hash(&mut hasher);
        format!("{:016x}", hasher.finish())
    };
    InstanceId::from((0..4).map(part).collect::<String>())
}

fn container_name(stack: &LabelledStack, service: &LabelledService) -> String {
    let own = || format!("{}-{}-1", stack.name, service.name);
    // Services of different profiles may ask for one name; only one of them can have it.
    let first = stack
        .services
        .iter()
        .find(|each| each.container_name == service.container_name);
    match &service.container_name {
        Some(name) if first.is_some_and(|first| first.name == service.name) => name.clone(),
        _ => own(),
    }
}

fn condition(word: &str) -> DependencyCondition {
    match word {
        "service_healthy" => DependencyCondition::ServiceHealthy,
        "service_completed_successfully" => DependencyCondition::ServiceCompletedSuccessfully,
        _ => DependencyCondition::ServiceStarted,
    }
}

fn labels(
    stack: &LabelledStack,
    service: &LabelledService,
) -> std::collections::BTreeMap<String, String> {
    let mut labels = service.labels.clone();
    let needs: Vec<String> = service
        .depends_on
        .iter()
        .map(|need| format!("{}:{}:false", need.service, need.condition))
        .collect();
    for (key, value) in [
        ("project", stack.name.clone()),
        ("service", service.name.clone()),
        ("container-number", "1".into()),
        ("oneoff", "False".into()),
        ("depends_on", needs.join(",")),
    ] {
        labels.insert(format!("com.docker.compose.{key}"), value);
    }
    labels
}

/// The words of a command line; quotes hold words together, a script after `-c` is one word.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for c in line.chars() {
        match (c, quote) {
            (c, Some(open)) if c == open => quote = None,
            ('"' | '\'', None) => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (c, None) if c.is_whitespace() => words.extend(word.take()),
            (c, _) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

fn argv(line: &str) -> Vec<String> {
    match line.split_once("-c ") {
        Some((before, script)) if before.is_empty() || before.ends_with("sh ") => {
            let script = script.trim_matches('\'').to_owned();
            words(before)
                .into_iter()
                .chain(["-c".into(), script])
                .collect()
        }
        _ => words(line),
    }
}

fn command(service: &LabelledService) -> Vec<String> {
    let entrypoint = service.entrypoint.as_deref().map(argv).unwrap_or_default();
    let command = service.command.as_deref().unwrap_or_default();
    // `["/bin/sh", "-c"]` takes the whole command as its script.
    let command = match entrypoint.last().is_some_and(|last| last == "-c") && !command.is_empty() {
        true => vec![command.to_owned()],
        false => argv(command),
    };
    entrypoint
        .into_iter()
        .chain(command)
        .chain(service.command_refs.iter().cloned())
        .collect()
}

fn healthcheck(line: &str) -> Healthcheck {
    let test = match line.split_once(' ') {
        Some(("CMD", rest)) => std::iter::once("CMD".to_owned())
            .chain(argv(rest))
            .collect(),
        Some(("CMD-SHELL", rest)) => vec!["CMD-SHELL".to_owned(), rest.to_owned()],
        _ => vec!["CMD-SHELL".to_owned(), line.to_owned()],
    };
    Healthcheck {
        test: test.into(),
        interval: None,
        start_period: None,
        retries: Some(3),
    }
}

fn range(text: &str) -> RangeInclusive<u16> {
    let (low, high) = text.split_once('-').unwrap_or((text, text));
    let port = |text: &str| text.parse().unwrap_or_else(|_| panic!("port {text:?}"));
    port(low)..=port(high)
}

/// `[address:][published:]container[/protocol]`, each a number or a range.
fn published(entry: &str) -> Vec<Port> {
    let (numbers, protocol) = entry.split_once('/').unwrap_or((entry, "tcp"));
    let (rest, container) = numbers.rsplit_once(':').unwrap_or(("", numbers));
    let (address, host) = rest.rsplit_once(':').unwrap_or(("0.0.0.0", rest));
    let container = range(container);
    let host = if host.is_empty() {
        container.clone()
    } else {
        range(host)
    };
    container
        .zip(host)
        .map(|(container, host)| Port {
            container,
            protocol: protocol.into(),
            published: Some(host),
            address: Some(address.to_owned()),
        })
        .collect()
}

fn ports(service: &LabelledService) -> Vec<Port> {
    let mut ports: Vec<Port> = service
        .ports
        .iter()
        .flat_map(|entry| published(entry))
        .collect();
    for entry in &service.expose {
        let (numbers, protocol) = entry.split_once('/').unwrap_or((entry, "tcp"));
        for container in range(numbers) {
            if !ports
                .iter()
                .any(|port| port.container == container && port.protocol.word() == protocol)
            {
                let protocol = protocol.into();
                ports.push(Port {
                    container,
                    protocol,
                    published: None,
                    address: None,
                });
            }
        }
    }
    ports.sort();
    ports
}

fn network_names(service: &LabelledService) -> Vec<String> {
    match (&service.network_mode, service.networks.is_empty()) {
        (Some(_), _) => Vec::new(),
        (None, true) => vec!["default".to_owned()],
        (None, false) => service.networks.clone(),
    }
}

/// Networks with an address of the container on each; Compose gives container and service name as
/// aliases.
fn networks(
    stack: &LabelledStack,
    service: &LabelledService,
    index: usize,
    id: &InstanceId,
) -> Vec<NetworkAddress> {
    let all: BTreeSet<String> = stack.services.iter().flat_map(network_names).collect();
    let short: String = id.as_str().chars().take(12).collect();
    let names = [container_name(stack, service), service.name.clone(), short];
    let mut aliases: Vec<String> = names
        .into_iter()
        .chain(service.network_aliases.clone())
        .chain(service.hostname.clone())
        .collect();
    aliases.sort();
    aliases.dedup();
    network_names(service)
        .into_iter()
        .map(|network| {
            let subnet = 18
                + all
                    .iter()
                    .position(|each| *each == network)
                    .unwrap_or_default();
            let octet = |number: usize| u8::try_from(number).unwrap();
            let address = Ipv4Addr::new(172, octet(subnet), 0, octet(index + 2));
            NetworkAddress {
                network: format!("{}_{network}", stack.name),
                address: Some(IpAddr::V4(address)),
                aliases: aliases.clone(),
            }
        })
        .collect()
}

fn network_mode(stack: &LabelledStack, service: &LabelledService) -> String {
    match service.network_mode.as_deref() {
        Some(mode) => match mode.strip_prefix("service:") {
            Some(other) => format!("container:{}", id(stack, other).as_str()),
            None => mode.to_owned(),
        },
        None => format!("{}_{}", stack.name, network_names(service)[0]),
    }
}

/// `service:alias` as the engine has it: `container:alias`.
fn engine_link(stack: &LabelledStack, link: &str) -> Option<String> {
    let (name, alias) = link.split_once(':').unwrap_or((link, link));
    let linked = stack.services.iter().find(|each| each.name == name)?;
    Some(format!("{}:{alias}", container_name(stack, linked)))
}

fn mounts(service: &LabelledService) -> Vec<Mount> {
    let socket = service
        .docker_socket
        .then(|| "/var/run/docker.sock".to_owned());
    let mut targets: Vec<String> = service.mounts.iter().cloned().chain(socket).collect();
    targets.sort();
    targets.dedup();
    targets
        .into_iter()
        .map(|target| Mount {
            kind: "bind".into(),
            source: target.clone(),
            target,
            writable: true,
        })
        .collect()
}
