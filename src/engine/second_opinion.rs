//! The forge's own verdict on the ownership file, beside ours. In: what it says of the lines, and which of them
//! this program cannot read. Out: notes on the lines over which the two disagree; nothing where they agree.
//!
//! The forge decides who owns what, so that a line on which it disagrees is one of which this program may say
//! something wrong. Only a verdict on the same version of the file is compared, and only whether a line is
//! skipped: that an owner does not exist, or cannot write, is no fault of its syntax.

use std::collections::{BTreeMap, BTreeSet};

use crate::codeowners::OwnershipFile;
use crate::facts::{OwnerErrors, Repository};
use crate::text::list;

/// How many lines a note names.
const SHOWN: usize = 5;

/// Notes on the lines over which the forge and this program disagree.
pub(super) fn notes(repository: &Repository) -> Vec<String> {
    let forge = repository.forge.as_ref();
    let forge = forge.and_then(|forge| forge.as_deref().ok());
    let said = forge.and_then(|forge| forge.owner_errors.as_ref().ok());
    let file = repository.ownership_files.in_use.present();
    match (file, said) {
        // What the forge does not load it has no verdict on.
        (Some(file), Some(said)) if said.same_file && !file.is_oversized() => compared(file, said),
        _ => Vec::new(),
    }
}

fn compared(file: &OwnershipFile, said: &OwnerErrors) -> Vec<String> {
    let ours: BTreeSet<u32> = file.invalid_lines().iter().map(|it| it.line).collect();
    let mut faulty: BTreeMap<u32, &str> = BTreeMap::new();
    let syntax = said.errors.iter().filter(|it| !it.is_about_an_owner());
    for error in syntax.filter(|it| !ours.contains(&it.line)) {
        faulty.entry(error.line).or_insert(&error.kind);
    }
    // Of a line with several faults the forge may name another one first.
    let named: BTreeSet<u32> = said.errors.iter().map(|error| error.line).collect();
    let accepted: Vec<u32> = ours.difference(&named).copied().collect();

    let path = file.text().path().to_string_lossy();
    let mut notes = Vec::new();
    if !faulty.is_empty() {
        let faults = faulty
            .iter()
            .map(|(line, kind)| format!("{line} (`{kind}`)"));
        notes.push(format!(
            "the forge skips {} of `{path}`, in which this program finds no fault: what it says of their owners \
             may be wrong",
            lines(faults.collect())
        ));
    }
    if !accepted.is_empty() {
        notes.push(format!(
            "the forge accepts {} of `{path}`, which `codeowners/invalid-line` calls faulty: what this program \
             says of their owners may be wrong",
            lines(accepted.iter().map(u32::to_string).collect())
        ));
    }
    notes
}

/// The lines by their numbers, a few of them.
fn lines(mut all: Vec<String>) -> String {
    let more = all.len().saturating_sub(SHOWN);
    all.truncate(SHOWN);
    match all.len() {
        1 => format!("line {}", all[0]),
        _ => format!("lines {}", list(&all, more)),
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::codeowners::Dialect;
    use crate::facts::{Forge, OwnerError};
    use crate::text::Text;

    /// What is noted where the forge says this of the lines of this file.
    fn noted(text: &str, errors: &[(u32, &str)], same_file: bool) -> String {
        let text = Text::new("CODEOWNERS".into(), text.as_bytes().to_vec());
        let errors = errors.iter().map(|&(line, kind)| OwnerError {
            line,
            column: 1,
            kind: kind.to_owned(),
            source: String::new(),
            message: String::new(),
        });
        let mut forge = Forge::new("github.com", "acme/shop");
        forge.owner_errors = Ok(OwnerErrors {
            same_file,
            errors: errors.collect(),
        });
        let mut repository = Repository {
            forge: Some(Ok(forge.into())),
            ..Repository::default()
        };
        repository.ownership_files.in_use =
            crate::facts::Lookup::Present(OwnershipFile::parse(Dialect::GitHub, text));
        notes(&repository).join("\n")
    }

    const FILE: &str = "* @ann\n/[a]/ @ann\n/docs/ @acme/gone\n*.rs ann\n";

    #[test]
    fn where_both_agree_nothing_is_noted() {
        let same = [
            (2, "Invalid pattern"),
            (3, "Unknown owner"),
            (4, "Invalid owner"),
        ];
        assert_eq!(noted(FILE, &same, true), "");
        assert_eq!(noted("* @ann\n", &[], true), "");
        // Which of several faults the forge names makes no difference.
        let other = [(2, "Unknown owner"), (4, "Invalid pattern")];
        assert_eq!(noted(FILE, &other, true), "");
    }

    #[test]
    fn what_only_one_of_them_finds_is_noted() {
        expect![[r#"
            the forge skips lines 1 (`Invalid pattern`) and 3 (`Missing owner`) of `CODEOWNERS`, in which this program finds no fault: what it says of their owners may be wrong
            the forge accepts line 4 of `CODEOWNERS`, which `codeowners/invalid-line` calls faulty: what this program says of their owners may be wrong"#]]
        .assert_eq(&noted(
            FILE,
            &[(3, "Missing owner"), (2, "Invalid pattern"), (1, "Invalid pattern")],
            true,
        ));
    }

    #[test]
    fn of_another_version_nothing_can_be_said() {
        assert_eq!(noted(FILE, &[(1, "Invalid pattern")], false), "");
    }

    #[test]
    fn a_note_stays_short() {
        let errors: Vec<(u32, &str)> = (1..=1_000).map(|line| (line, "Odd")).collect();
        let noted = noted("", &errors, true);
        assert!(noted.contains("5 (`Odd`) and 995 more of"), "{noted}");
    }
}
