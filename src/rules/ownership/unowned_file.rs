//! `ownership/unowned-file`

use crate::facts::Location;
use crate::policy::{Level, Percent, Settings};
use crate::rules::codeowners::unguarded_file::is_guarded;
use crate::rules::folders::largest;
use crate::rules::{FileGroup, Verdict, View, Violation, declare_rule};
use crate::text::{count, number};

crate::options! {
    /// The options of `ownership/unowned-file`.
    pub(crate) struct UnownedFile {
        /// The share of files, in percent, that must have an owner. A repository that reaches it
        /// passes; one that does not gets a warning at least.
        minimum_coverage("minimum-coverage"): Option<Percent> = None,
    }
}

declare_rule! {
    /// ## What it checks
    ///
    /// Where an ownership file exists, every tracked file has an owner. A file whose deciding line has
    /// no owners is unowned too. There is one finding for all of them, which names the largest folders
    /// without any owner. A repository without ownership file is reported by
    /// `codeowners/missing-file` alone, and where only the ownership file, the policy or workflows have
    /// no owner, `codeowners/unguarded-file` says so alone.
    ///
    /// With `minimum-coverage`, a share of unowned files is agreed upon: as long as enough files have
    /// an owner the rule passes, and below that the finding is a warning at least. No number is set by
    /// default, and there is no literature on a good one.
    ///
    /// ## Why it matters
    ///
    /// Nobody is asked about a change of such a file, and nobody answers when it breaks.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// /src/ @ann
    /// CODEOWNERS @ann
    /// -- src/main.rs --
    /// -- docs/guide.md --
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// /src/ @ann
    /// /docs/ @bob
    /// CODEOWNERS @ann
    /// -- src/main.rs --
    /// -- docs/guide.md --
    /// ```
    ///
    /// ## Options
    ///
    /// - `minimum-coverage`: the share of files, in percent, that must have an owner. Not set by
    ///   default: every file must, and the finding has the level of the rule.
    ///
    /// ## Needs
    ///
    /// The tracked files and the ownership file.
    id: "ownership/unowned-file",
    summary: "files have no owner",
    level: Note, strict: Warning,
    status: Stable,
    organizational: true,
    needs: [Tree, OwnershipFile],
    options: UnownedFile,
    check: Files(check),
}

/// How many of the largest unowned folders are named.
const MOST_FOLDERS: usize = 5;

fn check(files: &FileGroup, view: &View<'_>, settings: &Settings) -> Verdict {
    if let Some(gap) = &view.repository.ownership_files.unreadable {
        return Verdict::Skip(gap.clone());
    }
    let Some(file) = view.ownership_file().filter(|file| !file.is_oversized()) else {
        return Verdict::NotApplicable;
    };
    if files.is_empty() {
        return Verdict::NotApplicable;
    }
    let is_unowned = |index: usize| view.ownership.owning_rule(index, file).is_none();
    let all = files.len();
    let unowned = files.iter().filter(|&index| is_unowned(index)).count();
    let minimum = settings.options::<UnownedFile>().minimum_coverage;
    if unowned == 0 || minimum.is_some_and(|minimum| reaches(all - unowned, all, minimum)) {
        return Verdict::Pass;
    }
    let tree = &view.repository.tree;
    let is_told = |index| is_guarded(tree.path(index), file.text().path());
    if minimum.is_none()
        && files
            .iter()
            .all(|index| !is_unowned(index) || is_told(index))
    {
        return Verdict::Pass;
    }
    let message = message(unowned, all, minimum);
    let path = file.text().path().clone();
    let folders = largest(
        &view.repository.tree,
        files.iter(),
        is_unowned,
        MOST_FOLDERS,
    );
    let help = match folders.is_empty() {
        true => {
            "add lines for them, or a first line `* @owner` for what no other line names".to_owned()
        }
        false => format!("add lines for {folders}"),
    };
    let violation = Violation::new(Location::file(path, "names no owner for them"), message);
    let violation = violation.help(help).key("coverage");
    match minimum {
        Some(_) => violation.at_least(Level::Warning).into(),
        None => violation.into(),
    }
}

