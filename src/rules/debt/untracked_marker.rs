//! `debt/untracked-marker`

use std::collections::BTreeMap;

use crate::facts::Marker;
use crate::policy::Settings;
use crate::rules::folders::largest;
use crate::rules::{FileGroup, Verdict, View, Violation, declare_rule};
use crate::text::{count, list, number};

crate::options! {
    /// The options of `debt/untracked-marker`.
    pub(crate) struct UntrackedMarker {
        /// Whether every marker is a finding of its own. Otherwise one finding counts them all.
        each("each"): bool = false,
    }
}

declare_rule! {
    /// ## What it checks
    ///
    /// Every marker in a comment (`TODO`, `FIXME`, `HACK`, `XXX`, or the words under `[markers] words` of
    /// the policy) names an owner, an issue or a link: `TODO(ann)`, `TODO @ann`, `TODO(#12)`, `TODO ABC-1`,
    /// or a URL, there or on the next line of the comment. A marker that names a date says when it ends and
    /// passes too. One finding counts all others, and names the folders and the owners that have most.
    ///
    /// Only comments count, in the file types whose comments are known, and in them the words that begin a
    /// comment, a line or a sentence: in running text they speak about something else. Files that are
    /// vendored or fed to tests do not count, nor do files that are generated, as `.gitattributes` or a
    /// comment at their top says (`Code generated … DO NOT EDIT`, `@generated`).
    ///
    /// Source: Ruff, rule TD003 (`missing-todo-link`).
    ///
    /// ## Why it matters
    ///
    /// A shortcut that nobody follows up stays for good. Whoever reads the comment in a year can ask nobody
    /// and look nothing up.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @ann
    /// -- src/main.rs --
    /// // TODO: retry
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @ann
    /// -- src/main.rs --
    /// // TODO(#12): retry
    /// ```
    ///
    /// ## Options
    ///
    /// - `each`: whether every marker is a finding of its own, as in `strict`. Default: `false`.
    ///
    /// ## Needs
    ///
    /// The comments of the tracked files.
    id: "debt/untracked-marker",
    summary: "a marker names neither owner, issue nor link",
    level: Note, strict: Note,
    status: Stable,
    organizational: true,
    needs: [Tree, Markers],
    options: UntrackedMarker,
    check: Files(check),
}

/// Of how many owners the markers are counted.
const MOST_OWNERS: usize = 3;

/// How many markers are shown beside the count.
const MOST_SHOWN: usize = 3;

/// Whether nothing says who follows up, or where.
pub(super) fn is_untracked(marker: &Marker) -> bool {
    marker.owner.is_none()
        && marker.issues.is_empty()
        && marker.links.is_empty()
        && marker.date.is_none()
}

fn check(files: &FileGroup, view: &View<'_>, settings: &Settings) -> Verdict {
    let untracked = |place: usize| {
        view.markers(place)
            .filter(|marker| is_untracked(marker.fact))
    };
    if settings.options::<UntrackedMarker>().each {
        let violations = files.iter().flat_map(untracked).map(|marker| {
            let violation = Violation::new(
                marker.location(&marker.fact.excerpt, "nobody will follow this up"),
                format!("`{}` names neither owner, issue nor link", marker.fact.word),
            );
            let key = format!("{} {}", marker.path_text(), marker.fact.text);
            violation
                .owners(view.owners_of(marker.file))
                .help(HELP)
                .key(key)
        });
        return violations.collect::<Vec<_>>().into();
    }
    let tree = &view.repository.tree;
    let mut owners: BTreeMap<Vec<String>, usize> = BTreeMap::new();
    let (mut all, mut in_files, mut shown) = (0, Vec::new(), Vec::new());
    for place in files.iter() {
        let before = all;
        for marker in untracked(place) {
            all += 1;
            *owners.entry(view.owners_of(place)).or_default() += 1;
            if shown.len() < MOST_SHOWN {
                shown.push(marker.location(&marker.fact.excerpt, "one of them"));
            }
        }
        if all > before {
            in_files.push(place);
        }
    }
    let mut shown = shown.into_iter();
    let Some(first) = shown.next() else {
        return Verdict::Pass;
    };
    let name = if all == 1 { "names" } else { "name" };
    let mut message = format!(
        "{} {name} neither owner, issue nor link",
        count(all, "marker")
    );
    if let (more, false) = (whose(&owners), owners.len() < 2) {
        message += &format!(": {more}");
    }
    let folders = largest(tree, files.iter(), |place| {
        in_files.binary_search(&place).is_ok()
    });
    let violation = Violation::new(first, message);
    let help = match folders.names.as_str() {
        "" => HELP.to_owned(),
        names => format!("{HELP}; files with some are in {names}"),
    };
    let violation = Violation {
        related: shown.collect(),
        ..violation
    };
    violation.help(help).key("untracked").into()
}

const HELP: &str = "write `TODO(#12): …` or `TODO(@owner): …`, or resolve it";

/// Who owns the files with most of the markers: `@acme/a has 12, @acme/b 3 and nobody 1`.
fn whose(owners: &BTreeMap<Vec<String>, usize>) -> String {
    let mut owners: Vec<(&Vec<String>, usize)> = owners.iter().map(|(o, n)| (o, *n)).collect();
    owners.sort_by_key(|&(_, markers)| std::cmp::Reverse(markers));
    let more = owners.len().saturating_sub(MOST_OWNERS);
    let name = |(names, markers): &(&Vec<String>, usize)| match &names[..] {
        [] => format!("{} in files that nobody owns", number(*markers)),
        [owner] => format!("{} in files of `{owner}`", number(*markers)),
        [owner, others @ ..] => format!(
            "{} in files of `{owner}` and {}",
            number(*markers),
            count(others.len(), "other")
        ),
    };
    let shown: Vec<String> = owners.iter().take(MOST_OWNERS).map(name).collect();
    match more {
        0 => list(&shown, 0),
        more => format!(
            "{}, the rest in files of {}",
            shown.join(", "),
            count(more, "other group")
        ),
    }
}
