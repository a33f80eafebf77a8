//! Operations, folded: followed, ended and forgotten.

use hubdeck::model::*;
use hubdeck::store::Changed;

use crate::support::store::{World, at, facts};

/// A restart of `a/db` with a step for each of `names`.
fn restart(with_dependents: bool, names: &[&str]) -> Plan {
    let step = |name: &&str| Step {
        kind: OperationKind::Restart,
        service: "a/db".into(),
        target: StepTarget::Container("id-a-db-1".into()),
        name: (*name).into(),
        wait: hubdeck::model::StepWait::No,
        wave: 0,
    };
    Plan {
        operation: Operation {
            kind: OperationKind::Restart,
            targets: vec!["a/db".into()],
            with_dependents,
        },
        steps: names.iter().map(step).collect(),
        impact: Impact::default(),
        removes: Vec::new(),
        warnings: vec![],
        hash: "0".into(),
    }
}

#[test]
fn operations_are_followed_and_forgotten() {
    let mut world = World::of(vec![facts("a/db")]);
    let news = |world: &mut World, progress| {
        let at = world.now;
        world.apply(Observation::Operation {
            id: OperationId(1),
            at,
            progress,
        })
    };
    assert_eq!(
        news(&mut world, OperationProgress::Succeeded),
        Changed::No,
        "never begun"
    );
    let started = OperationProgress::Started {
        principal: Principal::Terminal,
        plan: Box::new(restart(false, &["a-db-1"])),
    };
    assert_eq!(news(&mut world, started), Changed::Yes);
    let running = OperationProgress::Step {
        index: 0,
        state: StepState::Running,
    };
    assert_eq!(news(&mut world, running), Changed::Yes);
    let beyond = OperationProgress::Step {
        index: 1,
        state: StepState::Running,
    };
    assert_eq!(news(&mut world, beyond), Changed::No);
    assert_eq!(world.snapshot().operations[0].steps, [StepState::Running]);
    let began_at = world.now;
    world.wait(2);
    let state = StepState::Waiting;
    let _ = news(&mut world, OperationProgress::Step { index: 0, state });
    world.wait(1);
    let error = "permission denied".to_owned();
    let state = StepState::Failed { error };
    let _ = news(&mut world, OperationProgress::Step { index: 0, state });
    let times = StepTimes {
        began_at: Some(began_at),
        ended_at: Some(world.now),
    };
    assert_eq!(world.snapshot().operations[0].times, [times]);
    let _ = news(
        &mut world,
        OperationProgress::Failed {
            error: "permission denied".into(),
        },
    );
    assert_eq!(
        world.told(0),
        [
            "restarting a/db, by the console",
            "restart a/db: failed, permission denied"
        ]
    );
    world.wait(299);
    assert_eq!(world.snapshot().operations.len(), 1);
    world.wait(1);
    assert_eq!(world.snapshot().operations.len(), 1, "the last one stays");
}

#[test]
fn an_operation_that_was_cancelled_or_interrupted_is_told() {
    let mut world = World::of(vec![facts("a/db")]);
    let interrupted = InterruptedOperation {
        began_at: at(0),
        verb: "restart".into(),
        targets: vec!["a/db".into()],
        unknown: vec![InterruptedCall {
            verb: "restart".into(),
            name: "a-db-1".into(),
            instance: "a-db-1".into(),
        }],
        not_begun: vec!["restart a-web-1".into()],
    };
    let now = world.now;
    let told = Observation::Interrupted {
        at: now,
        operations: vec![interrupted.clone()],
    };
    assert_eq!(world.apply(told), Changed::Yes);
    assert_eq!(world.told(0), [interrupted.to_string()]);
    assert_eq!(world.snapshot().timeline[0].service, Some("a/db".into()));
    let none = Observation::Interrupted {
        at: now,
        operations: Vec::new(),
    };
    assert_eq!(world.apply(none), Changed::No);

    let reason = SkipReason::Cancelled;
    for progress in [
        OperationProgress::Started {
            principal: Principal::Terminal,
            plan: Box::new(restart(true, &["a-db-1", "a-web-1"])),
        },
        OperationProgress::Step {
            index: 0,
            state: StepState::Unverified,
        },
        OperationProgress::Step {
            index: 1,
            state: StepState::Skipped { reason },
        },
        OperationProgress::Cancelled { reason },
    ] {
        let at = world.now;
        let _ = world.apply(Observation::Operation {
            id: OperationId(1),
            at,
            progress,
        });
    }
    assert_eq!(
        world.told(2),
        ["restart a/db with dependents: cancelled, 1 of 2 steps not begun"]
    );
    let status = world.snapshot().operations[0].clone();
    assert_eq!((status.cancelled, &status.error), (Some(reason), &None));
}
