//! `codeowners/invalid-line`

use crate::codeowners::{InvalidLine, InvalidLineKind, OwnerKind, OwnershipFile};
use crate::facts::Location;
use crate::policy::{NoOptions, Settings};
use crate::rules::{Edit, Fix};
use crate::rules::{Verdict, View, Violation, declare_rule};

declare_rule! {
    /// ## What it checks
    ///
    /// Every line has the syntax that the forge accepts. A line is skipped as a whole if its pattern
    /// starts with `!` or has a `[` or `]` that no `\` escapes, or if one of its owners is neither
    /// `@user`, `@organization/team` nor an e-mail address. The message begins with the forge's own
    /// name for the error.
    ///
    /// Source: GitHub documentation, *About code owners*, "CODEOWNERS syntax", and the REST endpoint
    /// `GET /repos/{owner}/{repo}/codeowners/errors`.
    ///
    /// ## Why it matters
    ///
    /// The forge skips the line and goes on: its files fall to an earlier line or to nobody, and pull
    /// requests show no error.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @ann
    /// /app/[id]/ @bob
    /// -- app/[id]/page.ts --
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @ann
    /// /app/\[id\]/ @bob
    /// -- app/[id]/page.ts --
    /// ```
    ///
    /// ## Options
    ///
    /// None.
    ///
    /// ## Needs
    ///
    /// The ownership file.
    id: "codeowners/invalid-line",
    summary: "the forge skips a line with invalid syntax",
    level: Error, strict: Error,
    status: Stable,
    organizational: false,
    needs: [OwnershipFile],
    options: NoOptions,
    check: OwnershipFile(check),
}

fn check(file: &OwnershipFile, _: &View<'_>, _: &Settings) -> Verdict {
    let invalid = file.invalid_lines().iter();
    let violations: Vec<_> = invalid.map(|line| violation(file, line)).collect();
    violations.into()
}

fn violation(file: &OwnershipFile, line: &InvalidLine) -> Violation {
    let violation = Violation::new(
        Location::of(file.text(), line.span, "the forge skips the line"),
        format!("{}: {}", line.kind.name(), line.reason),
    );
    let violation = violation.help(match line.kind {
        InvalidLineKind::Pattern => pattern_help(file, line),
        InvalidLineKind::Owner => owner_help(file, line),
    });
    match replacement(file, line) {
        Some(replacement) => violation.fix(Fix {
            description: format!("write `{replacement}`"),
            edits: vec![Edit::new(file.text(), line.span, replacement)],
        }),
        None => violation,
    }
}

fn pattern_help(file: &OwnershipFile, line: &InvalidLine) -> String {
    let pattern = String::from_utf8_lossy(file.text().slice(line.span));
    if let Some(excluded) = pattern.strip_prefix('!') {
        return format!(
            "to leave files without owner, write a later line with the pattern `{excluded}` and no owners"
        );
    }
    if is_section(file, line) {
        return "GitHub has no sections as GitLab has: write the owners on every line, and start a \
                heading with `#`"
            .into();
    }
    match &line.suggestion {
        Some(suggestion) => format!("write `{suggestion}` if the brackets belong to the name"),
        None => "write a pattern of names, `*`, `**` and `?`".into(),
    }
}

/// Whether the line is a section of GitLab: `[Name]`, `^[Name][2] @owner`.
fn is_section(file: &OwnershipFile, line: &InvalidLine) -> bool {
    let text = file.text().slice(file.text().line_span(line.line));
    let text = text.trim_ascii();
    let name = text.strip_prefix(b"^").unwrap_or(text);
    let Some(end) = name.iter().position(|&byte| byte == b']') else {
        return false;
    };
    let behind = name.get(end + 1);
    name.starts_with(b"[") && behind.is_none_or(|byte| byte.is_ascii_whitespace() || *byte == b'[')
}