fn message(unowned: usize, all: usize, minimum: Option<Percent>) -> String {
    let mut message = match (unowned, all) {
        (1, all) => format!("1 of {} has no owner", count(all, "file")),
        (unowned, all) => format!(
            "{} of {} have no owner",
            number(unowned),
            count(all, "file")
        ),
    };
    if let Some(Percent(minimum)) = minimum {
        // Rounded down, so that what fails never looks as if it passed.
        let tenths = (all - unowned).saturating_mul(1_000) / all.max(1);
        let coverage = format!("{}.{} %", tenths / 10, tenths % 10);
        message += &format!(": the coverage is {coverage}, less than {minimum} %");
    }
    message
}

/// Whether so many of `all` files are at least this share of them.
fn reaches(owned: usize, all: usize, minimum: Percent) -> bool {
    owned as f64 * 100.0 >= minimum.0 * all as f64
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{RULE, UnownedFile};
    use crate::facts::{Gap, GapKind};
    use crate::policy::Percent;
    use crate::rules::testing::MiniRepository;

    fn minimum(percent: f64) -> UnownedFile {
        UnownedFile {
            minimum_coverage: Some(Percent(percent)),
        }
    }

    #[test]
    fn unowned_folders_are_named_as_high_as_they_are_unowned() {
        let paths = [
            "a/b/1", "a/b/2", "a/c/1", "d/e/1", "d/e/2", "d/f", "x", "y", "z", "0",
        ];
        let repository = MiniRepository::owned("/a/c/ @ann\nCODEOWNERS @ann\n/d/f\n", paths);
        expect![[r#"
            fail CODEOWNERS 9 of 11 files have no owner
              help: add lines for `d/` (3 files), `a/b/` (2 files), `0`, `x`, `y` and 1 more
        "#]]
        .assert_eq(&repository.check(&RULE));
    }

    #[test]
    fn no_file_or_one_file() {
        expect![[r#"
            fail CODEOWNERS 2 of 2 files have no owner
              help: add lines for them, or a first line `* @owner` for what no other line names
        "#]]
        .assert_eq(&MiniRepository::owned("*", ["a"]).check(&RULE));
        expect![[r#"
            fail CODEOWNERS 1 of 2 files has no owner
              help: add lines for `a`
        "#]]
        .assert_eq(&MiniRepository::owned("CODEOWNERS @ann", ["a"]).check(&RULE));
    }

    #[test]
    fn files_that_another_rule_guards_count_only_beside_others_or_under_a_budget() {
        let text = "/a/ @ann";
        let guarded = ["a/b", "bailiwick.toml", ".github/workflows/ci.yml"];
        let repository = MiniRepository::owned(text, guarded);
        assert_eq!(repository.check(&RULE), "pass\n");
        let found = repository.check_with(&RULE, minimum(90.0));
        assert!(found.starts_with("fail CODEOWNERS 3 of 4 files"), "{found}");
        let others = guarded.into_iter().chain([".github/workflows/lib/x.yml"]);
        let found = MiniRepository::owned(text, others).check(&RULE);
        assert!(found.starts_with("fail CODEOWNERS 4 of 5 files"), "{found}");
    }

    #[test]
    fn an_agreed_coverage_at_and_below_its_border() {
        let paths = ["a/1", "a/2", "a/3", "a/4", "a/5", "a/6", "a/7", "a/8", "b"];
        let repository = MiniRepository::owned("/a/ @ann\nCODEOWNERS @ann", paths);
        assert_eq!(repository.check_with(&RULE, minimum(90.0)), "pass\n");
        expect![[r#"
            fail CODEOWNERS 1 of 10 files has no owner: the coverage is 90.0 %, less than 90.1 %
              at least warning
              help: add lines for `b`
        "#]]
        .assert_eq(&repository.check_with(&RULE, minimum(90.1)));
        assert_eq!(repository.check_with(&RULE, minimum(0.0)), "pass\n");
        assert!(
            repository
                .check_with(&RULE, minimum(100.0))
                .contains("at least warning")
        );
    }

    #[test]
    fn without_a_file_that_is_loaded_other_rules_speak() {
        assert_eq!(
            MiniRepository::new("-- a --\n").check(&RULE),
            "not applicable\n"
        );
        let oversized = MiniRepository::new("-- CODEOWNERS (padded to 3145728 bytes) --\n");
        assert_eq!(oversized.check(&RULE), "not applicable\n");
        let gap = Gap::new(GapKind::Unmerged, "unmerged");
        assert_eq!(oversized.unreadable(gap).check(&RULE), "skip unmerged\n");
        assert_eq!(
            MiniRepository::owned("* @ann", ["a"]).check(&RULE),
            "pass\n"
        );
    }
}
