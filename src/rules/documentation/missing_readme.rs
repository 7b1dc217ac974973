//! `documentation/missing-readme`

use crate::facts::Location;
use crate::policy::{NoOptions, Settings};
use crate::rules::{Verdict, View, Violation, declare_rule};

declare_rule! {
    /// ## What it checks
    ///
    /// The repository has a README where the forge shows one: in `.github/`, in the root or in `docs/`,
    /// of any extension and in any case.
    ///
    /// Source: GitHub documentation, *About the repository README file*.
    ///
    /// ## Why it matters
    ///
    /// It is the first page that anyone opens, and the only one that everybody knows where to find.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @ann
    /// -- src/main.rs --
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @ann
    /// -- README.md --
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
    id: "documentation/missing-readme",
    summary: "the repository has no README",
    level: Note, strict: Warning,
    status: Stable,
    organizational: false,
    needs: [Tree],
    options: NoOptions,
    check: Repository(check),
}

/// The folders in which the forge looks.
const FOLDERS: [&[u8]; 3] = [b".github/", b"", b"docs/"];

fn check(view: &View<'_>, _: &Settings) -> Verdict {
    let tree = &view.repository.tree;
    if tree.is_empty() {
        return Verdict::NotApplicable;
    }
    if tree.paths().any(is_readme) {
        return Verdict::Pass;
    }
    Violation::new(
        Location::repository("no README"),
        "the repository has no README",
    )
    .help("write `README.md`: what it is, how to run and test it, and whom to ask")
    .key("")
    .into()
}

/// Whether the forge shows the file at this path as the repository's README.
fn is_readme(path: &[u8]) -> bool {
    FOLDERS.iter().any(|folder| {
        let name = path.strip_prefix(*folder).unwrap_or_default();
        let stem = name.split(|&byte| byte == b'.').next().unwrap_or(name);
        !name.contains(&b'/') && stem.eq_ignore_ascii_case(b"README")
    })
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::MiniRepository;

    #[test]
    fn a_readme_counts_where_the_forge_shows_it() {
        for path in [
            "README",
            "readme.rst",
            ".github/README.md",
            "docs/Readme.txt",
        ] {
            let repository = MiniRepository::new(&format!("-- {path} --\n"));
            assert_eq!(repository.check(&RULE), "pass\n", "{path}");
        }
        for path in ["src/README.md", "READMEs.md", "docs/api/README.md"] {
            let repository = MiniRepository::new(&format!("-- {path} --\n"));
            assert!(
                repository.check(&RULE).starts_with("fail repository"),
                "{path}"
            );
        }
        assert_eq!(MiniRepository::new("").check(&RULE), "not applicable\n");
    }
}
