//! The services of a workspace.

use std::io::{self, Write};

use serde::Serialize;

use super::json::{MissingData, Tool, document};
use super::look::{Ink, Look};
use super::shown;
use super::table::{self, Side};
use crate::answers::ServicesAnswer;
use crate::text::{count, number, terminal};

/// Writes what is declared as a table, and what looks as if it should be with the reasons.
pub fn human(answer: &ServicesAnswer, out: &mut dyn Write, look: Look) -> io::Result<()> {
    if answer.declared.is_empty() {
        writeln!(out, "no service is declared")?;
    } else {
        let head = [
            "service",
            "kind",
            "tier",
            "lifecycle",
            "owner",
            "files",
            "declared in",
        ];
        let mut rows = vec![head.map(str::to_owned)];
        for service in &answer.declared {
            let place = shown::position(&service.location);
            let owners = match (service.owners.is_empty(), service.owner_is_declared) {
                (true, _) => "nobody".to_owned(),
                (false, true) => service.owners.join(" "),
                (false, false) => format!("({})", service.owners.join(" ")),
            };
            rows.push([
                shown::name(&service.name).into_owned(),
                terminal(&service.kind).into_owned(),
                service
                    .tier
                    .map_or_else(String::new, |tier| tier.to_string()),
                terminal(service.lifecycle.as_deref().unwrap_or_default()).into_owned(),
                terminal(&owners).into_owned(),
                number(service.files),
                below(&service.repository, place),
            ]);
        }
        let left = Side::Left;
        let sides = [left, left, Side::Right, left, left, Side::Right, left];
        table::write(out, &sides, &rows, |row, column, text| {
            match (row, column) {
                (0, _) => look.paint(Ink::Faint, text),
                (_, 0) => look.paint(Ink::Strong, text),
                (_, 4) if text.trim() == "nobody" => look.paint(Ink::Warning, text),
                _ => text.to_string(),
            }
        })?;
        if answer
            .declared
            .iter()
            .any(|it| !it.owner_is_declared && !it.owners.is_empty())
        {
            let why = "owners in parentheses are those of the ownership file";
            writeln!(out, "{}", look.paint(Ink::Faint, why))?;
        }
    }
    if answer.candidates.is_empty() {
        return Ok(());
    }
    let found = count(answer.candidates.len(), "folder");
    let look_like = match answer.candidates.len() {
        1 => "looks",
        _ => "look",
    };
    writeln!(
        out,
        "\n{found} that nothing declares {look_like} deployable:"
    )?;
    for candidate in &answer.candidates {
        let folder = match (candidate.repository.as_str(), candidate.folder.as_str()) {
            (".", "") => ".".to_owned(),
            (".", folder) => folder.to_owned(),
            (repository, "") => repository.to_owned(),
            (repository, folder) => format!("{repository}/{folder}"),
        };
        let folder = shown::path(folder.as_bytes());
        writeln!(out, "  {}", look.paint(Ink::Strong, folder))?;
        for place in &candidate.evidence {
            let position = below(&candidate.repository, shown::position(place));
            writeln!(out, "    {position}: {}", terminal(&place.label))?;
        }
    }
    Ok(())
}

/// A position in a repository, from the folder that holds it.
fn below(repository: &str, position: String) -> String {
    match repository {
        "." => position,
        repository => format!("{}/{position}", shown::path(repository.as_bytes())),
    }
}

/// Writes the same for programs.
pub fn json(answer: &ServicesAnswer, out: &mut dyn Write) -> io::Result<()> {
    let declared = answer.declared.iter().map(|service| Service {
        name: &service.name,
        kind: &service.kind,
        tier: service.tier,
        lifecycle: service.lifecycle.as_deref(),
        owners: &service.owners,
        owner_is_declared: service.owner_is_declared,
        files: service.files,
        depends_on: &service.depends_on,
        repository: &service.repository,
        declared_at: shown::position(&service.location),
    });
    let candidates = answer.candidates.iter().map(|candidate| Candidate {
        name: &candidate.name,
        folder: &candidate.folder,
        repository: &candidate.repository,
        evidence: candidate
            .evidence
            .iter()
            .map(|place| format!("{}: {}", shown::position(place), place.label))
            .collect(),
    });
    let whole = Whole {
        schema_version: 1,
        tool: Tool::THIS,
        name: &answer.name,
        services: declared.collect(),
        candidates: candidates.collect(),
        gaps: answer.gaps.iter().map(MissingData::of).collect(),
    };
    document(&whole, out)
}

#[derive(Serialize)]
struct Whole<'a> {
    schema_version: u32,
    tool: Tool,
    name: &'a str,
    services: Vec<Service<'a>>,
    candidates: Vec<Candidate<'a>>,
    gaps: Vec<MissingData<'a>>,
}

#[derive(Serialize)]
struct Service<'a> {
    name: &'a str,
    kind: &'a str,
    tier: Option<u8>,
    lifecycle: Option<&'a str>,
    owners: &'a [String],
    owner_is_declared: bool,
    files: usize,
    depends_on: &'a [String],
    repository: &'a str,
    declared_at: String,
}

#[derive(Serialize)]
struct Candidate<'a> {
    name: &'a str,
    folder: &'a str,
    repository: &'a str,
    evidence: Vec<String>,
}
