//! A hubdeck that is started after something broke says the same as one that watched: the first
//! `status`, the first `explain` and a console within three seconds, on both examples.
//!
//! `HUBDECK_ATTACH=5,60,600` sets the seconds after each fault at which new programs are started,
//! `HUBDECK_FAULT=TEXT` chooses faults by name, and `HUBDECK_FAULT=` takes all of them. The
//! defaults are short enough for every run: 5 s, and the first faults of each example.
#![allow(clippy::print_stdout, reason = "the table is for people")]

mod cases;
mod fault;
mod stack;

use std::thread;
use std::time::{Duration, Instant};

use cases::{EXCHANGE, HUB};
use fault::{Fault, Truth};
use regex::Regex;
use stack::Stack;

use crate::support::docker::{Example, live};
use crate::support::hubdeck::pause;

/// How many faults of each example every run takes.
const EVERY_RUN: usize = 4;

/// How long a watching hubdeck may take to find everything.
const WATCHER: Duration = Duration::from_secs(120);

/// How long what is started later may take after the given moment.
const ASKED_AGAIN: Duration = Duration::from_millis(500);

/// The moments after a fault at which new programs are started, in seconds.
fn moments() -> Vec<u64> {
    let given = std::env::var("HUBDECK_ATTACH").unwrap_or_else(|_| "5".to_owned());
    given
        .split(',')
        .filter_map(|second| second.trim().parse().ok())
        .collect()
}

/// Runs one fault; gives what was not as expected.
fn run(stack: &Stack, fault: &Fault) -> Vec<String> {
    let expected = Truth::expected(fault);
    let mut wrong = Vec::new();
    if fault.state == "degraded" {
        // Before that, a single warning says nothing to whoever sees it first.
        stack.await_end_of_start(fault.root);
    }
    (fault.breaks)(stack);
    let begin = Instant::now();
    let mut sentences = Vec::new();
    for moment in moments() {
        while begin.elapsed() < Duration::from_secs(moment) {
            pause(Duration::from_millis(100));
        }
        let found = attach(stack, fault, &expected, &mut sentences);
        wrong.extend(
            found
                .into_iter()
                .map(|what| format!("{moment} s after: {what}")),
        );
    }
    let mut watched = stack.watched(fault.root);
    while watched.0 != expected && begin.elapsed() < WATCHER {
        pause(ASKED_AGAIN);
        watched = stack.watched(fault.root);
    }
    if watched.0 != expected {
        wrong.push(format!("the watcher says {}, not {expected}", watched.0));
    }
    // In the same second: the watcher, a new status, a new explain.
    let (status, (state, sentence)) = (stack.status(fault.root).0, stack.explain(fault.root));
    let (now, told) = stack.watched(fault.root);
    if status != now || state != now.state || sentence != at_first_sight(&told) {
        wrong.push(format!(
            "HTTP says {now} ({told}); status {status}; explain {state} ({sentence})"
        ));
    }
    println!("{:45} | {expected} | {told}", fault.name);
    (fault.mends)(stack);
    stack.settle(fault.name);
    wrong
        .into_iter()
        .map(|what| format!("{}: {what}", fault.name))
        .collect()
}

/// `sentence` as a program says it that was started after the pause and does not know its begin.
fn at_first_sight(sentence: &str) -> String {
    sentence.replace(" has been paused since TIME", " is paused")
}

/// Starts new programs now; gives what is not as expected.
fn attach(
    stack: &Stack,
    fault: &Fault,
    expected: &Truth,
    sentences: &mut Vec<String>,
) -> Vec<String> {
    let mut wrong = Vec::new();
    let (status, code) = stack.status(fault.root);
    if status != *expected {
        wrong.push(format!("status says {status}, not {expected}"));
    }
    // What is slow only makes others slow: nothing fails, and no incident opens.
    if code != Some(i32::from(fault.incident)) {
        wrong.push(format!("status exits {code:?}"));
    }
    let (state, sentence) = stack.explain(fault.root);
    if state != expected.state
        || !Regex::new(fault.sentence).is_ok_and(|pattern| pattern.is_match(&sentence))
    {
        wrong.push(format!(
            "explain says {state}: {sentence:?}, not {:?}",
            fault.sentence
        ));
    }
    if sentences.last().is_some_and(|before| *before != sentence) {
        wrong.push(format!(
            "explain says {sentence:?}, before {:?}",
            sentences.last()
        ));
    }
    sentences.push(sentence);
    wrong.extend(stack.console(fault));
    wrong
}

/// Brings one example up and runs its faults one after another.
fn run_all(example: Example, faults: &[Fault]) -> Vec<String> {
    let only = std::env::var("HUBDECK_FAULT").ok();
    let limit = if only.is_some() {
        faults.len()
    } else {
        EVERY_RUN
    };
    let is_asked_for = |fault: &&Fault| only.as_ref().is_none_or(|only| fault.name.contains(only));
    let mut chosen = faults.iter().filter(is_asked_for).take(limit).peekable();
    if chosen.peek().is_none() {
        return Vec::new();
    }
    let stack = Stack::of(example);
    chosen.flat_map(|fault| run(&stack, fault)).collect()
}

#[test]
fn what_is_started_after_a_fault_says_the_same_as_what_watched() {
    if !live() {
        return;
    }
    let wrong: Vec<String> = thread::scope(|scope| {
        let sides = [
            scope.spawn(|| run_all(Example::hub(), HUB)),
            scope.spawn(|| run_all(Example::exchange(), EXCHANGE)),
        ];
        let joined = sides.map(|side| {
            side.join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        });
        joined.concat()
    });
    assert!(wrong.is_empty(), "{wrong:#?}");
}
