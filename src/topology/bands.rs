//! Services in the bands of the map.

use std::sync::Arc;

use crate::model::{Layer, LayerName, Layers, Service};

/// One band with its services in the order they are drawn.
#[derive(Clone, Debug)]
pub struct Band<'a> {
    /// Its layer.
    pub layer: &'a LayerName,
    /// Its services.
    pub services: Vec<&'a Arc<Service>>,
}

/// The bands of all `layers`, top to bottom.
///
/// The order inside a band is by stack and name (`web2` before `web10`), never by state: a card
/// does not jump when it or another one restarts. Services without a stack come first.
#[must_use]
pub fn bands<'a>(services: &'a [Arc<Service>], layers: &'a Layers) -> Vec<Band<'a>> {
    let band = |layer: &'a LayerName| {
        let mut members: Vec<&Arc<Service>> = services
            .iter()
            .filter(|service| service.layer.layer == layer.layer)
            .collect();
        members
            .sort_by_cached_key(|service| (service.stack.clone(), natural(service.name.as_str())));
        Band {
            layer,
            services: members,
        }
    };
    layers.iter().map(band).collect()
}

/// What stands in `layer`, in one clause for people who see the map for the first time.
#[must_use]
pub const fn purpose(layer: Layer) -> &'static str {
    match layer {
        Layer::Edge => "entry points: proxies, load balancers, tunnels",
        Layer::Ui => "what people look at: front ends, consoles",
        Layer::App => "the stack's own logic: APIs, workers",
        Layer::Data => "databases, caches, brokers, object stores",
        Layer::Infra => "monitoring, jobs, backups, helpers",
        Layer::Added(_) => "a layer of the config file",
    }
}

/// `name` as pairs of text and the number after it, so that numbers compare as numbers.
fn natural(name: &str) -> Vec<(&str, u64)> {
    let mut pieces = Vec::new();
    let mut rest = name;
    while !rest.is_empty() {
        let (text, tail) = rest.split_at(
            rest.find(|c: char| c.is_ascii_digit())
                .unwrap_or(rest.len()),
        );
        let (digits, tail) = tail.split_at(
            tail.find(|c: char| !c.is_ascii_digit())
                .unwrap_or(tail.len()),
        );
        // No digits is 0, too many are the largest number.
        let number = if digits.is_empty() {
            0
        } else {
            digits.parse().unwrap_or(u64::MAX)
        };
        pieces.push((text, number));
        rest = tail;
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_names_sort_as_numbers() {
        let mut names = [
            "web10",
            "web2",
            "web",
            "db-1-b",
            "db-1-a",
            "日本3",
            "日本12",
            "9",
            "99999999999999999999999",
        ];
        names.sort_by_key(|name| natural(name));
        assert_eq!(
            names,
            [
                "9",
                "99999999999999999999999",
                "db-1-a",
                "db-1-b",
                "web",
                "web2",
                "web10",
                "日本3",
                "日本12"
            ]
        );
    }
}
