//! The processes of a container: `docker top`.

use super::transport::{READ_TIMEOUT, encoded};
use super::{Engine, EngineError, target, wire};
use crate::model::{InstanceId, Process};

/// What `ps` is asked for. It runs on the engine's host, so that the image needs none.
const COLUMNS: &str = "-eo pid,user,pcpu,time,args";

impl Engine {
    /// The processes of a container; `None` when it does not run or exist.
    ///
    /// # Errors
    /// When the engine does not answer or refuses.
    pub async fn processes(&self, id: &InstanceId) -> Result<Option<Vec<Process>>, EngineError> {
        let path = format!(
            "/containers/{}/top?ps_args={}",
            encoded(id.as_str()),
            encoded(COLUMNS)
        );
        let target = target(id);
        let what = ("list the processes of", target.as_str());
        let read = self.transport.get(&path, READ_TIMEOUT, what).await;
        match read {
            Ok(top) => Ok(Some(processes(&top))),
            Err(EngineError::Conflict { .. } | EngineError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// The rows of `top`, by the titles of its columns: an engine that cannot choose them gives those of
/// `ps -ef`.
fn processes(top: &wire::Top) -> Vec<Process> {
    let at = |names: &[&str]| {
        let is_one = |title: &String| names.iter().any(|name| title.eq_ignore_ascii_case(name));
        top.titles.as_deref()?.iter().position(is_one)
    };
    let columns = [
        at(&["PID"]),
        at(&["USER", "UID"]),
        at(&["%CPU", "C"]),
        at(&["TIME"]),
        at(&["COMMAND", "CMD"]),
    ];
    let process = |row: &Vec<String>| {
        let mut cells = columns.map(|column| column.and_then(|at| row.get(at)).cloned());
        let mut next = |at: usize| cells.get_mut(at).and_then(Option::take).unwrap_or_default();
        Process {
            pid: next(0),
            user: next(1),
            cpu: next(2),
            time: next(3),
            command: next(4),
        }
    };
    let rows = top.processes.as_deref().unwrap_or_default();
    rows.iter().map(process).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_found_by_their_titles() {
        let read = |text: &str| processes(&serde_json::from_str(text).expect("an answer"));
        let asked = read(
            r#"{"Titles":["PID","USER","%CPU","TIME","COMMAND"],
                "Processes":[["12","root","0.3","00:00:01","redis-server *:6379"]]}"#,
        );
        let usual = read(
            r#"{"Titles":["UID","PID","PPID","C","STIME","TTY","TIME","CMD"],
                "Processes":[["root","12","1","0.3","10:00","?","00:00:01","redis-server *:6379"],["root"]]}"#,
        );
        let process = Process {
            pid: "12".to_owned(),
            user: "root".to_owned(),
            cpu: "0.3".to_owned(),
            time: "00:00:01".to_owned(),
            command: "redis-server *:6379".to_owned(),
        };
        assert_eq!(asked.first(), Some(&process));
        assert_eq!(usual.first(), Some(&process));
        assert_eq!(usual.len(), 2, "a short row is one, too");
        assert_eq!(read(r#"{"Titles":null,"Processes":null}"#), []);
    }
}
