//! What would be, had some people gone.

use std::io::{self, Write};

use serde::Serialize;

use super::{ExpertFor, SCHEMA_VERSION, known_by, lines};
use crate::answers::{Fall, Orphaned, WhatIfAnswer};
use crate::report::json::{MissingData, Tool, document};
use crate::report::look::{Ink, Look, wrap};
use crate::text::{count, list, number, terminal};

/// How many lines of ownership files are told of.
const MOST_LINES: usize = 20;

/// Writes what breaks, the worst first, each with who could take over.
pub fn human(answer: &WhatIfAnswer, out: &mut dyn Write, look: Look) -> io::Result<()> {
    let people = match answer.people {
        0 => "nothing says who they are".to_owned(),
        1 => "1 person".to_owned(),
        people => format!("{} people", number(people)),
    };
    let without = list(&answer.without, 0);
    let heading = terminal(&format!("Without {without} ({people})")).into_owned();
    writeln!(out, "{}", look.paint(Ink::Strong, heading))?;
    if answer.orphans.is_empty() && answer.bereft.is_empty() && answer.falls.is_empty() {
        return writeln!(
            out,
            "somebody still answers for every service and can approve every path, and no truck factor falls"
        );
    }
    for it in &answer.orphans {
        let text = format!("nobody would answer for {}", service(&it.service, it.tier));
        let was = format!("{} does now", list(&it.owners, 0));
        item(out, look, Ink::Error, &format!("{text}: {was}"))?;
        heirs(out, look, &it.heirs, None)?;
    }
    for it in answer.bereft.iter().take(MOST_LINES) {
        let text = format!(
            "nobody could approve {} of `{}` ({}, {}:{}): {}",
            count(it.files, "file"),
            it.pattern,
            it.repository,
            it.file,
            it.line,
            it.owners.join(" ")
        );
        item(out, look, Ink::Error, &text)?;
    }
    if let Some(more) = answer.bereft.len().checked_sub(MOST_LINES + 1) {
        item(
            out,
            look,
            Ink::Error,
            &format!("and {} more such lines", number(more + 1)),
        )?;
    }
    for it in &answer.falls {
        let what = match it.is_service {
            true => service(&it.name, it.tier),
            false => format!("the repository `{}`", it.name),
        };
        let (now, then) = it.known;
        let text = format!(
            "the truck factor of {what} falls from {} to {}: {} of {} would have an author, {} do now",
            it.before,
            it.after,
            number(then),
            count(it.files, "source file"),
            number(now)
        );
        item(out, look, Ink::Warning, &text)?;
        heirs(out, look, &it.heirs, Some(it))?;
    }
    if !answer.falls.is_empty() {
        let counted = format!("truck factors count {}", answer.filter);
        writeln!(out, "\n{}", look.paint(Ink::Faint, counted))?;
    }
    Ok(())
}

fn service(name: &str, tier: Option<u8>) -> String {
    match tier {
        Some(tier) => format!("`{name}` (tier {tier})"),
        None => format!("`{name}`"),
    }
}

fn item(out: &mut dyn Write, look: Look, ink: Ink, text: &str) -> io::Result<()> {
    let lines = wrap(&terminal(text), look.width.saturating_sub(2));
    let mark = look.paint(ink, look.either("•", "-"));
    writeln!(out, "\n{mark} {}", lines.join("\n  "))
}

fn heirs(
    out: &mut dyn Write,
    look: Look,
    experts: &[crate::answers::Expert],
    fall: Option<&Fall>,
) -> io::Result<()> {
    let files = |expert: &crate::answers::Expert| fall.map_or(expert.files, |fall| fall.files);
    let known = experts.iter().map(|expert| match fall {
        Some(_) => known_by(expert, files(expert)),
        None => {
            let changes = count(expert.changes as usize, "change");
            format!(
                "{}: {changes} there, the last on {}",
                expert.name, expert.last
            )
        }
    });
    let mut known: Vec<String> = known.collect();
    if known.is_empty() {
        known.push("nobody else knows it".into());
    }
    lines(out, look, "could be", &known)
}

#[derive(Serialize)]
struct Answer<'a> {
    schema_version: u32,
    tool: Tool,
    without: &'a [String],
    people: usize,
    orphans: Vec<Orphan<'a>>,
    /// Lines of ownership files for which nobody could approve.
    bereft: Vec<Line<'a>>,
    falls: Vec<TruckFactor<'a>>,
    /// Which files truck factors count.
    filter: &'static str,
    gaps: Vec<MissingData<'a>>,
}

#[derive(Serialize)]
struct Orphan<'a> {
    service: &'a str,
    tier: Option<u8>,
    owners: &'a [String],
    heirs: Vec<ExpertFor<'a>>,
}

#[derive(Serialize)]
struct Line<'a> {
    repository: &'a str,
    file: &'a str,
    line: u32,
    pattern: &'a str,
    owners: &'a [String],
    files: usize,
}

#[derive(Serialize)]
struct TruckFactor<'a> {
    name: &'a str,
    kind: &'static str,
    tier: Option<u8>,
    files: usize,
    before: usize,
    after: usize,
    /// How many of the files have an author.
    known_before: usize,
    known_after: usize,
    heirs: Vec<ExpertFor<'a>>,
}

/// Writes all that is known, for machines.
pub fn json(answer: &WhatIfAnswer, out: &mut dyn Write) -> io::Result<()> {
    let orphan = |it| {
        let it: &Orphaned = it;
        Orphan {
            service: &it.service,
            tier: it.tier,
            owners: &it.owners,
            heirs: it.heirs.iter().map(ExpertFor::of).collect(),
        }
    };
    let bereft = answer.bereft.iter().map(|it| Line {
        repository: &it.repository,
        file: &it.file,
        line: it.line,
        pattern: &it.pattern,
        owners: &it.owners,
        files: it.files,
    });
    let falls = answer.falls.iter().map(|it| TruckFactor {
        name: &it.name,
        kind: if it.is_service {
            "service"
        } else {
            "repository"
        },
        tier: it.tier,
        files: it.files,
        before: it.before,
        after: it.after,
        known_before: it.known.0,
        known_after: it.known.1,
        heirs: it.heirs.iter().map(ExpertFor::of).collect(),
    });
    document(
        &Answer {
            schema_version: SCHEMA_VERSION,
            tool: Tool::THIS,
            without: &answer.without,
            people: answer.people,
            orphans: answer.orphans.iter().map(orphan).collect(),
            bereft: bereft.collect(),
            falls: falls.collect(),
            filter: answer.filter,
            gaps: answer.gaps.iter().map(MissingData::of).collect(),
        },
        out,
    )
}
