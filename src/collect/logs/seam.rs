//! Where what a follower read itself and what comes live meet.

use crate::model::{LogLine, Timestamp};

/// Where the lines that a follower read itself end.
#[derive(Default)]
pub(super) struct Seam {
    pub last: Option<Timestamp>,
    /// How many of them have that time.
    equal: usize,
}

impl Seam {
    pub fn saw(&mut self, lines: &[LogLine]) {
        for at in lines.iter().filter_map(|line| line.at) {
            if Some(at) > self.last {
                (self.last, self.equal) = (Some(at), 0);
            }
            self.equal += usize::from(Some(at) == self.last);
        }
    }

    /// Takes away what the follower has read itself from `lines` that come live.
    pub fn cut(&mut self, lines: &mut Vec<LogLine>) {
        let Some(last) = self.last else { return };
        let mut first_new = lines.len();
        for (index, line) in lines.iter().enumerate() {
            match line.at {
                Some(at) if at > last => {
                    first_new = index;
                    break;
                }
                Some(at) if at == last && self.equal == 0 => {
                    first_new = index;
                    break;
                }
                Some(at) if at == last => self.equal -= 1,
                _ => {}
            }
        }
        if first_new < lines.len() {
            // From here on everything is new, whatever the clock does.
            self.last = None;
        }
        lines.drain(..first_new);
    }
}
