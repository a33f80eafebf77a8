//! Ports of a service.

use serde::Serialize;

use crate::model::SortShared as _;
use crate::model::{InstanceFacts, Port, Publication, Published, publications};

/// A port of a service; one that is published for IPv4 and IPv6 under the same number is one.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct PortDocument<'a> {
    /// Port inside the container.
    pub container: u16,
    /// `tcp`, `udp` or `sctp`.
    pub protocol: &'a str,
    /// Port on the host; `None` when only exposed, and while none is bound.
    pub published: Option<u16>,
    /// Host address it is bound to, the first of several.
    pub address: Option<&'a str>,
    /// What it will be published as: `random`, `28000-28010`; left out where the number is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub planned: Option<String>,
}

/// The ports of `containers`, sorted: those that are published, then those of `all` that are only
/// exposed.
pub(super) fn documents<'a>(
    containers: impl IntoIterator<Item = &'a InstanceFacts>,
    all: &[&'a Port],
) -> Vec<PortDocument<'a>> {
    let published = publications(containers);
    let is_published = |port: &Port| published.iter().any(|each| each.is_of(port));
    let exposed = all
        .iter()
        .filter(|port| !is_published(port))
        .map(|port| PortDocument {
            container: port.container,
            protocol: port.protocol.word(),
            published: None,
            address: port.address.as_deref(),
            planned: None,
        });
    let mut documents: Vec<PortDocument<'a>> =
        exposed.chain(published.iter().map(document)).collect();
    documents.sort_shared();
    documents.dedup();
    documents
}

fn document<'a>(publication: &Publication<'a>) -> PortDocument<'a> {
    let (published, planned) = match publication.host {
        Published::Number(number) => (Some(number), None),
        Published::Unbound(host) => (None, Some(host.to_string())),
    };
    // IPv4 comes first: an operator knows its addresses by heart.
    let (v6, v4): (Vec<&str>, Vec<&str>) = publication
        .addresses
        .iter()
        .partition(|address| address.contains(':'));
    PortDocument {
        container: publication.container,
        protocol: publication.protocol.word(),
        published,
        address: v4.into_iter().chain(v6).next(),
        planned,
    }
}
