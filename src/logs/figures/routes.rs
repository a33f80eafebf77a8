//! Requests by method and route: a bounded number, of which the busiest are shown.

use std::collections::HashMap;

use super::request::LoggedRequest;
use super::requests::RequestWindow;
use crate::logs::route::route;
use crate::model::{RouteFigures, Timestamp};

/// Routes counted; a further one takes the place of the one with the fewest requests, so that a scan
/// of random paths displaces nothing busy.
const MAX_ROUTES: usize = 40;
/// Routes shown.
const SHOWN: usize = 10;
/// Slots of a route: 10 to 15 minutes.
const SLOTS: (i64, usize) = (300, 2);

/// Requests by method and route.
#[derive(Debug, Default)]
pub struct Routes {
    all: HashMap<(String, String), RequestWindow>,
}

impl Routes {
    /// Counts a request `weight` times.
    pub fn add(&mut self, at: Timestamp, request: &LoggedRequest<'_>, weight: f64) {
        let key = (request.method.to_owned(), route(request.path));
        if self.all.len() >= MAX_ROUTES && !self.all.contains_key(&key) {
            self.remove_quietest();
        }
        let window = (self.all.entry(key)).or_insert_with(|| RequestWindow::new(SLOTS.0, SLOTS.1));
        window.add(at, request, weight);
    }

    fn remove_quietest(&mut self) {
        let requests = |window: &RequestWindow| window.requests();
        let quietest = self.all.iter().min_by(|(one_key, one), (key, other)| {
            requests(one)
                .total_cmp(&requests(other))
                .then(key.cmp(one_key))
        });
        if let Some(key) = quietest.map(|(key, _)| key.clone()) {
            self.all.remove(&key);
        }
    }

    /// The busiest routes of the time that ends at `end`.
    pub fn busiest(&self, end: Timestamp, covered: Timestamp) -> Vec<RouteFigures> {
        let mut all: Vec<RouteFigures> = (self.all.iter())
            .filter_map(|((method, route), window)| {
                Some(RouteFigures {
                    method: method.clone(),
                    route: route.clone(),
                    requests: window.figures(end, covered)?,
                })
            })
            .collect();
        all.sort_by(|one, other| {
            let by_rate = (other.requests.requests_per_s).total_cmp(&one.requests.requests_per_s);
            by_rate.then_with(|| (&one.route, &one.method).cmp(&(&other.route, &other.method)))
        });
        all.truncate(SHOWN);
        all
    }
}
