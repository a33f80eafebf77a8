//! The OpenAPI document and the reference page, made of the list of routes. The schemas of bodies
//! are those of the types, written to `openapi/schemas.json` by a test, so that the program carries
//! no generator of schemas.

mod document;
mod reference;
#[cfg(test)]
mod tests;

pub use document::document;
pub use reference::{POLICY, reference};
