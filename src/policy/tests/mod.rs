//! Tests of the room as a whole, with rules of their own.

mod errors;
mod extends;
mod hostile;
mod inline;
mod packs;
mod resolving;
mod schema;

use std::collections::BTreeMap;

use super::*;
use crate::text::RepoPath;

crate::options! {
    /// Options of several types.
    pub(super) struct Crowded {
        /// The most owners that a line may name.
        max_owners("max-owners"): u32 = 5,
        /// Lines that may name more.
        ignore("ignore"): Vec<String> = vec!["bots".to_string()],
    }
}

crate::options! {
    /// An option without default.
    pub(super) struct Coverage {
        /// The least share of files with an owner.
        minimum("minimum-coverage"): Option<Percent> = None,
        /// Whether to list files.
        list("list-files"): bool = false,
    }
}

const fn rule(
    id: &'static str,
    options: &'static [OptionSpec],
    default_options: fn() -> Box<dyn Options>,
) -> RuleSpec {
    RuleSpec {
        id,
        summary: "something is wrong",
        level: Level::Warning,
        strict: Level::Error,
        options,
        default_options,
    }
}

fn no_options() -> Box<dyn Options> {
    Box::new(NoOptions)
}

/// Not sorted, as nobody promised that. `codeowners/*` and `ownership/*` ids are in the packs.
pub(super) static RULES: [&RuleSpec; 6] = [
    &rule("runbooks/unheard", NoOptions::SPECS, no_options),
    &rule("runbooks/stale", NoOptions::SPECS, no_options),
    &rule("codeowners/crowded-line", Crowded::SPECS, || {
        Box::new(Crowded::default())
    }),
    &rule("codeowners/dead-pattern", NoOptions::SPECS, no_options),
    &rule("ownership/unowned-file", Coverage::SPECS, || {
        Box::new(Coverage::default())
    }),
    &rule("ownership/personal-owner", NoOptions::SPECS, no_options),
];

pub(super) static RETIRED: Retired = Retired {
    renamed: &[Renamed {
        old: "codeowners/unmatched-pattern",
        new: "codeowners/dead-pattern",
        since: "0.2.0",
    }],
    removed: &[Removed {
        id: "codeowners/tabs",
        reason: "no forge minds them",
        since: "0.3.0",
    }],
};

/// Files by path, in memory.
pub(super) struct Files(BTreeMap<RepoPath, Vec<u8>>);

impl PolicyFiles for Files {
    fn read(&self, path: &RepoPath) -> Result<Vec<u8>, crate::facts::Gap> {
        self.0.get(path).cloned().ok_or_else(|| {
            crate::facts::Gap::new(crate::facts::GapKind::Absent, "there is no such file")
        })
    }
}

/// Loads the first of the files.
pub(super) fn load_files(files: &[(&str, &str)]) -> Result<Policy, PolicyErrors> {
    let path = RepoPath::from(files[0].0);
    let files = files
        .iter()
        .map(|(path, text)| (RepoPath::from(*path), text.as_bytes().to_vec()));
    Policy::load(&path, &Files(files.collect()), &RULES, &RETIRED)
}

pub(super) fn load_bytes(text: &[u8]) -> Result<Policy, PolicyErrors> {
    let path = RepoPath::from("bailiwick.toml");
    let files = Files([(path.clone(), text.to_vec())].into_iter().collect());
    Policy::load(&path, &files, &RULES, &RETIRED)
}

pub(super) fn load(text: &str) -> Result<Policy, PolicyErrors> {
    load_bytes(text.as_bytes())
}

/// The policy, which must be right.
pub(super) fn policy(text: &str) -> Policy {
    load(text).unwrap_or_else(|errors| panic!("{errors}\nin\n{text}"))
}

/// The errors of a policy, which must be wrong.
pub(super) fn errors(text: &str) -> String {
    match load(text) {
        Ok(_) => panic!("no errors in\n{text}"),
        Err(errors) => errors.to_string(),
    }
}
