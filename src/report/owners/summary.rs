//! Coverage by folder and by owner.

use std::io::{self, Write};

use serde::Serialize;

use crate::answers::{OwnersAnswer, OwnersSummary};
use crate::report::json::{MissingData, Tool, document};
use crate::report::look::{Ink, Look};
use crate::report::table::{self, Side};
use crate::report::{count, shown};

/// Writes two tables: how much of each top-level folder is owned, and what each owner holds.
pub fn human(answer: &OwnersAnswer, out: &mut dyn Write, look: Look) -> io::Result<()> {
    let summary = answer.summary();
    folders(&summary, out, look)?;
    if let Some(generated) = summary.unowned_generated.filter(|&generated| generated > 0) {
        let unowned = crate::text::number(summary.files - summary.owned);
        let generated = crate::text::number(generated);
        writeln!(
            out,
            "\n{generated} of the {unowned} unowned files are generated or vendored"
        )?;
    }
    if !summary.by_owner.is_empty() {
        writeln!(out)?;
        owners(&summary, out, look)?;
    }
    Ok(())
}

fn folders(summary: &OwnersSummary, out: &mut dyn Write, look: Look) -> io::Result<()> {
    let row = |name: String, files: usize, owned: usize| {
        let share = count::percent(owned, files);
        [
            name,
            crate::text::number(files),
            crate::text::number(owned),
            share,
        ]
    };
    let mut rows = vec![["folder", "files", "owned", "%"].map(String::from)];
    for folder in &summary.by_folder {
        let name = match folder.folder.as_slice() {
            b"" => "(root)".into(),
            name => format!("{}/", shown::path(name)),
        };
        rows.push(row(name, folder.files, folder.owned));
    }
    rows.push(row("all".into(), summary.files, summary.owned));
    let end = rows.len() - 1;
    let sides = [Side::Left, Side::Right, Side::Right, Side::Right];
    table::write(out, &sides, &rows, |row, column, text| {
        let folder = row
            .checked_sub(1)
            .and_then(|row| summary.by_folder.get(row));
        let unowned = folder.is_some_and(|folder| folder.owned == 0);
        match (row, column) {
            (0, _) => look.paint(Ink::Faint, text),
            _ if row == end => look.paint(Ink::Strong, text),
            (_, 3) if unowned => look.paint(Ink::Warning, text),
            _ => text.to_string(),
        }
    })
}

/// The owners of the longest list that people read.
const MOST_OWNERS: usize = 25;

fn owners(summary: &OwnersSummary, out: &mut dyn Write, look: Look) -> io::Result<()> {
    let mut rows = vec![["owner", "files", "lines"].map(String::from)];
    rows.extend(summary.by_owner.iter().take(MOST_OWNERS).map(|share| {
        let owner = shown::name(&share.owner).into_owned();
        [
            owner,
            crate::text::number(share.files),
            crate::text::number(share.lines),
        ]
    }));
    let sides = [Side::Left, Side::Right, Side::Right];
    table::write(out, &sides, &rows, |row, _, text| match row {
        0 => look.paint(Ink::Faint, text),
        _ => text.to_string(),
    })?;
    let more = summary.by_owner.len().saturating_sub(MOST_OWNERS);
    if more > 0 {
        let dots = look.either("…", "...");
        let more = crate::text::count(more, "more owner");
        writeln!(
            out,
            "{}",
            look.paint(
                Ink::Faint,
                format_args!("{dots} and {more} (--format json has all)")
            )
        )?;
    }
    Ok(())
}

/// Writes the same numbers as JSON.
pub fn json(answer: &OwnersAnswer, out: &mut dyn Write) -> io::Result<()> {
    let summary = answer.summary();
    let by_folder = summary.by_folder.iter().map(|folder| Folder {
        folder: String::from_utf8_lossy(&folder.folder).into_owned(),
        files: folder.files,
        owned: folder.owned,
    });
    let by_owner = summary.by_owner.iter().map(|share| Share {
        owner: &share.owner,
        files: share.files,
        lines: share.lines,
    });
    let summary = Summary {
        schema_version: 1,
        tool: Tool::THIS,
        repository: answer.repository.as_deref(),
        file: answer.file.as_deref(),
        files: summary.files,
        owned: summary.owned,
        unowned_generated: summary.unowned_generated,
        by_folder: by_folder.collect(),
        by_owner: by_owner.collect(),
        gaps: answer.gaps.iter().map(MissingData::of).collect(),
    };
    document(&summary, out)
}

#[derive(Serialize)]
struct Summary<'a> {
    schema_version: u32,
    tool: Tool,
    repository: Option<&'a str>,
    file: Option<&'a str>,
    files: usize,
    owned: usize,
    unowned_generated: Option<usize>,
    /// The folder of the files at the root is the empty string.
    by_folder: Vec<Folder>,
    by_owner: Vec<Share<'a>>,
    gaps: Vec<MissingData<'a>>,
}

#[derive(Serialize)]
struct Folder {
    folder: String,
    files: usize,
    owned: usize,
}

#[derive(Serialize)]
struct Share<'a> {
    owner: &'a str,
    files: usize,
    lines: usize,
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::report::owners::samples;
    use crate::report::samples::assert_harmless;

    #[test]
    fn folders_and_owners_are_tables() {
        let mut answer = samples::answer();
        answer.unowned_generated = Some(1);
        let mut out = Vec::new();
        human(&answer, &mut out, Look::PLAIN).unwrap();
        expect![[r#"
            folder  files  owned      %
            (root)      1      0    0.0
            bin/        1      1  100.0
            docs/       1      0    0.0
            src/        2      2  100.0
            all         5      3   60.0

            1 of the 2 unowned files are generated or vendored

            owner       files  lines
            @acme/core      3      1
            @ann            3      1
        "#]]
        .assert_eq(&String::from_utf8(out).unwrap());
    }

    #[test]
    fn a_hostile_repository_forges_nothing() {
        let mut out = Vec::new();
        human(&samples::hostile(), &mut out, Look::PLAIN).unwrap();
        json(&samples::hostile(), &mut out).unwrap();
        assert_harmless(&String::from_utf8(out).unwrap());
    }

    #[test]
    fn json_has_the_same_numbers() {
        let mut out = Vec::new();
        json(&samples::answer(), &mut out).unwrap();
        let value: serde_json::Value = serde_json::from_slice(&out).unwrap();
        assert_eq!((&value["files"], &value["owned"]), (&5.into(), &3.into()));
        assert_eq!(
            value["by_folder"][0],
            serde_json::json!({"folder": "", "files": 1, "owned": 0})
        );
        assert_eq!(value["by_owner"][0]["files"], 3);
    }
}
