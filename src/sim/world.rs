//! The simulated machine: its containers, found by name or id.

mod replacement;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::model::DockerStatus;

use super::agenda::Agenda;
use super::clock::{Nanos, seconds};
use super::command::Commands;
use super::curve::Curve;
use super::event::Events;
use super::id::{Id, hash, mix};
use super::scenario::Scenario;
use super::schema::{EngineSpec, IncidentSpec, ServiceSpec, SimState, StackSpec};
use super::task::{Managed, full_name, task_name};
use super::trace::Trace;

/// A Compose project.
pub(super) struct SimulatedProject {
    pub(super) name: String,
    pub(super) networks: Vec<String>,
    /// Number of its first network.
    pub(super) first_subnet: u32,
    /// Containers it has had.
    population: u32,
}

/// One container. What never changes is shared with its replicas through `spec`.
pub(super) struct Container {
    pub(super) id: Id,
    pub(super) name: Arc<str>,
    pub(super) spec: Arc<ServiceSpec>,
    pub(super) stack: Option<u32>,
    pub(super) number: u32,
    /// Its place among the containers of its stack: the last number of its address.
    pub(super) place: u32,
    pub(super) seed: u64,
    pub(super) log_rate: f64,
    pub(super) created: Nanos,
    /// Last start; 0 is never.
    pub(super) started: Nanos,
    /// Last end; 0 is never.
    pub(super) finished: Nanos,
    pub(super) state: SimState,
    pub(super) exit_code: i64,
    pub(super) oom_killed: bool,
    pub(super) restarts: u32,
    pub(super) health: DockerStatus,
    /// Grows with each start and end: what was planned for an earlier run is void.
    pub(super) run_epoch: u32,
    /// Grows with each begin and end of a failure.
    pub(super) failure_epoch: u32,
    /// Activity before `awake_since`, in seconds.
    pub(super) work: f64,
    /// Since when it runs without a pause.
    pub(super) awake_since: Option<Nanos>,
    /// Host ports of real listeners: (inside, on the host).
    pub(super) listeners: Vec<(u16, u16)>,
    /// Past runs, failures and injected log lines; most containers have none.
    pub(super) trace: Option<Box<Trace>>,
}

/// Everything simulated.
#[derive(Default)]
pub(super) struct World {
    pub(super) engine: EngineSpec,
    pub(super) scenario_name: String,
    pub(super) seed: u64,
    /// When the simulation started.
    pub(super) epoch: Nanos,
    pub(super) stacks: Vec<SimulatedProject>,
    pub(super) containers: Vec<Option<Container>>,
    pub(super) incidents: Vec<IncidentSpec>,
    pub(super) shared_listeners: bool,
    by_name: HashMap<Arc<str>, u32>,
    by_id: BTreeMap<Id, u32>,
    pub(super) events: Events,
    pub(super) agenda: Agenda,
    /// State of the Swarm services, by name.
    pub(super) swarm: BTreeMap<String, Managed>,
    /// Commands that were made to run in containers.
    pub(super) commands: Commands,
}

impl Container {
    /// The curve of its load.
    pub(super) fn curve(&self) -> Curve {
        Curve::new(self.seed, self.spec.load.swing)
    }

    /// Seconds of activity 1.0 since its last start.
    pub(super) fn activity(&self, now: Nanos) -> f64 {
        self.work
            + self
                .awake_since
                .map_or(0.0, |since| self.curve().work(since, now))
    }

    /// Its recorded past, made when first needed.
    pub(super) fn trace(&mut self) -> &mut Trace {
        self.trace.get_or_insert_with(Box::default)
    }
}

impl World {
    /// The world of `scenario` at the start of the simulation.
    pub(super) fn build(scenario: &Scenario, now: Nanos) -> Self {
        let mut world = Self {
            engine: scenario.engine.clone(),
            scenario_name: scenario.name.clone(),
            seed: mix(scenario.seed),
            epoch: now,
            incidents: scenario.incidents.clone(),
            shared_listeners: scenario.shared_listeners,
            ..Self::default()
        };
        let mut rate = scenario
            .log_rate
            .map(|rate| (rate.total / rate.containers as f64, rate.containers));
        for stack in &scenario.stacks {
            let index = world.add_stack(stack);
            stack
                .services
                .iter()
                .for_each(|service| world.add_service(service, Some(index), &mut rate));
        }
        scenario
            .containers
            .iter()
            .for_each(|service| world.add_service(service, None, &mut rate));
        world.plan_incidents();
        world
    }

    fn add_stack(&mut self, spec: &StackSpec) -> u32 {
        let mut networks: Vec<String> = Vec::new();
        for name in spec.services.iter().flat_map(|service| &service.networks) {
            if !networks.contains(name) {
                networks.push(name.clone());
            }
        }
        let used = self
            .stacks
            .last()
            .map_or(1, |last| last.first_subnet + last.networks.len() as u32);
        self.stacks.push(SimulatedProject {
            name: spec.name.clone(),
            networks,
            first_subnet: used,
            population: 0,
        });
        self.stacks.len() as u32 - 1
    }

    fn add_service(
        &mut self,
        spec: &Arc<ServiceSpec>,
        stack: Option<u32>,
        rate: &mut Option<(f64, usize)>,
    ) {
        for number in 1..=spec.replicas {
            let mut log_rate = spec.logs_per_second;
            if let Some((each, left)) = rate.as_mut().filter(|_| spec.state == SimState::Running) {
                log_rate = if *left > 0 { *each } else { 0.0 };
                *left = left.saturating_sub(1);
            }
            self.add(spec, stack, number, log_rate, self.epoch);
        }
    }

