//! Room `sim`: under construction.
