//! What is wrong with a policy or a request, all at once, each with the line that is wrong.

#[cfg(feature = "cli")]
use std::io::{self, Write};

#[cfg(feature = "cli")]
use super::{Look, snippet::Drawing};
use crate::facts::Location;
#[cfg(feature = "cli")]
use crate::policy::Level;

/// An error in a file that the user wrote for this program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The part of the file that is wrong.
    pub location: Location,
    /// What is wrong: a lowercase fragment without full stop, names in backticks.
    pub message: String,
    /// What to do, as a sentence fragment.
    pub help: Option<String>,
}

/// Draws all problems, each with its line.
#[cfg(feature = "cli")]
pub fn write(problems: &[Problem], out: &mut dyn Write, look: Look) -> io::Result<()> {
    for problem in problems {
        let drawing = Drawing {
            level: Level::Error,
            message: &problem.message,
            primary: &problem.location,
            related: &[],
            help: problem.help.as_deref(),
        };
        writeln!(out, "{}", drawing.draw(look))?;
    }
    Ok(())
}

#[cfg(all(test, feature = "cli"))]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::report::samples;

    #[test]
    fn every_problem_shows_its_line() {
        let mut out = Vec::new();
        write(&samples::problems(), &mut out, Look::PLAIN).unwrap();
        let text = String::from_utf8(out).unwrap();
        samples::assert_harmless(&text);
        // Without a line that is not indented, the expected text would lose its own indentation.
        expect![[r#"
            problems:
              × there is no rule `codeowners/dead-patern`
               ╭─[bailiwick.toml:8:1]
             8 │ "codeowners/dead-patern" = "eror"
               · ────────────┬───────────
               ·             ╰── unknown rule
               ╰────
              help: did you mean `codeowners/dead-pattern`?

              × ::error::x ::warning file=a::forged\n::error::y
              │ \x1b[31m\x1b]8;;http://x\x07\r#\x23[group]z\x9b2J\u{202e}gnp\u{2028}\u{200b}\t`
               ╭─[../shared/policy.toml:1:12]
             1 │ extends = ["x"]
               ·            ─┬─
               ·             ╰─┤ ::error::x ::warning file=a::forged\n::error::y
               ·               │ \x1b[31m\x1b]8;;http://x\x07\r#\x23[group]z\x9b2J\u{202e}gnp\u{2028}\u{200b}\t`
               ╰────
              help: ::error::x ::warning file=a::forged\n::error::y
                    \x1b[31m\x1b]8;;http://x\x07\r#\x23[group]z\x9b2J\u{202e}gnp\u{2028}\u{200b}\t`

        "#]].assert_eq(&format!("problems:\n{text}"));
    }
}
