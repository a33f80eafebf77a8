//! A restart with dependents on a real engine, disturbed at each of its steps in every way: what
//! the audit record holds, what the next start says, how the containers stand.
#![allow(clippy::print_stdout, reason = "prints its table with --nocapture")]

mod stack;

use std::time::Duration;

use rustix::process::{Pid, Signal, test_kill_process};
use stack::{Console, SERVICES, Stack};

use crate::disk::may_mount;
use crate::operate_command::recorded;
use crate::support::docker::{Forwarder, live, unique};
use crate::support::hubdeck::{eventually, pause};
use crate::support::pty::key;

/// When the restart is disturbed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Moment {
    /// The question is on screen.
    Question,
    /// The engine restarts the first container.
    Call,
    /// The first container is awaited to be healthy.
    Health,
    /// The first step has just ended.
    Between,
}

/// What disturbs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Disturbance {
    Kill,
    Terminate,
    QuitAndAbort,
    QuitAndWait,
    TerminalClosed,
    EngineGone,
    DiskFull,
}

const DISTURBANCES: [Disturbance; 7] = [
    Disturbance::Kill,
    Disturbance::Terminate,
    Disturbance::QuitAndAbort,
    Disturbance::QuitAndWait,
    Disturbance::TerminalClosed,
    Disturbance::EngineGone,
    Disturbance::DiskFull,
];

const LONG: Duration = Duration::from_secs(40);

/// Brings the console to the moment.
fn bring_to(console: &mut Console, stack: &Stack, moment: Moment) {
    let before = stack.standing();
    console.ask();
    if moment == Moment::Question {
        return;
    }
    console.terminal.answer("y");
    console.wait("intent", LONG, |console| console.has("intent", "first"));
    match moment {
        Moment::Question => {}
        Moment::Call => console.terminal.run_for(Duration::from_millis(300)),
        Moment::Health => {
            console.wait("new start", LONG, |_| {
                stack.standing()["first"].0 != before["first"].0
            });
            console.terminal.run_for(Duration::from_millis(150));
        }
        Moment::Between => console.wait("result", LONG, |console| console.has("result", "first")),
    }
}

/// Disturbs it, and waits for the end of the program.
fn disturb(
    console: &mut Console,
    forwarder: &mut Forwarder,
    moment: Moment,
    disturbance: Disturbance,
) {
    let asked = moment == Moment::Question;
    match disturbance {
        Disturbance::Kill => console.terminal.signal(Signal::KILL),
        Disturbance::Terminate => console.terminal.signal(Signal::TERM),
        Disturbance::TerminalClosed => return close_terminal(console),
        Disturbance::QuitAndAbort | Disturbance::QuitAndWait if asked => {
            console.terminal.send("q");
            console.terminal.wait_gone("[n] Cancel (default)");
            console.terminal.send("q");
        }
        Disturbance::QuitAndAbort | Disturbance::QuitAndWait => {
            console.terminal.send("q");
            console
                .terminal
                .wait_for("Quit while an operation is running?");
            console
                .terminal
                .answer(if disturbance == Disturbance::QuitAndWait {
                    "w"
                } else {
                    "a"
                });
        }
        Disturbance::EngineGone => {
            forwarder.cut();
            if asked {
                console.terminal.wait_for("engine unreachable");
                console.terminal.answer("y");
            }
            console.terminal.run_for(Duration::from_secs(2));
            forwarder.reopen();
            finish(console, asked);
        }
        Disturbance::DiskFull => {
            console.fill_disk();
            if asked {
                console.terminal.answer("y");
                console
                    .terminal
                    .wait_for("nothing was done: cannot write the audit record");
            }
            finish(console, asked);
        }
    }
    console.terminal.wait_exit();
}

/// Waits until no operation runs, and leaves.
fn finish(console: &mut Console, asked: bool) {
    if !asked {
        console.terminal.send("O");
        console.terminal.wait_within(LONG, "an end", |screen| {
            let text = screen.contents();
            [
                "first with dependents restarted in",
                "first with dependents: failed",
            ]
            .iter()
            .any(|end| text.contains(end))
        });
        console.terminal.send(key::ESC);
        console.terminal.run_for(Duration::from_millis(300));
    }
    console.terminal.send("q");
}

/// Ends the program that holds the console's terminal, and waits for the console's own end.
fn close_terminal(console: &mut Console) {
    let wrapper = console.terminal.process_id();
    let children =
        std::fs::read_to_string(format!("/proc/{wrapper}/task/{wrapper}/children")).unwrap();
    let console_id: i32 = children
        .split_whitespace()
        .next()
        .expect("the console")
        .parse()
        .unwrap();
    let console_id = Pid::from_raw(console_id).unwrap();
    console.terminal.signal(Signal::KILL);
    eventually("the end of the console", LONG, || {
        test_kill_process(console_id).is_err().then_some(())
    });
}

/// What is recorded of `service`, which was `restarted` or not; `said` is whether the next start
/// names the operation.
fn cell(
    console: &Console,
    stack: &Stack,
    service: &str,
    restarted: bool,
    said: bool,
    context: &str,
) -> String {
    let target = format!("{}/{service}", stack.name);
    let results = console.lines();
    let result = results
        .iter()
        .find(|line| line["event"] == "result" && line["target"] == target.as_str());
    let result = result.map(|line| line["result"].as_str().unwrap_or_default().to_owned());
    let intent = console.has("intent", service);
    assert!(
        intent || !restarted,
        "{service} was restarted without an intent: {context}"
    );
    match result.as_deref() {
        Some("succeeded" | "unverified") => {
            assert!(restarted, "{service} was not restarted: {context}")
        }
        Some("skipped") => assert!(!restarted && !intent, "{service} was restarted: {context}"),
        Some(_) => {}
        None if intent => assert!(said, "the next start says nothing of {service}: {context}"),
        None => {}
    }
    let recorded = match (result, intent) {
        (Some(result), _) => result,
        (None, true) => "intent".to_owned(),
        (None, false) => "-".to_owned(),
    };
    format!("{recorded}{}", if restarted { " (restarted)" } else { "" })
}

