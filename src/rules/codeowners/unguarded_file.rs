//! `codeowners/unguarded-file`

use crate::facts::Location;
use crate::policy::{Level, NoOptions, Settings};
use crate::rules::{RuleLine, Verdict, View, Violation, declare_rule};
use crate::text::{RepoPath, count};

declare_rule! {
    /// ## What it checks
    ///
    /// The ownership file has an owner itself, and so has the policy `bailiwick.toml` in the root. For
    /// workflows in `.github/workflows` without owner there is one finding, a note at most.
    ///
    /// Source: GitHub documentation, *About code owners*, "CODEOWNERS and branch protection": "define an
    /// owner for the CODEOWNERS file itself".
    ///
    /// ## Why it matters
    ///
    /// Whoever may change the ownership file without being asked can take ownership of everything else
    /// away. The policy decides what is checked, and a workflow runs with the repository's secrets.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @ann
    /// CODEOWNERS
    /// -- src/main.rs --
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @ann
    /// CODEOWNERS @ann
    /// -- src/main.rs --
    /// ```
    ///
    /// ## Options
    ///
    /// None.
    ///
    /// ## Needs
    ///
    /// The tracked files and the ownership file.
    id: "codeowners/unguarded-file",
    summary: "the ownership file or the policy has no owner itself",
    level: Warning, strict: Error,
    status: Stable,
    organizational: false,
    needs: [Tree, OwnershipFile],
    options: NoOptions,
    check: Repository(check),
}

/// Where the policy of a repository stands.
const POLICY: &str = "bailiwick.toml";
/// Where the forge looks for workflows.
const WORKFLOWS: &str = ".github/workflows";

fn check(view: &View<'_>, _: &Settings) -> Verdict {
    if let Some(gap) = view.repository.ownership_files.in_use.unavailable() {
        return Verdict::Skip(gap.clone());
    }
    let Some(file) = view.ownership_file().filter(|file| !file.is_oversized()) else {
        return Verdict::NotApplicable;
    };
    let path = file.text().path().as_bytes();
    let mut violations = Vec::new();
    violations.extend(unguarded(
        view,
        path,
        "the ownership file itself has no owner",
    ));
    violations.extend(unguarded(
        view,
        POLICY.as_bytes(),
        "the policy has no owner",
    ));
    violations.extend(workflows(view));
    violations.into()
}

/// Whether this rule speaks of the file if it has no owner.
pub(in crate::rules) fn is_guarded(path: &[u8], ownership_file: &RepoPath) -> bool {
    path == ownership_file.as_bytes() || path == POLICY.as_bytes() || is_workflow(path)
}

fn is_workflow(path: &[u8]) -> bool {
    let name = path.strip_prefix(WORKFLOWS.as_bytes());
    name.and_then(|name| name.strip_prefix(b"/"))
        .is_some_and(|name| {
            !name.contains(&b'/') && (name.ends_with(b".yml") || name.ends_with(b".yaml"))
        })
}

/// The violation of a file without owner, if there is such a file.
fn unguarded(view: &View<'_>, path: &[u8], message: &str) -> Option<Violation> {
    let file = view.ownership_file()?;
    let index = view.repository.tree.find(path)?;
    if view.ownership.owning_rule(index, file).is_some() {
        return None;
    }
    let text = String::from_utf8_lossy(path);
    let violation = Violation::new(Location::file(path.into(), "no owner"), message);
    let violation = violation
        .help(format!("add a last line `/{text} @owner`"))
        .key(text);
    Some(match view.ownership.deciding(index) {
        Some(place) => violation.related(RuleLine { file, place }.line("leaves it without owner")),
        None => violation,
    })
}

fn workflows(view: &View<'_>) -> Option<Violation> {
    let file = view.ownership_file()?;
    let tree = &view.repository.tree;
    let below = tree.below(&WORKFLOWS.into());
    let all: Vec<usize> = below
        .filter(|&index| is_workflow(tree.path(index)))
        .collect();
    let mut unowned = all
        .iter()
        .filter(|&&index| view.ownership.owning_rule(index, file).is_none());
    let first = *unowned.next()?;
    let message = match (1 + unowned.count(), all.len()) {
        (1, 1) => "the workflow has no owner".to_owned(),
        (1, all) => format!("1 of {} has no owner", count(all, "workflow")),
        (unowned, all) => format!("{unowned} of {} have no owner", count(all, "workflow")),
    };
    let violation = Violation::new(Location::file(tree.path(first).into(), "no owner"), message);
    let violation = violation
        .help(format!("add a line `/{WORKFLOWS}/ @owner`"))
        .key(WORKFLOWS)
        .at_most(Level::Note);
    Some(violation)
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::RULE;
    use crate::facts::{Gap, GapKind};
    use crate::rules::testing::MiniRepository;

    const PATHS: [&str; 6] = [
        ".github/workflows/ci.yml",
        ".github/workflows/lib/x.yml",
        ".github/workflows/README.md",
        ".github/workflows/release.yaml",
        "bailiwick.toml",
        "src/a",
    ];

    fn check(text: &str) -> String {
        MiniRepository::owned(text, PATHS).check(&RULE)
    }

    #[test]
    fn no_line_or_one_without_owners() {
        expect![[r#"
            fail CODEOWNERS the ownership file itself has no owner
              see CODEOWNERS:2:1 leaves it without owner
              help: add a last line `/CODEOWNERS @owner`
            fail bailiwick.toml the policy has no owner
              help: add a last line `/bailiwick.toml @owner`
            fail .github/workflows/ci.yml 2 of 2 workflows have no owner
              at most note
              help: add a line `/.github/workflows/ @owner`
        "#]]
        .assert_eq(&check("/src/ @ann\n/C*\n"));
    }

    #[test]
    fn one_of_several_workflows() {
        let found = check("* @ann\n/.github/workflows/release.yaml\n");
        assert!(
            found.starts_with("fail .github/workflows/release.yaml 1 of 2 workflows has"),
            "{found}"
        );
    }

    #[test]
    fn owned_files_pass_and_what_is_not_loaded_is_not_judged() {
        assert_eq!(check("* @ann"), "pass\n");
        assert_eq!(
            MiniRepository::new("-- a --\n").check(&RULE),
            "not applicable\n"
        );
        let oversized = MiniRepository::new("-- CODEOWNERS (padded to 3145728 bytes) --\n");
        assert_eq!(oversized.check(&RULE), "not applicable\n");
        let gap = Gap::new(GapKind::LfsPointer, "a pointer");
        assert_eq!(oversized.unreadable(gap).check(&RULE), "skip a pointer\n");
    }
}
