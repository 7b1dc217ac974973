//! What is fetched where the checkout is too shallow, and what is told where that cannot be done.

use super::event_files::{SHOP, WORSE};
use super::job::{From, Job, annotated};

#[test]
fn a_shallow_checkout_is_deepened_as_far_as_it_takes() {
    let job = Job::new(SHOP);
    let before = job.hash("main");
    for number in 0..60 {
        job.remote.add(&format!("-- src/{number}.rs --\n"));
        job.commit("main");
    }
    let started = job.push("main", &before, WORSE);
    let outcome = job.run(&started, 1);
    let added = annotated(&outcome);
    assert_eq!(added.len(), 2, "{}", outcome.log);
    let fetched: Vec<_> = outcome
        .log
        .lines()
        .filter(|line| line.starts_with("fetching"))
        .collect();
    let depths = [2, 20, 200].map(|depth| format!("fetching {before} --depth={depth}"));
    assert_eq!(fetched, depths);
    // What is there already is not fetched again, nor made less.
    let again = job.run_here(&started);
    assert!(!again.log.contains("fetching"), "{}", again.log);
    assert_eq!(annotated(&again), added);
}

#[test]
fn a_merge_that_stands_alone_is_deepened_by_one() {
    let job = Job::new(SHOP);
    for number in 0..5 {
        job.remote.add(&format!("-- src/{number}.rs --\n"));
        job.commit("main");
    }
    let started = job.pull_request(From::Fork, WORSE);
    let outcome = job.run(&started, 1);
    assert_eq!(annotated(&outcome).len(), 2, "{}", outcome.log);
    assert_eq!(
        outcome.log.matches("fetching").count(),
        1,
        "{}",
        outcome.log
    );
    let shown = job.workspace();
    let count = [
        "-C",
        shown.to_str().unwrap(),
        "rev-list",
        "--count",
        "--first-parent",
        "HEAD",
    ];
    assert_eq!(job.remote.git(count), "2");
}

#[test]
fn where_nothing_can_be_fetched_the_check_says_what_it_lacks() {
    let job = Job::new(SHOP);
    let started = job.pull_request(From::Branch, WORSE);
    job.check_out(&started, 1);
    let shown = job.workspace();
    let gone = [
        "-C",
        shown.to_str().unwrap(),
        "remote",
        "set-url",
        "origin",
        "file:///no/such",
    ];
    job.remote.git(gone);
    let outcome = job.run_here(&started);
    assert_eq!(outcome.failed, Some(("check".into(), 3)), "{}", outcome.log);
    assert_eq!(outcome.output("result"), "incomplete");
    assert!(outcome.summary.contains("fetch"), "{}", outcome.summary);
}
