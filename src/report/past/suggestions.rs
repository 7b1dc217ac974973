//! Lines for an ownership file.

use std::io::{self, Write};

use serde::Serialize;

use super::SCHEMA_VERSION;
use crate::answers::{Suggestion, SuggestionsAnswer};
use crate::report::json::{MissingData, Tool, document};
use crate::text::{count, number, terminal};

/// Writes lines that are ready for the ownership file, each below its evidence as a comment.
pub fn lines(answer: &SuggestionsAnswer, out: &mut dyn Write) -> io::Result<()> {
    for it in &answer.suggestions {
        let people = match it.people {
            1 => "1 person".to_owned(),
            people => format!("{} people", number(people)),
        };
        let evidence = format!(
            "# {} of {} known by {people}: {}, the last on {}",
            number(it.known),
            count(it.files, "file"),
            count(it.changes, "change"),
            it.last
        );
        writeln!(
            out,
            "{evidence}\n{} {}",
            terminal(&pattern(it)),
            terminal(&it.owner)
        )?;
    }
    if answer.without > 0 {
        writeln!(
            out,
            "# {}: nobody who has a handle knows them and was active lately",
            count(answer.without, "more file")
        )?;
    }
    Ok(())
}

/// The pattern as an ownership file has it: a space ends one that is not escaped.
fn pattern(of: &Suggestion) -> String {
    of.pattern.replace(' ', "\\ ")
}

#[derive(Serialize)]
struct Answer<'a> {
    schema_version: u32,
    tool: Tool,
    ownership_file: Option<&'a str>,
    /// How many files nobody owns, and for how many of them nobody can be suggested.
    unowned: usize,
    without: usize,
    suggestions: Vec<Line<'a>>,
    gaps: Vec<MissingData<'a>>,
}

#[derive(Serialize)]
struct Line<'a> {
    pattern: String,
    owner: &'a str,
    files: usize,
    /// How many of the files somebody behind the owner is an author of.
    known: usize,
    people: usize,
    changes: usize,
    last: String,
}

/// Writes all that is known, for machines.
pub fn json(answer: &SuggestionsAnswer, out: &mut dyn Write) -> io::Result<()> {
    let suggestions = answer.suggestions.iter().map(|it| Line {
        pattern: pattern(it),
        owner: &it.owner,
        files: it.files,
        known: it.known,
        people: it.people,
        changes: it.changes,
        last: it.last.to_string(),
    });
    document(
        &Answer {
            schema_version: SCHEMA_VERSION,
            tool: Tool::THIS,
            ownership_file: answer.file.as_deref(),
            unowned: answer.unowned,
            without: answer.without,
            suggestions: suggestions.collect(),
            gaps: answer.gaps.iter().map(MissingData::of).collect(),
        },
        out,
    )
}
