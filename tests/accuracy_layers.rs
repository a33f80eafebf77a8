//! How often the layer that is inferred from facts alone is the one that people name.

mod stacks_support;

use stacks_support::all;

/// The facts are what an engine would tell: each service is there once, under its own name.
#[test]
fn every_labelled_stack_is_read_whole() {
    let stacks = all();
    assert!(stacks.len() >= 15, "{} stacks", stacks.len());
    for stack in &stacks {
        let snapshot = stack.snapshot();
        assert_eq!(snapshot.services.len(), stack.services.len(), "{}", stack.name);
        for service in &stack.services {
            let found = snapshot.service(&stack.id(&service.name));
            let primary = found.and_then(|found| found.primary());
            assert!(
                primary.is_some_and(|primary| primary.facts.inspected),
                "{}/{}",
                stack.name,
                service.name
            );
        }
    }
}
