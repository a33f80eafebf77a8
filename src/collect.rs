//! Room `collect`: under construction.
