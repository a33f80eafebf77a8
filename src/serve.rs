//! Room `serve`: under construction.
