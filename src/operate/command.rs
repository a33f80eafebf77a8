//! Commands of the operator's own: they run beside hubdeck, with their record.

use tokio::sync::oneshot;

use crate::model::{CommandRequest, ExecEnd, ExecRequest, Principal};

use super::operator::Operator;
use super::session::{CommandRecord, ExecRefusal};

impl Operator {
    /// Begins the record of a command; returns once that is on disk.
    ///
    /// # Errors
    /// When hubdeck is about to end, or the record cannot be written: then the command may not run.
    pub fn begin_command(
        &self,
        request: CommandRequest,
        principal: Principal,
    ) -> Result<CommandRecord, ExecRefusal> {
        self.count_command(true)?;
        let command = request.shown();
        let request = ExecRequest {
            service: request.service,
            instance: request.instance,
            container: request.container,
            command: request.words,
            terminal: None,
            input: true,
        };
        let begun = self.record_command("command", request, &command, principal);
        let record = match begun {
            Ok(record) => record,
            Err(refusal) => {
                self.count_command(false)?;
                return Err(refusal);
            }
        };
        let (ended, end) = oneshot::channel();
        let (written, recorded) = oneshot::channel();
        let operator = self.clone();
        self.runtime.spawn(async move {
            record.end(&end.await.unwrap_or(Ok(ExecEnd::HungUp))).await;
            // It was begun, so that it is counted; and whoever asked may be gone.
            drop(operator.count_command(false));
            _ = written.send(());
        });
        Ok(CommandRecord { ended, recorded })
    }
}
