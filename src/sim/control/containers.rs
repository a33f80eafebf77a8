//! What is done to single containers.

use std::sync::Arc;

use axum::body::Bytes;

use crate::model::{DockerStatus, LogStream, Timestamp};

use super::Control;
use crate::sim::clock::{Nanos, nanos, seconds};
use crate::sim::error::SimError;
use crate::sim::refusal::LifecycleRefusal;
use crate::sim::schema::ServiceSpec;
use crate::sim::trace::Ailment;
use crate::sim::world::World;

impl Control {
    /// Kills a container as `docker kill` does, with this exit code; it stays dead.
    ///
    /// # Errors
    /// There is no such container, or it does not run.
    pub fn kill(&self, name: &str, exit_code: i64) -> Result<(), SimError> {
        self.act(name, |world, index, now| {
            world.kill(index, "SIGKILL", now)?;
            if let Some(container) = world.get_mut(index) {
                container.exit_code = exit_code;
            }
            Ok(())
        })
    }

    /// The container's process ends by itself: the restart policy applies.
    ///
    /// # Errors
    /// There is no such container.
    pub fn crash(&self, name: &str, exit_code: i64, oom: bool) -> Result<(), SimError> {
        self.act(name, |world, index, now| {
            world.crash(index, now, exit_code, oom);
            Ok(())
        })
    }

    /// Starts a container; a running one stays as it is.
    ///
    /// # Errors
    /// There is no such container, or it is paused.
    pub fn start(&self, name: &str) -> Result<(), SimError> {
        self.act(name, |world, index, now| world.start(index, now))
    }

    /// Stops a container; a stopped one stays as it is.
    ///
    /// # Errors
    /// There is no such container.
    pub fn stop(&self, name: &str) -> Result<(), SimError> {
        self.act(name, |world, index, now| world.stop(index, now))
    }

    /// Pauses a container.
    ///
    /// # Errors
    /// There is no such container, or it does not run.
    pub fn pause(&self, name: &str) -> Result<(), SimError> {
        self.act(name, |world, index, now| world.pause(index, now))
    }

    /// Ends a container's pause.
    ///
    /// # Errors
    /// There is no such container, or it is not paused.
    pub fn unpause(&self, name: &str) -> Result<(), SimError> {
        self.act(name, |world, index, now| world.unpause(index, now))
    }

    /// Sets what the engine's healthcheck says at once, with its event; listeners of an unhealthy
    /// container fail.
    ///
    /// # Errors
    /// There is no such container.
    pub fn set_health(&self, name: &str, status: DockerStatus) -> Result<(), SimError> {
        self.act(name, |world, index, now| {
            match status {
                DockerStatus::Unhealthy => {
                    let checks = world
                        .get(index)
                        .and_then(|container| container.spec.healthcheck.clone());
                    let lasted =
                        checks.map_or(0.0, |check| check.interval * f64::from(check.retries));
                    world.fail(
                        index,
                        now - seconds(lasted),
                        Ailment {
                            output: Some("set by hand".into()),
                            ..Ailment::default()
                        },
                    );
                }
                _ => world.recover(index, now),
            }
            world.set_health(index, now, status);
            Ok(())
        })
    }

    /// Writes one line to a container's log; `bytes` may be anything and needs no line end.
    ///
    /// # Errors
    /// There is no such container.
    pub fn log(&self, name: &str, stream: LogStream, bytes: &[u8]) -> Result<(), SimError> {
        self.inject(name, None, stream, bytes)
    }

    /// The same with a time in the past, as where the engine's clock was set back.
    ///
    /// # Errors
    /// There is no such container.
    pub fn log_at(
        &self,
        name: &str,
        at: Timestamp,
        stream: LogStream,
        bytes: &[u8],
    ) -> Result<(), SimError> {
        self.inject(name, Some(at), stream, bytes)
    }

    fn inject(
        &self,
        name: &str,
        at: Option<Timestamp>,
        stream: LogStream,
        bytes: &[u8],
    ) -> Result<(), SimError> {
        let text = Bytes::copy_from_slice(bytes);
        self.act(name, |world, index, now| {
            if let Some(container) = world.get_mut(index) {
                let at = at.map_or(now, nanos);
                container
                    .trace()
                    .inject(at, stream == LogStream::Stderr, text);
            }
            Ok(())
        })
    }

    /// Makes and starts a container outside of any stack.
    ///
    /// # Errors
    /// The name is taken.
    pub fn create(&self, name: &str, image: &str) -> Result<(), SimError> {
        let spec = ServiceSpec {
            name: name.into(),
            image: image.into(),
            age: 0.0,
            ..ServiceSpec::default()
        };
        self.change(|world, now| {
            if world.find(name).is_some() {
                return Err(SimError::Refused(format!(
                    "the container name \"/{name}\" is already in use"
                )));
            }
            let index = world.add(&Arc::new(spec), None, 1, 0.0, now);
            world.event(index, now, "create", &[]);
            world.begin(index, now);
            Ok(())
        })
    }

    /// Removes a container, running or not.
    ///
    /// # Errors
    /// There is no such container.
    pub fn remove(&self, name: &str) -> Result<(), SimError> {
        self.act(name, |world, index, now| world.remove(index, true, now))
    }

    /// Gives a container another name.
    ///
    /// # Errors
    /// There is no such container.
    pub fn rename(&self, name: &str, to: &str) -> Result<(), SimError> {
        self.act(name, |world, index, now| {
            let old = world
                .get(index)
                .map(|container| format!("/{}", container.name))
                .unwrap_or_default();
            world.rename(index, to);
            world.event(index, now, "rename", &[("oldName", &old)]);
            Ok(())
        })
    }

    fn act(
        &self,
        name: &str,
        action: impl FnOnce(&mut World, u32, Nanos) -> Result<(), LifecycleRefusal>,
    ) -> Result<(), SimError> {
        let done = self.change(|world, now| {
            let index = world.index(name)?;
            action(world, index, now)
        });
        match done {
            Ok(()) | Err(LifecycleRefusal::Already) => Ok(()),
            Err(
                LifecycleRefusal::Missing(message)
                | LifecycleRefusal::Conflict(message)
                | LifecycleRefusal::Bad(message)
                | LifecycleRefusal::Failed(message)
                | LifecycleRefusal::Unavailable(message),
            ) => Err(SimError::Refused(message)),
        }
    }
}
