//! The list of containers that matter, bounded whatever lies stopped on the machine.

use serde_json::json;

use super::transport::{READ_TIMEOUT, encoded};
use super::{ContainerList, Engine, EngineError, summary, wire};
use crate::model::InstanceFacts;

/// Entries asked for first: on most machines that is everything, in one call.
const LIST_PAGE: usize = 250;
/// Stopped Compose containers looked at where there are more than a page of containers.
const STOPPED_PAGE: usize = 1_000;

impl Engine {
    /// [`Engine::read_list`] without the count of what could not be read.
    ///
    /// # Errors
    /// When the engine does not answer or refuses.
    pub async fn list(&self) -> Result<Vec<InstanceFacts>, EngineError> {
        Ok(self.read_list().await?.containers)
    }

    /// Containers that matter, as cheap facts (`inspected` is false): everything alive, the newest
    /// stopped container of each Compose replica, the newest 50 others.
    ///
    /// Bounded whatever lies stopped on the machine; sizes are never asked for. An odd entry gives
    /// what can be read of it.
    ///
    /// # Errors
    /// When the engine does not answer or refuses.
    pub async fn read_list(&self) -> Result<ContainerList, EngineError> {
        let (mut entries, mut unreadable) = self.page(&format!("?all=1&limit={LIST_PAGE}")).await?;
        if entries.len() + unreadable >= LIST_PAGE {
            (entries, unreadable) = self.further_pages(entries, unreadable).await?;
        }
        let mut containers: Vec<_> = summary::select(entries)
            .into_iter()
            .map(summary::from_summary)
            .collect();
        containers
            .iter_mut()
            .for_each(|facts| self.transport.clock().correct(facts));
        Ok(ContainerList {
            containers,
            unreadable,
        })
    }

    /// The first page with what did not fit on it: what is alive, and what is stopped of Compose.
    async fn further_pages(
        &self,
        entries: Vec<wire::Summary>,
        unreadable: usize,
    ) -> Result<(Vec<wire::Summary>, usize), EngineError> {
        let alive = filters(&json!({ "status": ["running", "paused", "restarting", "removing"] }));
        let stopped = filters(&json!({
            "status": ["created", "exited", "dead"],
            "label": ["com.docker.compose.project", "com.docker.compose.oneoff=False"],
        }));
        let (alive, stopped) = (
            format!("?all=1&{alive}"),
            format!("?all=1&limit={STOPPED_PAGE}&{stopped}"),
        );
        let ((alive, of_alive), (stopped, of_stopped)) =
            tokio::try_join!(self.page(&alive), self.page(&stopped))?;
        // The later page wins where a container is in both: `select` keeps the first of an id.
        let entries = alive.into_iter().chain(stopped).chain(entries).collect();
        // What has no id may be the same on each page.
        Ok((entries, unreadable.max(of_alive + of_stopped)))
    }

    async fn page(&self, query: &str) -> Result<(Vec<wire::Summary>, usize), EngineError> {
        let what = ("list", "the containers");
        let body = self
            .transport
            .get_text(&format!("/containers/json{query}"), READ_TIMEOUT, what)
            .await?;
        summary::read(&body).ok_or_else(|| EngineError::other_shape(what.0, what.1, "array"))
    }
}

fn filters(filters: &serde_json::Value) -> String {
    format!("filters={}", encoded(&filters.to_string()))
}
