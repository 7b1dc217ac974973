//! `codeowners/shallow-pattern`

use std::collections::BTreeMap;

use crate::codeowners::{Reach, Segment};
use crate::facts::Location;
use crate::policy::{NoOptions, Settings};
use crate::rules::{RuleLine, Verdict, View, Violation, declare_rule};
use crate::text::{RepoPath, count};

declare_rule! {
    /// ## What it checks
    ///
    /// A pattern `folder/*` owns the files of that folder, but not those of the folders in it. The rule
    /// counts the files that `/folder/` would own and `folder/*` leaves to others: to an earlier line
    /// with other owners, or to nobody. Files for which a line within the folder names owners do not
    /// count, and neither does `/*`, which people write on purpose for the files in the root.
    ///
    /// Source: GitHub documentation, *About code owners*, "Example of a CODEOWNERS file".
    ///
    /// ## Why it matters
    ///
    /// In a `.gitignore` file the same pattern reaches further down, so this is the most common misreading
    /// of an ownership file, and the files further down go unowned.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @ann
    /// /docs/* @bob
    /// -- docs/guide.md --
    /// -- docs/api/index.md --
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @ann
    /// /docs/ @bob
    /// -- docs/guide.md --
    /// -- docs/api/index.md --
    /// ```
    ///
    /// ## Options
    ///
    /// None.
    ///
    /// ## Needs
    ///
    /// The tracked files and the ownership file.
    id: "codeowners/shallow-pattern",
    summary: "a pattern `folder/*` leaves out the files further down",
    level: Note, strict: Warning,
    status: Stable,
    organizational: false,
    needs: [Tree, OwnershipFile],
    options: NoOptions,
    check: OwnershipRule(check),
    places: [Edits("patterns `folder/*` leave out files further down")],
}

fn check(line: RuleLine<'_>, view: &View<'_>, _: &Settings) -> Verdict {
    let Some(folder) = folder(line) else {
        return Verdict::NotApplicable;
    };
    let dead = view
        .undecided(line.place)
        .is_some_and(|undecided| undecided.matched == 0);
    if dead || view.repeated(line.place).is_some() {
        // There is a better finding than this one.
        return Verdict::Pass;
    }
    let tree = &view.repository.tree;
    let mut left = Left::new(line, &folder);
    let mut missed = tree.below(&folder).filter(|&file| {
        let name = tree.path(file).get(folder.as_bytes().len() + 1..);
        let is_deeper = name.is_some_and(|name| name.contains(&b'/'));
        is_deeper && left.has(view.ownership.deciding(file))
    });
    let Some(witness) = missed.next() else {
        return Verdict::Pass;
    };
    let missed = count(1 + missed.count(), "file");
    let pattern = line.rule().pattern_text();
    let violation = Violation::new(
        line.pattern("only what lies in the folder itself"),
        format!("`{pattern}` leaves out {missed} further down"),
    );
    let witness = Location::file(
        tree.path(witness).into(),
        "one of the files that it leaves out",
    );
    violation
        .related(witness)
        .owners(line.rule().owner_names())
        .help(format!(
            "did you mean `{}`, which owns them too?",
            deep(line)
        ))
        .into()
}

/// The folder of a pattern `folder/*`, if the line has such a pattern.
pub(super) fn folder(line: RuleLine<'_>) -> Option<RepoPath> {
    let pattern = line.rule().pattern();
    let (_, folder) = pattern.segments().split_last()?;
    let literal = folder
        .iter()
        .all(|segment| matches!(segment, Segment::Literal(_)));
    (pattern.reach() == Reach::Entry && literal && !folder.is_empty())
        .then(|| RepoPath::new(pattern.literal_prefix()))
}

/// The pattern of everything below the folder of a pattern `folder/*`.
pub(super) fn deep(line: RuleLine<'_>) -> String {
    let pattern = line.rule().pattern_text();
    format!("/{}", pattern.trim_start_matches('/').trim_end_matches('*'))
}

/// To whom a pattern `folder/*` leaves files that `/folder/` would own.
struct Left<'a> {
    line: RuleLine<'a>,
    folder: &'a RepoPath,
    /// By place of a rule: whether files over which it decides are left out by misreading.
    known: BTreeMap<Option<usize>, bool>,
}

impl<'a> Left<'a> {
    fn new(line: RuleLine<'a>, folder: &'a RepoPath) -> Self {
        Left {
            line,
            folder,
            known: BTreeMap::new(),
        }
    }

    fn has(&mut self, deciding: Option<usize>) -> bool {
        let (line, folder) = (self.line, self.folder);
        *self.known.entry(deciding).or_insert_with(|| {
            let Some(place) = deciding else {
                return !line.rule().owners().is_empty();
            };
            // A later line would decide over the file in any case.
            let other = RuleLine { place, ..line };
            let prefix = RepoPath::new(other.rule().pattern().literal_prefix());
            place < line.place && !prefix.is_within(folder) && other.owner_set() != line.owner_set()
        })
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::RULE;
    use crate::rules::testing::MiniRepository;

    const PATHS: [&str; 5] = [
        "a.md",
        "my docs/api/a.md",
        "my docs/api/b.md",
        "my docs/c.md",
        "src/a/b",
    ];

    fn check(text: &str) -> String {
        MiniRepository::owned(text, PATHS).check(&RULE)
    }

    #[test]
    fn files_that_fall_to_others_or_to_nobody() {
        expect![[r#"
            fail CODEOWNERS:1:1 `my\ docs/*` leaves out 2 files further down
              see my docs/api/a.md one of the files that it leaves out
              help: did you mean `/my\ docs/`, which owns them too?
        "#]]
        .assert_eq(&check("my\\ docs/* @bob\n"));
        let other = check("* @ann\n*.md @bob\n/my\\ docs/* @eve\nmy\\ docs/api/b.md @bob\n");
        assert!(
            other.starts_with("fail CODEOWNERS:3:1 `/my\\ docs/*` leaves out 1 file"),
            "{other}"
        );
    }

    #[test]
    fn deliberate_ownership_further_down_passes() {
        for text in [
            // The same owners through another line.
            "* @ann\n/my\\ docs/* @Ann",
            // A line within the folder, or a later one.
            "/my\\ docs/api/ @ann\n/my\\ docs/* @bob",
            "/my\\ docs/* @bob\n*.md @ann",
            // Nothing is owned on purpose.
            "/my\\ docs/*",
            // Nothing is further down, or the line matches nothing at all.
            "/my\\ docs/api/* @bob",
            "/src/* @bob",
        ] {
            assert_eq!(check(text), "pass\n", "{text}");
        }
        for text in [
            "/* @bob",
            "* @bob",
            "/*/* @bob",
            "**/api/* @bob",
            "/src/ @bob",
        ] {
            assert_eq!(check(text), "not applicable\n", "{text}");
        }
    }
}
