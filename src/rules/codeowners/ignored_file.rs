//! `codeowners/ignored-file`

use crate::codeowners::OwnershipFile;
use crate::facts::Location;
use crate::policy::{NoOptions, Settings};
use crate::rules::{Verdict, View, Violation, declare_rule};

declare_rule! {
    /// ## What it checks
    ///
    /// There is one ownership file. The forge reads the first of `.github/CODEOWNERS`, `CODEOWNERS`
    /// and `docs/CODEOWNERS` and ignores the others. Symbolic links do not count.
    ///
    /// Source: GitHub documentation, *About code owners*, "CODEOWNERS file location".
    ///
    /// ## Why it matters
    ///
    /// The lines of the other file look like ownership, get edited and reviewed, and decide nothing.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- .github/CODEOWNERS --
    /// * @ann
    /// -- CODEOWNERS --
    /// *.rs @bob
    /// -- src/main.rs --
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- .github/CODEOWNERS --
    /// * @ann
    /// *.rs @bob
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
    id: "codeowners/ignored-file",
    summary: "the forge ignores a second ownership file",
    level: Warning, strict: Error,
    status: Stable,
    organizational: false,
    needs: [Tree, OwnershipFile],
    options: NoOptions,
    check: OwnershipFile(check),
}

fn check(file: &OwnershipFile, view: &View<'_>, _: &Settings) -> Verdict {
    let path = file.text().path();
    let ignored = view.repository.ownership_files.ignored.iter();
    let violations = ignored.map(|hidden| {
        let used = path.to_string_lossy();
        let violation = Violation::new(
            Location::file(hidden.clone(), "not read"),
            format!("the forge ignores this ownership file, as it reads `{used}`"),
        );
        violation
            .related(Location::file(path.clone(), "read instead"))
            .help(format!("move its lines to `{used}`, and remove it"))
            .key(hidden.to_string_lossy())
    });
    violations.collect::<Vec<_>>().into()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::RULE;
    use crate::rules::testing::MiniRepository;

    #[test]
    fn each_hidden_file_is_a_finding_of_its_own() {
        let repository = MiniRepository::new(
            "-- .github/CODEOWNERS --\n-- CODEOWNERS --\n-- docs/CODEOWNERS --\n-- src/CODEOWNERS --\n",
        );
        expect![[r#"
            fail CODEOWNERS the forge ignores this ownership file, as it reads `.github/CODEOWNERS`
              see .github/CODEOWNERS read instead
              help: move its lines to `.github/CODEOWNERS`, and remove it
            fail docs/CODEOWNERS the forge ignores this ownership file, as it reads `.github/CODEOWNERS`
              see .github/CODEOWNERS read instead
              help: move its lines to `.github/CODEOWNERS`, and remove it
        "#]]
        .assert_eq(&repository.check(&RULE));
    }

    #[test]
    fn one_file_is_no_fault() {
        let repository = MiniRepository::new("-- docs/CODEOWNERS --\n");
        assert_eq!(repository.check(&RULE), "pass\n");
    }
}
