//! On how many people does a repository hang? Computes truck factors of a clone at a revision, by the rule
//! of the authors' tool and by the paper's prose, greedy and pruned:
//!
//! ```sh
//! cargo run --release --example truck_factor -- path/to/clone 63f6c9826f
//! ```
//!
//! With values that were published for known repositories this shows how far off the measure is; see
//! `bailiwick::analysis::truck_factor` for what it counts.

#![expect(clippy::print_stdout, reason = "an example prints its answer")]

use std::error::Error;
use std::path::Path;

use bailiwick::analysis::Measures;
use bailiwick::analysis::knowledge::Authorship;
use bailiwick::analysis::truck_factor::{FILTER, Method, TruckFactor};
use bailiwick::graph::{Graph, Member};
use bailiwick::identity::Directory;
use bailiwick::ownership::Ownership;
use bailiwick::sources::history::{self, Wanted};
use bailiwick::sources::{self, repository::Source};
use jiff::Timestamp;
use jiff::civil::Date;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let clone = arguments.next().ok_or("name a clone")?;
    let revision = arguments.next().unwrap_or_else(|| "HEAD".into());

    let source = Source::open(Path::new(&clone), Some(&revision))?;
    let mut repository = sources::read(&source);
    let history = history::read(
        &source,
        &Wanted {
            as_of: Timestamp::MAX,
            since: None,
            window: Timestamp::MAX,
            renames: true,
            cache: None,
        },
    );
    for gap in &history.gaps {
        println!("left out: {}", gap.reason);
    }
    println!(
        "{} commits, {} authors, {} tracked files",
        history.walked,
        history.authors.len(),
        repository.tree.len()
    );
    repository.history = Some(history);

    let (ownership, directory) = (Ownership::default(), Directory::default());
    let member = Member {
        repository: &repository,
        ownership: &ownership,
    };
    let graph = Graph::new(vec![member], &directory);
    let measures = Measures::new(&graph, Date::MAX, true, |_, _| false);
    let knowledge = measures.knowledge(0).ok_or("there is no history")?;
    println!("source files are {FILTER}");
    for (authorship, name) in [(Authorship::Tool, "tool"), (Authorship::Paper, "paper")] {
        for prune in [false, true] {
            let files = (0..knowledge.len()).map(|file| (knowledge, file));
            let found = TruckFactor::of(files, Method { authorship, prune });
            let who = found.who.iter();
            let who: Vec<String> = who
                .map(|it| format!("{} {}", measures.committers.at(it.who).label, it.files))
                .collect();
            println!(
                "{name}, {}: {} ({:.0} % of {} source files left, {} known now): {}",
                if prune { "pruned" } else { "greedy" },
                found.number(),
                found.coverage() * 100.0,
                found.files,
                found.known,
                who.join(", ")
            );
        }
    }
    Ok(())
}
