//! The example file, as shipped.

/// `config.example.toml`: every key, commented, with its default.
pub const EXAMPLE: &str = include_str!("../../config.example.toml");