    /// Adds container `number` of `spec` in the state the scenario gives it; returns its index.
    pub(super) fn add(
        &mut self,
        spec: &Arc<ServiceSpec>,
        stack: Option<u32>,
        number: u32,
        log_rate: f64,
        now: Nanos,
    ) -> u32 {
        let project = stack.and_then(|stack| self.stacks.get_mut(stack as usize));
        let count = self.containers.len();
        let name = container_name(project.as_deref(), spec, number, count);
        let place = project.map_or(number, |stack| {
            stack.population += 1;
            stack.population - 1
        });
        let container = Container::new(spec, stack, (number, place), &name, self.seed, now);
        let container = Container {
            log_rate,
            ..container
        };
        self.insert(container, now)
    }

    fn insert(&mut self, container: Container, now: Nanos) -> u32 {
        let index = self.containers.len() as u32;
        self.by_name.insert(Arc::clone(&container.name), index);
        self.by_id.insert(container.id, index);
        self.containers.push(Some(container));
        self.settle(index, now);
        index
    }

    /// Takes a container out of the world.
    pub(super) fn take(&mut self, index: u32) -> Option<Container> {
        let container = self.containers.get_mut(index as usize)?.take()?;
        self.by_name.remove(&container.name);
        self.by_id.remove(&container.id);
        Some(container)
    }

    /// Gives a container another name. The id stays.
    pub(super) fn rename(&mut self, index: u32, name: &str) {
        if let Some(container) = self
            .containers
            .get_mut(index as usize)
            .and_then(Option::as_mut)
        {
            let name: Arc<str> = name.into();
            self.by_name.remove(&container.name);
            self.by_name.insert(Arc::clone(&name), index);
            container.name = name;
        }
    }

    /// The container of this name, id or unique id prefix.
    pub(super) fn find(&self, key: &str) -> Option<u32> {
        let key = key.strip_prefix('/').unwrap_or(key);
        if let Some(index) = self.by_name.get(key) {
            return Some(*index);
        }
        let mut matches = self
            .by_id
            .range(Id::floor(key)?..)
            .take_while(|(id, _)| id.to_string().starts_with(key));
        let first = matches.next().map(|(_, index)| *index);
        if matches.next().is_some() {
            None
        } else {
            first
        }
    }

    /// The container at `index`, if it still exists.
    pub(super) fn get(&self, index: u32) -> Option<&Container> {
        self.containers.get(index as usize)?.as_ref()
    }

    /// The same, to change it.
    pub(super) fn get_mut(&mut self, index: u32) -> Option<&mut Container> {
        self.containers.get_mut(index as usize)?.as_mut()
    }

    /// All containers with their index.
    pub(super) fn all(&self) -> impl Iterator<Item = (u32, &Container)> {
        (0..)
            .zip(&self.containers)
            .filter_map(|(index, container)| Some((index, container.as_ref()?)))
    }

    /// The project of `container`.
    pub(super) fn stack(&self, container: &Container) -> Option<&SimulatedProject> {
        self.stacks.get(container.stack? as usize)
    }
}

impl Container {
    fn new(
        spec: &Arc<ServiceSpec>,
        stack: Option<u32>,
        (number, place): (u32, u32),
        name: &str,
        seed: u64,
        now: Nanos,
    ) -> Self {
        let (created, started, finished) = times(spec, number, now);
        let up = spec.state.is_up();
        let never = spec.state == SimState::Created;
        Self {
            id: Id::of("container", name),
            name: name.into(),
            spec: Arc::clone(spec),
            stack,
            number,
            place,
            seed: mix(seed ^ hash(name)),
            log_rate: spec.logs_per_second,
            created,
            started,
            finished,
            state: spec.state,
            exit_code: if up || never { 0 } else { spec.exit_code },
            oom_killed: !up && spec.oom_killed,
            restarts: spec.restarts,
            health: health(spec),
            run_epoch: 0,
            failure_epoch: 0,
            work: 0.0,
            awake_since: (spec.state == SimState::Running).then_some(started),
            listeners: Vec::new(),
            trace: None,
        }
    }
}

/// The name of replica `number`, the `count`-th container of the world.
fn container_name(
    stack: Option<&SimulatedProject>,
    spec: &ServiceSpec,
    number: u32,
    count: usize,
) -> String {
    let service = &spec.name;
    match stack.map(|stack| stack.name.as_str()) {
        stack if spec.swarm => task_name(&full_name(stack, service), number, count),
        Some(stack) if spec.oneoff => {
            format!(
                "{stack}-{service}-run-{:08x}",
                hash(service) as u32 ^ number
            )
        }
        Some(stack) => format!("{stack}-{service}-{number}"),
        None if spec.replicas > 1 => format!("{service}-{number}"),
        None => service.clone(),
    }
}

/// Creation, start and end of replica `number`.
fn times(spec: &ServiceSpec, number: u32, now: Nanos) -> (Nanos, Nanos, Nanos) {
    // Replicas were not made in the same instant.
    let created = now - seconds(spec.age) + i64::from(number) * 37_000_000;
    let started = (now - seconds(spec.uptime.unwrap_or(spec.age))).max(created);
    if spec.state == SimState::Created {
        (created, 0, 0)
    } else if spec.state.is_up() {
        (created, started, 0)
    } else {
        let begun = started - seconds(spec.runs_for.unwrap_or(60.0));
        (created.min(begun), begun, started)
    }
}

/// What its healthcheck says at first.
fn health(spec: &ServiceSpec) -> DockerStatus {
    match &spec.healthcheck {
        None => DockerStatus::None,
        Some(check) if spec.state.is_up() && !check.failing => DockerStatus::Healthy,
        Some(_) => DockerStatus::Unhealthy,
    }
}
