//! `runbooks/broken-link`

use crate::facts::{DocumentInTree, Gap, GapKind, LinkState, Role};
use crate::policy::{NoOptions, Settings};
use crate::rules::documentation::broken_link::broken_links;
use crate::rules::{InFile, Verdict, View, Violation, declare_rule};

declare_rule! {
    /// ## What it checks
    ///
    /// Relative links in runbooks, which are the documents under `[documents] runbooks` of the policy
    /// (folders named `runbooks` or `runbook` if it does not say), lead to a tracked file or folder, and
    /// their anchors to a heading; a broken anchor is a note at most. What is not judged is the same as
    /// for `documentation/broken-link`, which judges a README among the runbooks.
    ///
    /// With `--online` links to other hosts are tried too: one that is answered with status 404 or 410 leads
    /// nowhere. Every other failure says nothing, since a host may be down or want a login; nor does a 404 of
    /// the forge itself, which hides what is private. No credential is sent, no host in a private network is
    /// asked unless `--allow-host` names it, and at most 500 links are tried.
    ///
    /// ## Why it matters
    ///
    /// A runbook is read when something is down. That is no time to search for what it meant.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @ann
    /// -- README.md --
    /// -- runbooks/disk-full.md --
    /// Disk full
    /// =========
    ///
    /// Meaning
    /// -------
    /// A disk is full.
    ///
    /// Impact
    /// ------
    /// Writes fail.
    ///
    /// Diagnosis
    /// ---------
    /// See [disks](disks.md).
    ///
    /// Mitigation
    /// ----------
    /// Delete old logs.
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @ann
    /// -- README.md --
    /// -- docs/disks.md --
    /// -- runbooks/disk-full.md --
    /// Disk full
    /// =========
    ///
    /// Meaning
    /// -------
    /// A disk is full.
    ///
    /// Impact
    /// ------
    /// Writes fail.
    ///
    /// Diagnosis
    /// ---------
    /// See [disks](../docs/disks.md).
    ///
    /// Mitigation
    /// ----------
    /// Delete old logs.
    /// ```
    ///
    /// ## Options
    ///
    /// None.
    ///
    /// ## Needs
    ///
    /// The runbooks, and the tracked files; the network (`--online`), to try links to other hosts.
    id: "runbooks/broken-link",
    summary: "a link in a runbook leads nowhere",
    level: Warning, strict: Error,
    status: Stable,
    organizational: false,
    needs: [Tree, Documents, Links],
    options: NoOptions,
    check: Document(check),
    places: [Edits("links lead nowhere"), Summary],
}

fn check(document: &InFile<'_, DocumentInTree>, view: &View<'_>, _: &Settings) -> Verdict {
    if document.fact.role != Role::Runbook {
        return Verdict::NotApplicable;
    }
    match (broken_links(document, view), gone(document, view)) {
        (Verdict::Fail(mut broken), Verdict::Fail(gone)) => {
            broken.extend(gone);
            Verdict::Fail(broken)
        }
        (Verdict::Fail(broken), _) => Verdict::Fail(broken),
        (
            Verdict::Pass | Verdict::NotApplicable,
            elsewhere @ (Verdict::Fail(_) | Verdict::Skip(_)),
        ) => elsewhere,
        (here, _) => here,
    }
}

/// The links to other hosts that lead nowhere, if they were tried.
fn gone(document: &InFile<'_, DocumentInTree>, view: &View<'_>) -> Verdict {
    let Ok(forge) = view.forge() else {
        return Verdict::NotApplicable;
    };
    let (mut violations, mut unknown) = (Vec::new(), None);
    for (link, target) in document.fact.links() {
        let Some(url) = target.external(link) else {
            continue;
        };
        match forge.links.get(url) {
            // What the forge does not show to everybody it says that it does not have.
            Some(LinkState::Gone(_)) if is_at(url, &forge.host) => {
                unknown.get_or_insert("the forge does not show everybody what is private");
            }
            Some(LinkState::Gone(status)) => violations.push(
                Violation::new(
                    document.location(&link.excerpt, "there is no such page"),
                    format!(
                        "`{}` leads nowhere: it is answered with status {status}",
                        link.target
                    ),
                )
                .owners(view.owners_of(document.file))
                .help("link to where it went, or write down here what it said")
                .key(link.target.clone()),
            ),
            Some(LinkState::Unknown(why)) => {
                unknown.get_or_insert(why.as_str());
            }
            Some(LinkState::Alive) | None => {}
        }
    }
    match (violations.is_empty(), unknown) {
        (true, Some(why)) => {
            let reason = format!("a link could not be tried: {why}");
            Verdict::Skip(Gap::new(GapKind::Unverifiable, reason))
        }
        _ => violations.into(),
    }
}

/// Whether a URL is one of a host.
fn is_at(url: &str, host: &str) -> bool {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let named = rest.split(['/', '?', ':']).next().unwrap_or_default();
    named.eq_ignore_ascii_case(host)
}
