//! `--select` and `--ignore`: rule ids, or `family/*`.

use super::failure::Failure;
use crate::rules;
use crate::text::did_you_mean;

/// Fails for the first pattern that names no rule, with the rule that was probably meant.
pub(super) fn validate(option: &str, patterns: &[String]) -> Result<(), Failure> {
    let ids: Vec<_> = rules::all().iter().map(|rule| rule.spec.id).collect();
    let unknown = patterns.iter().find(|pattern| !matches(pattern, &ids));
    match unknown {
        Some(pattern) => Err(unknown_rule(&format!("{option}: "), pattern, &ids)),
        None => Ok(()),
    }
}

fn matches(pattern: &str, ids: &[&str]) -> bool {
    match pattern.strip_suffix("/*") {
        Some(family) => ids.iter().any(|id| family_of(id) == family),
        None => ids.contains(&pattern),
    }
}

fn family_of(id: &str) -> &str {
    id.split('/').next().unwrap_or_default()
}

/// There is no such rule.
pub(super) fn unknown_rule(before: &str, word: &str, ids: &[&str]) -> Failure {
    let renamed = rules::RENAMED.iter().find(|(old, ..)| *old == word);
    let removed = rules::REMOVED.iter().find(|(old, ..)| *old == word);
    let help = if let Some((_, new, since)) = renamed {
        format!("it is called `{new}` since {since}")
    } else if let Some((_, reason, since)) = removed {
        format!("it was removed in {since}: {reason}")
    } else {
        let families = ids.iter().map(|id| format!("{}/*", family_of(id)));
        let families: Vec<_> = families.collect();
        let candidates = ids
            .iter()
            .copied()
            .chain(families.iter().map(String::as_str));
        // The comparison takes time by the length of both; no id is nearly as long.
        let short = word.len() <= 100;
        match short.then(|| did_you_mean(word, candidates)).flatten() {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => "`bailiwick rules` lists all rules".into(),
        }
    };
    Failure::new(format!("{before}there is no rule `{word}`"), help)
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    #[test]
    fn ids_and_families_are_known() {
        let ids = ["codeowners/dead-pattern", "ownership/unowned-file"];
        let cases = [
            ("codeowners/dead-pattern", true),
            ("codeowners/*", true),
            ("codeowners", false),
            ("code/*", false),
            ("*", false),
            ("", false),
        ];
        for (pattern, known) in cases {
            assert_eq!(matches(pattern, &ids), known, "{pattern}");
        }
    }

    #[test]
    fn a_typing_error_is_answered_with_the_rule_that_was_meant() {
        let select = |pattern: &str| validate("--select", &[pattern.to_string()]);
        assert!(select("codeowners/*").is_ok());
        let text = |pattern| select(pattern).unwrap_err().text();
        expect![[r#"
            error: --select: there is no rule `codeowner/dead-pattern`
            help: did you mean `codeowners/dead-pattern`?
        "#]]
        .assert_eq(&text("codeowner/dead-pattern"));
        expect![[r#"
            error: --select: there is no rule `codeowner/*`
            help: did you mean `codeowners/*`?
        "#]]
        .assert_eq(&text("codeowner/*"));
        expect![[r#"
            error: --select: there is no rule `\x1b[31m`
            help: `bailiwick rules` lists all rules
        "#]]
        .assert_eq(&text("\u{1b}[31m"));
    }
}
