//! `codeowners/dead-pattern`

use crate::findings::{Edit, Fix};
use crate::policy::{NoOptions, Settings};
use crate::rules::{RuleLine, Verdict, View, Violation, declare_rule};
use crate::text::{Span, did_you_mean};

declare_rule! {
    /// ## What it checks
    ///
    /// Every pattern of the ownership file matches at least one tracked file. A pattern whose owners
    /// are misread, or that matches files which later lines take, is the business of other rules.
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
    // A line that is misread has a better finding than this one.
    if !dead || super::misread_line::misreading(line, view).is_some() {
        return Verdict::Pass;
    }
    let rule = line.rule();
    let pattern = rule.pattern_text();
    let violation = Violation::new(
        line.pattern("no file matches"),
        format!("pattern `{pattern}` matches no tracked file"),
    );
    let help = match nearest(line, view) {
        Some(near) => format!("did you mean `{near}`? Else remove the line"),
        None => "remove the line, or name the path to which its files went".to_owned(),
    };
    violation
        .help(help)
        .owners(rule.owner_names())
        .fix(remove_line(line))
        .into()
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
        let names = tree.below(&parent.as_str().into()).filter_map(|index| {
            let rest = tree.path(index).get(
                if parent.is_empty() {
                    0
                } else {
                    parent.len() + 1
                }..,
            )?;
            std::str::from_utf8(rest).ok()?.split('/').next()
        });
        let mut names: Vec<&str> = names.collect();
        names.dedup();
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
