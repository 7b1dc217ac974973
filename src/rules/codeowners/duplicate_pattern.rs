//! `codeowners/duplicate-pattern`

use crate::policy::{NoOptions, Settings};
use crate::rules::{RuleLine, Verdict, View, Violation, declare_rule};

declare_rule! {
    /// ## What it checks
    ///
    /// No pattern is repeated further down, in the same or in another spelling that means the same
    /// (`/docs/` and `/docs/**`; but `docs/` is another pattern, as it floats). A pattern that matches
    /// no file is reported as that alone.
    ///
    /// ## Why it matters
    ///
    /// The last line that matches decides alone, so the earlier line never does. Who wrote two lines to
    /// ask two teams asks only the second.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @ann
    /// *.rs @bob
    /// *.rs @eve
    /// -- src/main.rs --
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @ann
    /// *.rs @bob @eve
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
    id: "codeowners/duplicate-pattern",
    summary: "a pattern is repeated further down",
    level: Warning, strict: Error,
    status: Stable,
    organizational: false,
    needs: [Tree, OwnershipFile],
    options: NoOptions,
    check: OwnershipRule(check),
}

fn check(line: RuleLine<'_>, view: &View<'_>, _: &Settings) -> Verdict {
    let Some(place) = view.repeated(line.place) else {
        return Verdict::Pass;
    };
    let matched = view.undecided(line.place).map_or(0, |found| found.matched);
    if matched == 0 {
        return Verdict::Pass;
    }
    let later = RuleLine { place, ..line };
    let (rule, later_rule) = (line.rule(), later.rule());
    let (pattern, again) = (rule.pattern_text(), later_rule.pattern_text());
    let number = later_rule.line();
    let message = match pattern == again {
        true => format!("`{pattern}` is repeated on line {number}, which decides instead"),
        false => format!(
            "`{pattern}` means the same as `{again}` on line {number}, which decides instead"
        ),
    };
    let help = if line.owner_set() == later.owner_set() {
        "remove this line, which names the same owners".to_owned()
    } else if rule.owners().is_empty() || later_rule.owners().is_empty() {
        "remove the line that is not meant".to_owned()
    } else {
        format!("remove this line; to ask the owners of both, name them all on line {number}")
    };
    Violation::new(line.pattern("never decides"), message)
        .related(later.pattern("decides instead"))
        .owners(rule.owner_names())
        .help(help)
        .fix(super::dead_pattern::remove_line(line))
        .into()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::RULE;
    use crate::rules::testing::MiniRepository;

    #[test]
    fn every_repetition_but_the_last_is_reported() {
        let text = "* @ann\n/docs/ @ann @bob\n/docs/** @BOB @Ann\n/docs/ @eve\n/docs/\n";
        let repository = MiniRepository::owned(text, ["docs/a", "src/a"]);
        expect![[r#"
            fail CODEOWNERS:2:1 `/docs/` means the same as `/docs/**` on line 3, which decides instead
              see CODEOWNERS:3:1 decides instead
              help: remove this line, which names the same owners
              fix: bytes 7 to 24 become ""
            fail CODEOWNERS:3:1 `/docs/**` means the same as `/docs/` on line 4, which decides instead
              see CODEOWNERS:4:1 decides instead
              help: remove this line; to ask the owners of both, name them all on line 4
              fix: bytes 24 to 43 become ""
            fail CODEOWNERS:4:1 `/docs/` is repeated on line 5, which decides instead
              see CODEOWNERS:5:1 decides instead
              help: remove the line that is not meant
              fix: bytes 43 to 55 become ""
        "#]]
        .assert_eq(&repository.check(&RULE));
    }

    #[test]
    fn patterns_that_mean_different_files_pass() {
        for text in [
            "/docs/ @a\ndocs/ @b",
            "/docs @a\n/docs/ @b",
            "/docs/* @a\n/docs/ @b",
            "/Docs/ @a\n/docs/ @b",
            // Both match nothing, which is a finding of another rule.
            "/gone/ @a\n/gone/ @b",
        ] {
            let repository = MiniRepository::owned(text, ["docs/a/b", "docs/a.md"]);
            assert_eq!(repository.check(&RULE), "pass\n", "{text}");
        }
    }
}
