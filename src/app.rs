//! Room `app`: under construction.
