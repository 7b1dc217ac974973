//! `codeowners/dead-pattern`

use crate::policy::{NoOptions, Settings};
use crate::rules::folders::entries;
use crate::rules::{Edit, Fix};
use crate::rules::{RuleLine, Verdict, View, Violation, declare_rule};
use crate::text::{Span, did_you_mean};

declare_rule! {
    /// ## What it checks
    ///
    /// Every pattern of the ownership file matches at least one tracked file. A pattern that is misread
    /// or ambiguous, or that matches files which later lines take, is the business of other rules.
    ///
    /// ## Why it matters
    ///
    /// Files get moved and their ownership stays behind: the line looks like protection, and nobody is
    /// asked. A typing error in a new line looks just the same.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @ann
    /// /srv/ @bob
    /// -- src/main.rs --
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @ann
    /// /src/ @bob
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
    id: "codeowners/dead-pattern",
    summary: "a pattern matches no tracked file",
    level: Warning, strict: Error,
    status: Stable,
    organizational: false,
    needs: [Tree, OwnershipFile],
    options: NoOptions,
    check: OwnershipRule(check),
}

fn check(line: RuleLine<'_>, view: &View<'_>, _: &Settings) -> Verdict {
    let dead = view
        .undecided(line.place)
        .is_some_and(|undecided| undecided.matched == 0);
    // A line that is misread, or read in two ways, has a better finding than this one.
    if !dead
        || super::misread_line::misreading(line, view).is_some()
        || super::ambiguous_pattern::spelling(line, view).is_some()
    {
        return Verdict::Pass;
    }
    let rule = line.rule();
    let pattern = rule.pattern_text();
    let violation = Violation::new(
        line.pattern("no file matches"),
        format!("pattern `{pattern}` matches no tracked file"),
    );
    let help = match deeper(line, view).or_else(|| nearest(line, view)) {
        Some(near) => format!("did you mean `{near}`? Else remove the line"),
        None => "remove the line, or name the path to which its files went".to_owned(),
    };
    violation
        .help(help)
        .owners(rule.owner_names())
        .fix(remove_line(line))
        .into()
}

/// The pattern of everything below the folder of a pattern `folder/*`, if only that matches files.
fn deeper(line: RuleLine<'_>, view: &View<'_>) -> Option<String> {
    let folder = super::shallow_pattern::folder(line)?;
    let is_deep = !view.repository.tree.below(&folder).is_empty();
    is_deep.then(|| super::shallow_pattern::deep(line))
}

/// The folder or file that the pattern's first missing segment was probably meant to name.
fn nearest(line: RuleLine<'_>, view: &View<'_>) -> Option<String> {
    let prefix = line.rule().pattern().literal_prefix();
    let prefix = std::str::from_utf8(&prefix)
        .ok()
        .filter(|prefix| !prefix.is_empty())?;
    let tree = &view.repository.tree;
    let mut parent = String::new();
    for segment in prefix.split('/') {
        let here = if parent.is_empty() {
            segment.to_owned()
        } else {
            format!("{parent}/{segment}")
        };
        let path = crate::text::RepoPath::from(here.as_str());
        if tree.find(path.as_bytes()).is_some() || !tree.below(&path).is_empty() {
            parent = here;
            continue;
        }
        let most = view.most_candidates();
        let names: Vec<&[u8]> = entries(tree, &parent.as_str().into())
            .take(most + 1)
            .collect();
        if names.len() > most {
            return None;
        }
        let names = names
            .into_iter()
            .filter_map(|name| std::str::from_utf8(name).ok());
        let near = did_you_mean(segment, names)?;
        let slash = if parent.is_empty() { "" } else { "/" };
        return Some(format!("/{parent}{slash}{near}"));
    }
    None
}

/// The fix that takes a rule's line out of the file.
pub(super) fn remove_line(line: RuleLine<'_>) -> Fix {
    let text = line.file.text();
    let span = text.line_span(line.rule().line());
    let next = text.line_span(line.rule().line() + 1);
    Fix {
        description: "remove the line".into(),
        edits: vec![Edit {
            path: text.path().clone(),
            span: Span::new(span.start, next.start.max(span.end)),
            replacement: String::new(),
        }],
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::RULE;
    use crate::rules::testing::MiniRepository;

    #[test]
    fn what_was_meant_is_asked_for() {
        let text = "/srv/ @ann\n/src/maim.rs @ann\n/lib/* @ann\n/src/*.md @ann\n/zzz @ann";
        let repository = MiniRepository::owned(text, ["src/bin/a.rs", "src/main.rs", "lib/a/b"]);
        expect![[r#"
            fail CODEOWNERS:1:1 pattern `/srv/` matches no tracked file
              help: did you mean `/src`? Else remove the line
              fix: bytes 0 to 11 become ""
            fail CODEOWNERS:2:1 pattern `/src/maim.rs` matches no tracked file
              help: did you mean `/src/main.rs`? Else remove the line
              fix: bytes 11 to 29 become ""
            fail CODEOWNERS:3:1 pattern `/lib/*` matches no tracked file
              help: did you mean `/lib/`? Else remove the line
              fix: bytes 29 to 41 become ""
            fail CODEOWNERS:4:1 pattern `/src/*.md` matches no tracked file
              help: remove the line, or name the path to which its files went
              fix: bytes 41 to 56 become ""
            fail CODEOWNERS:5:1 pattern `/zzz` matches no tracked file
              help: remove the line, or name the path to which its files went
              fix: bytes 56 to 66 become ""
        "#]]
        .assert_eq(&repository.check(&RULE));
    }

    #[test]
    fn lines_with_a_better_finding_pass() {
        let text = "@acme/ops\n*@ann\n*.{js,ts} @ann\n/src/#all @ann\n/src/ @ann\n* @ann";
        let repository = MiniRepository::owned(text, ["src/a.rs"]);
        assert_eq!(repository.check(&RULE), "pass\n");
    }
}
