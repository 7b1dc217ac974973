//! `debt/untracked-marker`

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::facts::{Location, Marker, Place};
use crate::policy::Settings;
use crate::rules::folders::{Share, shares};
use crate::rules::{FileGroup, Verdict, View, Violation, declare_rule};
use crate::text::{RepoPath, count, list, number};

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
    /// the policy) names an owner, an issue or a link: `TODO(ann)`, `TODO(ann/bob)`, `TODO(search team)`,
    /// `TODO @ann`, `TODO(#12)`, `TODO(acme/shop/issues/12)`, `TODO ABC-1`, or a URL, there or on the next
    /// line of the comment. Other text in parentheses names nobody. A marker that names a date says when
    /// it ends and passes too. One finding counts all others, and names the folders and the owners that
    /// have most.
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
    places: [Summary],
}

/// Of how many owners the markers are counted.
const MOST_OWNERS: usize = 3;

/// How many folders are named.
const MOST_FOLDERS: usize = 3;

/// From so many folders the first marker is shown before all others.
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
    if settings.options::<UntrackedMarker>().each || view.side.is_some() {
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
    let counts = files.iter().map(|place| (place, untracked(place).count()));
    let counts: Vec<(usize, usize)> = counts.filter(|&(_, markers)| markers > 0).collect();
    let all = counts.iter().map(|(_, markers)| markers).sum();
    let shares = shares(&view.repository.tree, &counts);
    let label = if all == 1 { "this one" } else { "one of them" };
    // The first of each folder that has most, and then whatever comes.
    let fullest = shares.iter().map(|share| share.fullest).take(MOST_SHOWN);
    let fullest: Vec<usize> = fullest.collect();
    let first = fullest.iter().flat_map(|&place| untracked(place).take(1));
    let first = first.map(|marker| marker.location(&marker.fact.excerpt, label));
    let others = counts.iter().flat_map(|&(place, _)| {
        let shown = usize::from(fullest.contains(&place));
        let path = RepoPath::from(view.repository.tree.path(place));
        untracked(place).skip(shown).map(move |marker| Location {
            place: Place::File(path.clone()),
            excerpt: Some(marker.fact.excerpt.clone()),
            label: label.into(),
        })
    });
    let places: Vec<Location> = first.chain(others).collect();
    let Some(first) = places.first().cloned() else {
        return Verdict::Pass;
    };
    let name = if all == 1 { "names" } else { "name" };
    let mut message = format!(
        "{} {name} neither owner, issue nor link",
        count(all, "marker")
    );
    if let Some(whose) = whose(view, &counts, all) {
        message += &format!(": {whose}");
    }
    let violation = Violation::new(first, message);
    let help = match &shares[..] {
        [_] if all == 1 => HELP.to_owned(),
        [only] => format!("{HELP}; all are in `{}`", only.name),
        shares => {
            let name = |share: &Share| format!("`{}` ({})", share.name, number(share.things));
            let named: Vec<String> = shares.iter().take(MOST_FOLDERS).map(name).collect();
            let named = list(&named, 0);
            match shares.len() > MOST_FOLDERS {
                true => format!("{HELP}; the fullest are {named}"),
                false => format!("{HELP}; they are in {named}"),
            }
        }
    };
    violation.help(help).key("untracked").places(places).into()
}

const HELP: &str = "write `TODO(#12):` or `TODO(@owner):`, or resolve it";

/// Who owns most of the files with these numbers of markers: `` 12 in files of `@acme/a`, 3 of `@acme/b` ``.
/// None where it is the same for all.
fn whose(view: &View<'_>, counts: &[(usize, usize)], all: usize) -> Option<String> {
    let mut owners: BTreeMap<String, usize> = BTreeMap::new();
    let (mut unowned, mut counted) = (0, 0);
    for &(place, markers) in counts {
        let names: BTreeSet<String> = view.owners_of(place).into_iter().collect();
        counted += names.len() * markers;
        if names.is_empty() {
            unowned += markers;
        }
        for name in names {
            *owners.entry(name).or_default() += markers;
        }
    }
    if owners.values().all(|&markers| markers == all) {
        return None;
    }
    let several = counted + unowned > all;
    let mut owners: Vec<(String, usize)> = owners.into_iter().collect();
    owners.sort_by_key(|&(_, markers)| Reverse(markers));
    // One more takes no more room than to say that there is one.
    let named = if owners.len() == MOST_OWNERS + 1 {
        owners.len()
    } else {
        MOST_OWNERS
    };
    let more = owners.len().saturating_sub(named);
    let shown = owners.iter().take(named);
    let mut shown: Vec<String> = shown
        .map(|(name, markers)| format!("{} in files of `{name}`", number(*markers)))
        .collect();
    if more > 0 {
        shown.push(format!("some in files of {} other owners", number(more)));
    }
    if unowned > 0 {
        shown.push(format!("{} in files that nobody owns", number(unowned)));
    }
    let told = list(&shown, 0);
    Some(match several {
        true => format!("{told} (a file may have several owners)"),
        false => told,
    })
}