/// One row of the table.
fn row(stack: &Stack, moment: Moment, disturbance: Disturbance) -> String {
    let mut forwarder = Forwarder::open();
    let wrapped = disturbance == Disturbance::TerminalClosed;
    let mut console = Console::open(
        stack,
        &forwarder.url(),
        disturbance == Disturbance::DiskFull,
        wrapped,
    );
    let before = stack.standing();
    bring_to(&mut console, stack, moment);
    disturb(&mut console, &mut forwarder, moment, disturbance);
    console.clear_disk();
    if disturbance == Disturbance::Kill {
        // A call that nobody waits for any more ends by itself.
        pause(Duration::from_secs(3));
    }
    let after = eventually("all containers run", LONG, || {
        pause(Duration::from_millis(300));
        let standing = stack.standing();
        standing
            .values()
            .all(|(_, running)| *running)
            .then_some(standing)
    });
    let context = format!("{moment:?} {disturbance:?}: {:#?}", console.lines());
    let said = console.next_start();
    assert_eq!(console.next_start(), None, "it is said once: {context}");
    // What a full disk cut off stays in the record.
    if moment != Moment::Question && disturbance != Disturbance::DiskFull {
        recorded(&console.home);
    }
    let cells = SERVICES.map(|service| {
        let restarted = before[service].0 != after[service].0;
        cell(
            &console,
            stack,
            service,
            restarted,
            said.is_some(),
            &context,
        )
    });
    check(&console, moment, disturbance, said.as_deref(), &context);
    let (moment, disturbance) = (format!("{moment:?}"), format!("{disturbance:?}"));
    let said = said.map_or("-".to_owned(), |said| {
        said.split_once("; ")
            .map_or(String::new(), |(_, rest)| rest.to_owned())
    });
    format!(
        "{moment:<9}{disturbance:<15}{:<24}{:<24}{:<24}{}",
        cells[0],
        cells[1],
        cells[2],
        said.replace(&format!("{}-", stack.name), "")
    )
}

/// What has to be so at this moment after this disturbance.
fn check(
    console: &Console,
    moment: Moment,
    disturbance: Disturbance,
    said: Option<&str>,
    context: &str,
) {
    let lines = console.lines();
    let results = |word: &str| {
        lines
            .iter()
            .filter(|line| line["event"] == "result" && line["result"] == word)
            .count()
    };
    let ended = lines
        .iter()
        .find(|line| line["event"] == "ended")
        .map(|line| line["result"].clone());
    if moment == Moment::Question {
        assert!(
            lines.iter().all(|line| line["event"] != "intent"),
            "nothing was asked for: {context}"
        );
        assert_eq!(said, None, "{context}");
        return;
    }
    match disturbance {
        Disturbance::Kill => assert!(ended.is_none() && said.is_some(), "{context}"),
        Disturbance::QuitAndWait => {
            assert_eq!(
                (ended, results("succeeded"), said),
                (Some("succeeded".into()), 3, None),
                "{context}"
            );
        }
        Disturbance::Terminate | Disturbance::QuitAndAbort | Disturbance::TerminalClosed => {
            assert_eq!((ended, said), (Some("cancelled".into()), None), "{context}");
            assert!(results("skipped") >= 1, "{context}");
        }
        Disturbance::EngineGone if moment == Moment::Between => {
            assert!(ended.is_some() && said.is_none(), "{context}");
        }
        Disturbance::EngineGone => {
            assert_eq!(
                (ended, results("succeeded"), said),
                (Some("succeeded".into()), 3, None),
                "{context}"
            );
        }
        Disturbance::DiskFull => {
            assert!(ended.is_none() && said.is_some(), "{context}");
            assert!(
                !console.has("intent", "third"),
                "the rest is left out: {context}"
            );
        }
    }
}

#[test]
fn every_disturbance_at_every_step_leaves_a_record_that_tells_the_truth() {
    if !live() {
        return;
    }
    let moments = [
        Moment::Question,
        Moment::Call,
        Moment::Health,
        Moment::Between,
    ];
    let name = std::env::var("HUBDECK_SAFE_STACK").unwrap_or_else(|_| "hubdeck-safe".to_owned());
    let rows: Vec<String> = std::thread::scope(|scope| {
        let workers = moments.map(|moment| {
            let name = unique(&name);
            scope.spawn(move || {
                let stack = Stack::start(&name);
                let possible = |it: &Disturbance| *it != Disturbance::DiskFull || may_mount();
                DISTURBANCES
                    .into_iter()
                    .filter(possible)
                    .map(|it| row(&stack, moment, it))
                    .collect::<Vec<_>>()
            })
        });
        workers
            .into_iter()
            .flat_map(|worker| worker.join().expect("every row holds"))
            .collect()
    });
    println!(
        "moment   disturbance    {:<24}{:<24}{:<24}the next start says",
        "first", "second", "third"
    );
    rows.iter().for_each(|row| println!("{row}"));
}
