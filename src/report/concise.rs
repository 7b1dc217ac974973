//! One line a result, for editors, `grep` and problem matchers: `path:line:column: level[rule] message`.

use std::io::{self, Write};

use super::{change, sentence, shown};
use crate::findings::Report;
use crate::text::terminal;

/// Writes one line for each result, and one for all that a change does to who owns what;
/// nothing if there is none.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    for finding in report.results() {
        writeln!(
            out,
            "{}: {}[{}] {}",
            shown::position(&finding.primary),
            finding.level,
            finding.rule,
            terminal(&sentence::message(finding)),
        )?;
    }
    for (about, text) in change::all(report) {
        writeln!(out, "{about}: {}", terminal(&text))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::report::samples;

    fn written(report: &Report) -> String {
        let mut out = Vec::new();
        write(report, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn one_line_a_finding() {
        expect![[r#"
            .github/CODEOWNERS:3:1: warning[codeowners/dead-pattern] `/docs/` matches no tracked file
            .github/CODEOWNERS:97:1: error[codeowners/shadowed-pattern] `/services/payments/api/v2/internal/` decides for no file: all 31 files that it matches, such as `services/payments/api/v2/internal/ledger.rs`, are taken by line 120
            .github/CODEOWNERS:5:22: warning[codeowners/repeated-owner] `@acme/core` is named twice
            .github/CODEOWNERS: error[codeowners/oversized-file] the ownership file has 3.1 MB, and GitHub loads none above 3 MB
            .: note[ownership/fallback-owner] 61.5 % of the files fall to the catch-all pattern
        "#]].assert_eq(&written(&samples::small()));
    }

    #[test]
    fn a_hostile_repository_forges_nothing() {
        let text = written(&samples::hostile());
        samples::assert_harmless(&text);
        expect![[r#"
            "::error::x ::warning file=a::forged\n::error::y \033[31m\033]8;;http://x\007\r#\x23[group]z\302\2332J\342\200\256gnp\342\200\250\342\200\213\t`":1:1: error[codeowners/invalid-line] ::error::x ::warning file=a::forged\n::error::y \x1b[31m\x1b]8;;http://x\x07\r#\x23[group]z\x9b2J\u{202e}gnp\u{2028}\u{200b}\t`
            "::error::x ::warning file=a::forged\n::error::y \033[31m\033]8;;http://x\007\r#\x23[group]z\302\2332J\342\200\256gnp\342\200\250\342\200\213\t`": error[codeowners/invalid-line] ::error::x ::warning file=a::forged\n::error::y \x1b[31m\x1b]8;;http://x\x07\r#\x23[group]z\x9b2J\u{202e}gnp\u{2028}\u{200b}\t`
        "#]].assert_eq(&text);
    }
}