fn owner_help(file: &OwnershipFile, line: &InvalidLine) -> String {
    let owner = String::from_utf8_lossy(file.text().slice(line.span));
    if let Some(suggestion) = &line.suggestion {
        return format!("write `{suggestion}`");
    }
    let whole = file.text().line_span(line.line);
    let before = file
        .text()
        .slice(crate::text::Span::new(whole.start, line.span.start));
    let before = String::from_utf8_lossy(before);
    let mut words = before.split_ascii_whitespace();
    if let (Some(pattern), None, false) = (words.next(), words.next(), owner.contains('@')) {
        return format!(
            "put a `\\` before a space that belongs to the pattern: `{pattern}\\ {owner}`"
        );
    }
    let parents = owner
        .strip_prefix('@')
        .and_then(|team| team.split_once('/'));
    if let Some((organization, team)) = parents
        && let Some((_, child)) = team.rsplit_once('/')
        && let team = format!("@{organization}/{child}")
        && OwnerKind::of(&team) == Some(OwnerKind::Team)
    {
        return format!("name the team without its parents: `{team}`");
    }
    "write `@user`, `@organization/team` or an e-mail address".into()
}

/// What a machine may write instead: the same name or owner, escaped or without what is around it.
/// To turn a word into a handle is a guess, and so left to people.
fn replacement(file: &OwnershipFile, line: &InvalidLine) -> Option<String> {
    let suggestion = line.suggestion.as_ref()?;
    let text = String::from_utf8_lossy(file.text().slice(line.span));
    let same = match line.kind {
        InvalidLineKind::Pattern => !is_section(file, line),
        InvalidLineKind::Owner => text.contains(suggestion.as_str()),
    };
    same.then(|| suggestion.clone())
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::RULE;
    use crate::rules::testing::MiniRepository;

    #[test]
    fn each_line_says_what_the_forge_says_and_what_to_write() {
        let repository = MiniRepository::owned(
            "!/vendor/ @ann\n/app/[id]/ @ann\n/my docs/ @ann\n*.js @ann, @bob\n*.rs ann\n\
             *.py @acme/ops/eu\n*.go @acme.ops\n*.c @ann # [fine] !here\n",
            ["a"],
        );
        expect![[r#"
            fail CODEOWNERS:1:1 Invalid pattern: `!` does not negate a pattern here
              help: to leave files without owner, write a later line with the pattern `/vendor/` and no owners
            fail CODEOWNERS:2:1 Invalid pattern: both `[` and `]` must be escaped with a `\`
              help: write `/app/\[id\]/` if the brackets belong to the name
              fix: bytes 15 to 25 become "/app/\\[id\\]/"
            fail CODEOWNERS:3:5 Invalid owner: `docs/` is neither `@user`, `@organization/team` nor an e-mail address
              help: put a `\` before a space that belongs to the pattern: `/my\ docs/`
            fail CODEOWNERS:4:6 Invalid owner: `@ann,` is neither `@user`, `@organization/team` nor an e-mail address
              help: write `@ann`
              fix: bytes 51 to 56 become "@ann"
            fail CODEOWNERS:5:6 Invalid owner: `ann` is neither `@user`, `@organization/team` nor an e-mail address
              help: write `@ann`
            fail CODEOWNERS:6:6 Invalid owner: `@acme/ops/eu` is neither `@user`, `@organization/team` nor an e-mail address
              help: name the team without its parents: `@acme/eu`
            fail CODEOWNERS:7:6 Invalid owner: `@acme.ops` is neither `@user`, `@organization/team` nor an e-mail address
              help: write `@user`, `@organization/team` or an e-mail address
        "#]]
        .assert_eq(&repository.check(&RULE));
    }

    #[test]
    fn sections_of_gitlab_are_told_from_ranges() {
        for (line, is_section) in [
            ("[Docs]", true),
            ("^[Docs]", true),
            ("[Docs team][2] @ann", true),
            ("  [Docs] @ann", true),
            ("[ab].js @ann", false),
            ("[Docs @ann", false),
            ("docs/[a] @ann", false),
        ] {
            let found = MiniRepository::owned(line, ["a"]).check(&RULE);
            assert!(found.starts_with("fail"), "{line}: {found}");
            assert_eq!(found.contains("no sections"), is_section, "{line}: {found}");
            assert!(!(is_section && found.contains("fix:")), "{line}: {found}");
        }
    }

    #[test]
    fn valid_lines_pass() {
        let text = "* @ann\n\n# [x]\n/docs/\n\\[a\\] a@b.c";
        assert_eq!(MiniRepository::owned(text, ["a"]).check(&RULE), "pass\n");
    }
}
