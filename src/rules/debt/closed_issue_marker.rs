//! `debt/closed-issue-marker`

use crate::facts::{Forge, Gap, Issue, IssueName, Marker};
use crate::policy::{NoOptions, Settings};
use crate::rules::{InFile, Verdict, View, Violation, declare_rule};
use crate::text::list;

declare_rule! {
    /// ## What it checks
    ///
    /// The issues that a marker names are open: `TODO(#12)`, `TODO(acme/shop#12)`, `TODO: see
    /// https://github.com/acme/shop/issues/12`, and pull requests alike. A marker that names several is told of
    /// when all of them are closed. Issues of other trackers are not looked up. An issue that the token does
    /// not show is skipped.
    ///
    /// Source: todocheck.
    ///
    /// ## Why it matters
    ///
    /// Either the work is done and the comment is left over, or the issue was closed without it: then nobody
    /// will follow it up any more.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @ann
    /// -- src/main.rs --
    /// // TODO(#12): retry
    /// -- (forge) --
    /// issue 12: closed 2025-11-02
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @ann
    /// -- src/main.rs --
    /// // TODO(#12): retry
    /// -- (forge) --
    /// issue 12: open
    /// ```
    ///
    /// ## Options
    ///
    /// None.
    ///
    /// ## Needs
    ///
    /// The comments of the tracked files, and the forge (`--online`).
    id: "debt/closed-issue-marker",
    summary: "a marker waits for an issue that is closed",
    level: Warning, strict: Warning,
    status: Stable,
    organizational: true,
    needs: [Tree, Markers, Forge, Issues],
    options: NoOptions,
    check: Marker(check),
    places: [Edits("markers wait for issues that are closed")],
}

fn check(marker: &InFile<'_, Marker>, view: &View<'_>, _: &Settings) -> Verdict {
    let forge = match view.forge() {
        Ok(forge) => forge,
        Err(gap) => return Verdict::Skip(gap),
    };
    let fact = marker.fact;
    let named = IssueName::all_of(fact, &forge.origin, &forge.host);
    let mut closed: Vec<(String, Issue)> = Vec::new();
    for name in &named {
        match forge.issues.get(name) {
            Some(Ok(issue)) if issue.closed.is_some() => closed.push((shown(name, forge), *issue)),
            Some(Ok(_)) => return Verdict::Pass,
            Some(Err(gap)) => return Verdict::Skip(Gap::clone(gap)),
            // More of them than are looked up.
            None => return Verdict::NotApplicable,
        }
    }
    // One of another tracker may be open.
    if closed.is_empty() || fact.issues.len() + fact.links.len() > named.len() {
        return Verdict::NotApplicable;
    }
    let says = |(name, issue): &(String, Issue)| {
        let day = issue.closed.map(crate::analysis::people::day_of);
        let day = day.map_or_else(String::new, |day| format!(" since {day}"));
        let what = if issue.is_pull { "pull request " } else { "" };
        format!("{what}`{name}` is closed{day}")
    };
    let said: Vec<String> = closed.iter().map(says).collect();
    Violation::new(
        marker.location(&fact.excerpt, "waits for what is over"),
        format!("`{}` is left over: {}", fact.word, list(&said, 0)),
    )
    .owners(view.owners_of(marker.file))
    .help("do what it says, or remove it; name another issue if it still has to wait")
    .key(format!("{} {}", marker.path_text(), fact.text))
    .into()
}

/// An issue as people write it: in its own repository by its number.
fn shown(name: &IssueName, forge: &Forge) -> String {
    match name.repository.eq_ignore_ascii_case(&forge.origin) {
        true => format!("#{}", name.number),
        false => format!("{}#{}", name.repository, name.number),
    }
}
