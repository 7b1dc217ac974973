//! Who owns these paths? Reads an ownership file and answers for each path that is named:
//!
//! ```sh
//! cargo run --example owners_of -- examples/shop/CODEOWNERS web/index.ts stock/count.py
//! ```
//!
//! The same without a disk is `OwnershipFile::parse` and `Matcher` alone, which know nothing of
//! repositories; for the owners of a repository's tracked files, see `bailiwick::engine::owners`.

#![expect(clippy::print_stdout, reason = "an example prints its answer")]

use std::error::Error;

use bailiwick::codeowners::{Dialect, Matcher, OwnershipFile};
use bailiwick::text::{RepoPath, Text};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let file = arguments
        .next()
        .ok_or("name an ownership file, and paths")?;
    let text = Text::new(RepoPath::from(file.as_str()), std::fs::read(&file)?);
    let file = OwnershipFile::parse(Dialect::GitHub, text);

    // Whatever the file holds, it is read: lines that the forge skips are data, not an error.
    for line in file.invalid_lines() {
        println!("line {} is skipped: {}", line.line, line.reason);
    }

    // Patterns are compiled once; a walker is fastest on paths in order of their folders.
    let matcher = Matcher::new(file.patterns());
    let mut walker = matcher.last_match();
    for path in arguments {
        let decides = walker.find(path.as_bytes()).map(|rule| &file.rules()[rule]);
        let owners: Vec<String> = decides.map_or(Vec::new(), |rule| rule.owner_names().collect());
        match decides {
            Some(rule) if !owners.is_empty() => {
                println!("{path}: {} (line {})", owners.join(" "), rule.line());
            }
            _ => println!("{path}: nobody"),
        }
    }
    Ok(())
}
