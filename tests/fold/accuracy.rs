//! What is inferred from the facts of the labelled stacks, against what people say of them.

mod edges;
mod layers;
