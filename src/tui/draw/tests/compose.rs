//! The output of Compose.

use super::*;
use crate::model::StepActivities;
use crate::model::{
    ComposeCall, ComposeInvocation, ComposeKind, ComposePreview, ComposeProject, ComposeVerb,
    LogStream, OutputLine, ProgramOutput, StepTarget,
};

#[test]
fn the_output_of_compose_is_followed_in_the_panel_of_its_operation() {
    for (width, height) in [(80, 24), (160, 50)] {
        let mut console = TestConsole::new(dressed(fixture::nine().snapshot()), width, height);
        let mut status = compose_status(&console.snapshot);
        console.snapshot.operations = vec![Arc::new(status.clone())];
        console.settle();
        update::show_output(&mut console.ui, status.id);
        check("compose_output", &mut console, "");
        let more = (60..70).map(|number| format!(" Container hub-web-{number}  Started"));
        status.output.push(output_lines(more));
        console.snapshot.operations = vec![Arc::new(status.clone())];
        assert!(
            console.screen().contains("hub-web-69"),
            "the end is followed"
        );
        assert!(
            !console.press("g").screen().contains("hub-web-69"),
            "until it is scrolled"
        );
        assert!(console.press("f").screen().contains("hub-web-69"));
        console.press("up");
        status
            .output
            .push(output_lines(["last".to_owned()].into_iter()));
        console.snapshot.operations = vec![Arc::new(status.clone())];
        assert!(!console.screen().contains("last"));
        assert!(
            console.press("down down").screen().contains("last"),
            "the end follows again"
        );
        assert!(!console.press("esc").screen().contains("hub-web-69"));
        assert!(
            console.press("O").screen().contains("last"),
            "a key brings it back"
        );
    }
}

fn output_lines(texts: impl Iterator<Item = String>) -> Vec<OutputLine> {
    let line = |text| OutputLine {
        stream: LogStream::Stderr,
        text,
    };
    texts.map(line).collect()
}

/// `compose up` of the stack `hub`, which has written 60 lines.
fn compose_status(snapshot: &Snapshot) -> OperationStatus {
    let asked = Operation {
        kind: OperationKind::Compose(ComposeKind::Up {
            force_recreate: false,
        }),
        targets: vec!["hub/db".into(), "hub/proxy".into()],
        with_dependents: false,
        image: None,
    };
    let mut planned = plan(&asked, snapshot);
    planned.steps.truncate(1);
    planned.steps[0].name = "hub".to_owned();
    planned.steps[0].target = StepTarget::Compose(Box::new(ComposeCall {
        invocation: ComposeInvocation {
            project: ComposeProject {
                name: "hub".into(),
                files: vec!["/srv/hub/compose.yaml".to_owned()],
                directory: Some("/srv/hub".to_owned()),
                environment_files: Vec::new(),
            },
            verb: ComposeVerb::UP,
            services: Vec::new(),
            dry_run: false,
        },
        preview: ComposePreview::NotAsked,
    }));
    let mut output = ProgramOutput::default();
    output.push(output_lines(
        (0..60).map(|number| format!(" Container hub-web-{number}  Creating")),
    ));
    OperationStatus {
        activities: StepActivities::default(),
        id: OperationId(1),
        principal: Principal::Terminal,
        plan: planned,
        steps: vec![StepState::Running],
        times: Vec::new(),
        started_at: fixture::ago(12),
        finished_at: None,
        error: None,
        cancelled: None,
        output,
        calls: Vec::new(),
    }
}
