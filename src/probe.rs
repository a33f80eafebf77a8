//! Room `probe`: under construction.
