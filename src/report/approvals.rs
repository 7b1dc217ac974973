//! Who can approve a change.

use std::io::{self, Write};

use serde::Serialize;

use super::change;
use super::json::{MissingData, Tool, document};
use super::look::{Ink, Look, wrap};
use crate::answers::{ApprovalsAnswer, Line};
use crate::text::{count, list, number, terminal};

/// Of how many owners it is told how often they were asked.
const MOST_LOADS: usize = 5;

/// Writes the smallest sets, and what each is needed for.
pub fn human(answer: &ApprovalsAnswer, out: &mut dyn Write, look: Look) -> io::Result<()> {
    let mut say = |text: String| {
        let lines = wrap(&terminal(&text), look.width);
        writeln!(out, "{}", lines.join("\n  "))
    };
    let since = change::revision(&answer.since, &answer.base);
    let touched = match answer.paths {
        0 => {
            return say(format!(
                "nothing differs since {since}: there is nothing to approve"
            ));
        }
        1 => format!("1 path differs since {since}"),
        paths => format!("{} paths differ since {since}", number(paths)),
    };
    let free = match (answer.free, &answer.file) {
        (_, None) => "; there is no ownership file, so that anybody can approve".to_owned(),
        (0, _) => String::new(),
        (1, _) => "; anybody can approve 1 of them".to_owned(),
        (free, _) => format!("; anybody can approve {} of them", number(free)),
    };
    say(touched + &free)?;
    if answer.lines.is_empty() {
        return Ok(());
    }
    let closed: Vec<&Line> = answer
        .lines
        .iter()
        .filter(|line| line.able.is_empty())
        .collect();
    if !answer.sets.is_empty() {
        let heading = match (answer.bounded, closed.is_empty()) {
            (true, _) => {
                "Who can approve it together (the search was cut short: there may be smaller sets):"
            }
            (false, true) => "Who can approve it together, the smallest sets first:",
            (false, false) => "Who can approve the rest together, the smallest sets first:",
        };
        writeln!(out, "\n{}", look.paint(Ink::Strong, heading))?;
        for set in &answer.sets {
            writeln!(out, "  {}", terminal(&set.join(" and ")))?;
        }
    }
    writeln!(out, "\n{}", look.paint(Ink::Strong, "Needed for:"))?;
    for line in &answer.lines {
        let text = terminal(&change::approval(&line.approval)).into_owned();
        let lines = wrap(&text, look.width.saturating_sub(2));
        writeln!(out, "  {}", lines.join("\n    "))?;
        for (owner, why) in &line.unable {
            let text = terminal(&format!("{owner} cannot: {why}")).into_owned();
            writeln!(out, "    {}", look.paint(Ink::Faint, text))?;
        }
        if line.able.is_empty() {
            let text = "nobody is left who can approve it";
            writeln!(out, "    {}", look.paint(Ink::Warning, text))?;
        }
    }
    if answer.load.len() > 1 {
        let owners = answer.load.iter().take(MOST_LOADS);
        let owners =
            owners.map(|(owner, changes)| format!("{owner} ({})", count(*changes, "change")));
        let owners: Vec<String> = owners.collect();
        let text = format!(
            "Least asked in the last 90 days: {}",
            list(&owners, answer.load.len() - owners.len())
        );
        let lines = wrap(&terminal(&text), look.width);
        writeln!(out, "\n{}", lines.join("\n  "))?;
    }
    if !answer.authors.is_empty() {
        let authors = terminal(&list(&answer.authors, 0)).into_owned();
        writeln!(out, "\nauthor: {authors}")?;
    }
    if let Some(file) = &answer.file {
        writeln!(out, "by: {} of {}", terminal(file), terminal(&since))?;
    }
    Ok(())
}

/// Rises when a key changes its meaning or goes; new keys do not raise it.
const SCHEMA_VERSION: u32 = 1;

/// What `bailiwick approvals --format json` writes.
#[derive(Serialize)]
struct Answer<'a> {
    schema_version: u32,
    tool: Tool,
    since: &'a str,
    base: &'a str,
    ownership_file: Option<&'a str>,
    authors: &'a [String],
    /// How many paths differ, and how many of them anybody can approve.
    paths: usize,
    free: usize,
    /// Sets of owners who can approve together, the smallest first.
    sets: &'a [Vec<String>],
    /// Whether the search for sets was cut short.
    bounded: bool,
    /// Owners who can approve, with how many changes of the last 90 days asked each: the fewest first.
    load: Vec<Asked<'a>>,
    lines: Vec<NeededLine<'a>>,
    gaps: Vec<MissingData<'a>>,
}

#[derive(Serialize)]
struct NeededLine<'a> {
    #[serde(flatten)]
    approval: super::json::Approval<'a>,
    /// Owners of the line who can approve.
    able: &'a [String],
    unable: Vec<Unable<'a>>,
    /// People who can approve, as far as rosters say completely who they are.
    people: Vec<&'a str>,
}

#[derive(Serialize)]
struct Asked<'a> {
    owner: &'a str,
    changes: usize,
}

#[derive(Serialize)]
struct Unable<'a> {
    owner: &'a str,
    reason: &'a str,
}

/// Writes all that is known, for bots.
pub fn json(answer: &ApprovalsAnswer, out: &mut dyn Write) -> io::Result<()> {
    let lines = answer.lines.iter().map(|line| NeededLine {
        approval: super::json::Approval::of(&line.approval),
        able: &line.able,
        unable: line
            .unable
            .iter()
            .map(|(owner, reason)| Unable { owner, reason })
            .collect(),
        people: line.people.iter().map(String::as_str).collect(),
    });
    document(
        &Answer {
            schema_version: SCHEMA_VERSION,
            tool: Tool::THIS,
            since: &answer.since,
            base: &answer.base,
            ownership_file: answer.file.as_deref(),
            authors: &answer.authors,
            paths: answer.paths,
            free: answer.free,
            sets: &answer.sets,
            bounded: answer.bounded,
            load: answer
                .load
                .iter()
                .map(|(owner, changes)| Asked {
                    owner,
                    changes: *changes,
                })
                .collect(),
            lines: lines.collect(),
            gaps: answer.gaps.iter().map(MissingData::of).collect(),
        },
        out,
    )
}
