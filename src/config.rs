//! Room `config`: under construction.
