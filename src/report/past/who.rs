//! Whom to ask about paths.

use std::io::{self, Write};

use serde::Serialize;

use super::{ExpertFor, SCHEMA_VERSION, known_by, lines};
use crate::answers::{OwnersOfSome, WhoAnswer, WhoOfPath};
use crate::report::json::{MissingData, Tool, document};
use crate::report::look::{Ink, Look};
use crate::text::{count, list, terminal};

/// How many groups of owners are told of.
const MOST_OWNERS: usize = 5;

/// Writes a paragraph for each path.
pub fn human(answer: &WhoAnswer, out: &mut dyn Write, look: Look) -> io::Result<()> {
    for (at, path) in answer.paths.iter().enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        let name = look.paint(Ink::Strong, terminal(&path.path));
        match path.files {
            1 => writeln!(out, "{name}")?,
            files => writeln!(out, "{name} ({})", count(files, "file"))?,
        }
        lines(out, look, "owners", &owners(answer, path))?;
        let mut ask: Vec<String> = path
            .experts
            .iter()
            .map(|it| known_by(it, path.files))
            .collect();
        match path.more_experts {
            0 if ask.is_empty() => ask.push("nobody: no commit of a person touched it".into()),
            0 => {}
            more => ask.push(format!("and {}", others(more))),
        }
        lines(out, look, "ask", &ask)?;
        let together = path.together.iter().map(|it| {
            let owners = match it.owners.is_empty() {
                true => "unowned".to_owned(),
                false => it.owners.join(" "),
            };
            let shared = count(it.shared as usize, "change");
            format!(
                "{} ({owners}): {} % of the time, {shared}",
                it.path, it.degree
            )
        });
        lines(out, look, "with it", &together.collect::<Vec<_>>())?;
    }
    Ok(())
}

fn others(more: usize) -> String {
    match more {
        1 => "1 other who changed it".to_owned(),
        more => format!("{} others who changed it", crate::text::number(more)),
    }
}

fn owners(answer: &WhoAnswer, path: &WhoOfPath) -> Vec<String> {
    let of = |it: &OwnersOfSome| {
        let who = match it.owners.is_empty() {
            true => "nobody".to_owned(),
            false => it.owners.join(" "),
        };
        let place = it.line.zip(answer.file.as_ref());
        let place = place.map(|(line, file)| format!("{file}:{line}"));
        let files = (path.owners.len() > 1).then(|| count(it.files, "file"));
        let facts: Vec<String> = files.into_iter().chain(place).collect();
        match facts.is_empty() {
            true => who,
            false => format!("{who} ({})", facts.join(", ")),
        }
    };
    let shown: Vec<String> = path.owners.iter().take(MOST_OWNERS).map(of).collect();
    let more = path.owners.len() - shown.len();
    vec![list(&shown, more)]
}

#[derive(Serialize)]
struct Answer<'a> {
    schema_version: u32,
    tool: Tool,
    repository: &'a str,
    ownership_file: Option<&'a str>,
    paths: Vec<Path<'a>>,
    gaps: Vec<MissingData<'a>>,
}

#[derive(Serialize)]
struct Path<'a> {
    path: &'a str,
    files: usize,
    owners: Vec<Owners<'a>>,
    experts: Vec<ExpertFor<'a>>,
    more_experts: usize,
    together: Vec<Together<'a>>,
}

#[derive(Serialize)]
struct Owners<'a> {
    owners: &'a [String],
    files: usize,
    line: Option<u32>,
}

#[derive(Serialize)]
struct Together<'a> {
    path: &'a str,
    owners: &'a [String],
    /// How many of a hundred changes are shared.
    degree: u32,
    shared: u32,
}

/// Writes all that is known, for machines.
pub fn json(answer: &WhoAnswer, out: &mut dyn Write) -> io::Result<()> {
    let paths = answer.paths.iter().map(|path| Path {
        path: &path.path,
        files: path.files,
        owners: path
            .owners
            .iter()
            .map(|it| Owners {
                owners: &it.owners,
                files: it.files,
                line: it.line,
            })
            .collect(),
        experts: path.experts.iter().map(ExpertFor::of).collect(),
        more_experts: path.more_experts,
        together: path
            .together
            .iter()
            .map(|it| Together {
                path: &it.path,
                owners: &it.owners,
                degree: it.degree,
                shared: it.shared,
            })
            .collect(),
    });
    document(
        &Answer {
            schema_version: SCHEMA_VERSION,
            tool: Tool::THIS,
            repository: &answer.repository,
            ownership_file: answer.file.as_deref(),
            paths: paths.collect(),
            gaps: answer.gaps.iter().map(MissingData::of).collect(),
        },
        out,
    )
}
