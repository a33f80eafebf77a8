//! Room `store`: under construction.
