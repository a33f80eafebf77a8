//! Room `engine`: under construction.
