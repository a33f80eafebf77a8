//! Names and figures as every face writes them: the same thing is written the same way on a card, in
//! a table, on the command line and in a document.

mod cells;
mod figures;
mod names;
mod needs;
mod times;

pub use cells::head;
pub use figures::{
    bytes, bytes_short, count, mebibytes, millis, per_second, percent, plural, rate,
};
pub use names::{image, near};
pub use needs::{gone_network, need};
pub use times::{
    age, clock, clock_millis, duration, duration_long, elapsed, moment, seconds, span,
};
