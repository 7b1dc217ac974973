//! `codeowners/missing-file`

use crate::codeowners::Dialect;
use crate::facts::Location;
use crate::policy::{Level, NoOptions, Origin, Settings};
use crate::rules::{Verdict, View, Violation, declare_rule};
use crate::text::number;

declare_rule! {
    /// ## What it checks
    ///
    /// The repository has an ownership file where the forge looks for one: `.github/CODEOWNERS`,
    /// `CODEOWNERS` or `docs/CODEOWNERS`. A file of that name at another place, or in lower case, is
    /// pointed out. Files without owner are not reported beside this.
    ///
    /// Where other repositories of an audit have one, an organization works by them, and this is an error,
    /// unless the policy names a level for the rule.
    ///
    /// Source: GitHub documentation, *About code owners*, "CODEOWNERS file location".
    ///
    /// ## Why it matters
    ///
    /// Without it nobody is asked for a review, and a branch rule that requires the approval of code
    /// owners is satisfied by every change.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- src/main.rs --
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- .github/CODEOWNERS --
    /// * @ann
    /// -- src/main.rs --
    /// ```
    ///
    /// ## Options
    ///
    /// None.
    ///
    /// ## Needs
    ///
    /// The tracked files.
    id: "codeowners/missing-file",
    summary: "the repository has no ownership file",
    level: Note, strict: Error,
    status: Stable,
    organizational: false,
    needs: [Tree],
    options: NoOptions,
    check: Repository(check),
}

fn check(view: &View<'_>, settings: &Settings) -> Verdict {
    let tree = &view.repository.tree;
    let files = &view.repository.ownership_files;
    if let Some(gap) = files.in_use.unavailable() {
        return Verdict::Skip(gap.clone());
    }
    if files.in_use.present().is_some() {
        return Verdict::Pass;
    }
    if tree.is_empty() {
        return Verdict::NotApplicable;
    }
    let misplaced = tree.paths().filter(|path| is_named_alike(path));
    let misplaced = misplaced.map(|path| {
        Location::file(
            path.into(),
            "the forge does not read an ownership file of this path",
        )
    });
    let [first, others @ ..] = Dialect::GitHub.locations() else {
        return Verdict::NotApplicable;
    };
    let members = view.graph.members().iter();
    let files = members.map(|it| &it.repository.ownership_files);
    let elsewhere = files
        .filter(|files| files.in_use.present().is_some())
        .count();
    let message = match elsewhere {
        0 => "the repository has no ownership file".to_owned(),
        1 => "the repository has no ownership file, though another one has".to_owned(),
        many => format!(
            "the repository has no ownership file, though {} others have",
            number(many)
        ),
    };
    let violation = Violation {
        related: misplaced.collect(),
        ..Violation::new(Location::repository("the forge finds none"), message)
    };
    let violation = match settings.origin {
        Origin::Pack(_) if elsewhere > 0 => violation.at_least(Level::Error),
        _ => violation,
    };
    let others = others.join("` or `");
    violation
        .help(format!(
            "write `{first}` (or `{others}`), with a line such as `* @owner`"
        ))
        .key("")
        .into()
}

/// Whether a file has the name of an ownership file but for case and extension.
fn is_named_alike(path: &[u8]) -> bool {
    let name = path.rsplit(|&byte| byte == b'/').next().unwrap_or(path);
    let stem = name.split(|&byte| byte == b'.').next().unwrap_or(name);
    stem.eq_ignore_ascii_case(b"CODEOWNERS")
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::RULE;
    use crate::facts::{Gap, GapKind};
    use crate::rules::testing::MiniRepository;

    #[test]
    fn files_where_the_forge_does_not_look_are_pointed_out() {
        let repository = MiniRepository::new(
            "-- .gitlab/CODEOWNERS --\n-- codeowners --\n-- docs/CODEOWNERS.md --\n-- codeowner --\n",
        );
        expect![[r#"
            fail repository the repository has no ownership file
              see .gitlab/CODEOWNERS the forge does not read an ownership file of this path
              see codeowners the forge does not read an ownership file of this path
              see docs/CODEOWNERS.md the forge does not read an ownership file of this path
              help: write `.github/CODEOWNERS` (or `CODEOWNERS` or `docs/CODEOWNERS`), with a line such as `* @owner`
        "#]]
        .assert_eq(&repository.check(&RULE));
    }

    #[test]
    fn where_others_have_one_it_is_an_error() {
        let with = |name: &str| MiniRepository::new("-- CODEOWNERS --\n* @ann\n").named(name);
        let without = |name: &str| MiniRepository::new("-- a --\n").named(name);
        let alike = without("a").beside(without("b"));
        assert!(!alike.check(&RULE).contains("at least"));
        expect![[r#"
            fail repository the repository has no ownership file, though another one has
              at least error
              help: write `.github/CODEOWNERS` (or `CODEOWNERS` or `docs/CODEOWNERS`), with a line such as `* @owner`
        "#]].assert_eq(&without("a").beside(with("b")).check(&RULE));
        let many = without("a").beside(with("b")).beside(with("c"));
        let found = many.check(&RULE);
        assert!(found.contains("though 2 others have\n"), "{found}");
        assert!(found.contains("at least error\n"), "{found}");
    }

    #[test]
    fn an_empty_tree_needs_none_and_an_unreadable_file_is_no_missing_one() {
        assert_eq!(MiniRepository::new("").check(&RULE), "not applicable\n");
        let gap = Gap::new(GapKind::Unreadable, "permission denied");
        let repository = MiniRepository::new("-- a --\n").unreadable(gap);
        assert_eq!(repository.check(&RULE), "skip permission denied\n");
        assert_eq!(
            MiniRepository::new("-- docs/CODEOWNERS --\n").check(&RULE),
            "pass\n"
        );
    }
}
