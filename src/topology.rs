//! Room `topology`: under construction.
