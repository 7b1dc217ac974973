//! What the rules on changes have in common: whether there are enough of them, and what they are called.

use std::sync::Arc;

use crate::analysis::Measures;
use crate::analysis::flow::Flow;
use crate::analysis::four_keys::{FEWEST, FourKeys, Measured};
use crate::analysis::load::Load;
use crate::codeowners::OwnershipFile;
use crate::facts::{Gap, GapKind, History, Location};
use crate::policy::Level;
use crate::rules::{RuleLine, Verdict, View, Violation};

/// What the changes of the last days ask, and how many people made here; the verdict where these are fewer than
/// `minimum`.
pub(super) fn enough(view: &View<'_>, days: u32, minimum: u32) -> Result<Arc<Flow>, Verdict> {
    let measures = view.measures.ok_or(Verdict::NotApplicable)?;
    let flow = measures.flow(days);
    let here = flow.repository(view.place).ok_or(Verdict::NotApplicable)?;
    match here.changes < minimum as usize || here.changes == 0 {
        true => Err(too_few(view)),
        false => Ok(flow),
    }
}

/// The verdict where there are too few changes: there may be more where the history is not whole.
pub(super) fn too_few(view: &View<'_>) -> Verdict {
    let gaps = view.history().into_iter().flat_map(|history| &history.gaps);
    let mut missing = gaps.filter(|gap| gap.kind == GapKind::MissingObject);
    let missing = missing.next().cloned();
    let cut = || view.history().and_then(History::cut_window);
    missing
        .or_else(cut)
        .map_or(Verdict::NotApplicable, Verdict::Skip)
}

/// The verdict where nothing was found in what changed together, of which there may be more where not even the
/// window of single commits was read whole.
pub(super) fn unless_cut(measures: &Measures<'_>, verdict: Verdict) -> Verdict {
    let places = 0..measures.graph.members().len();
    let mut histories = places.filter_map(|place| measures.history(place));
    let cut = histories.find_map(History::cut_window);
    cut.map_or(verdict, Verdict::Skip)
}

/// What is asked here.
pub(super) fn here<'f>(view: &View<'_>, flow: &'f Flow) -> &'f Load {
    flow.repository(view.place).unwrap_or(&flow.all)
}

/// How many different groups of owners decide over files.
pub(super) fn groups(view: &View<'_>) -> usize {
    let sets = view.owner_sets().iter().enumerate();
    let sets = sets.filter(|(place, set)| !set.is_empty() && view.ownership.decided(*place) > 0);
    let sets: std::collections::BTreeSet<_> = sets.map(|(_, set)| set).collect();
    sets.len()
}

/// Whether nobody whom a roster has wrote a commit, so that it is not known who wrote what.
pub(super) fn strangers(measures: &Measures<'_>) -> Option<Verdict> {
    let is_joined = measures.committers.joins_rosters();
    (!is_joined).then(|| {
        let reason =
            "nobody whom a roster has wrote a commit, so that teams have no changes of their own";
        let gap = Gap::new(GapKind::Unverifiable, reason);
        Verdict::Skip(
            gap.remedy("let a roster say the e-mail addresses of people, or their logins"),
        )
    })
}

/// Where the ownership file first names an owner; the file where it does not.
pub(super) fn first_named(file: &OwnershipFile, owner: &str, label: &'static str) -> Location {
    let owner = owner.to_lowercase();
    let rules = file.rules().iter().flat_map(|rule| rule.owners());
    let mut named = rules.filter(|it| it.normalized() == owner);
    let first = named.next();
    first.map_or_else(
        || Location::file(file.text().path().clone(), label),
        |it| Location::of(file.text(), it.span(), label),
    )
}

/// The first line that names anybody.
pub(super) fn first_line(file: &OwnershipFile, label: &'static str) -> Location {
    let mut rules = file.rules().iter();
    match rules.position(|rule| !rule.owners().is_empty()) {
        Some(place) => RuleLine { file, place }.line(label),
        None => Location::file(file.text().path().clone(), label),
    }
}

/// A share as people read it.
pub(super) fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

/// A number with at most one digit behind the point.
pub(super) fn tenths(number: f64) -> String {
    let text = format!("{number:.1}");
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}

/// The four keys of the repository.
pub(super) fn keys(view: &View<'_>, days: u32) -> Result<FourKeys, Verdict> {
    let measures = view.measures.ok_or(Verdict::NotApplicable)?;
    let keys = measures.four_keys(view.place, days);
    keys.ok_or(Verdict::NotApplicable)
}

/// A number of which there is enough; the verdict where there is not.
pub(super) fn measured(number: &Measured) -> Result<f64, Verdict> {
    match (number.n, number.value) {
        // What is not done here at all is not measured either.
        (0, _) => Err(Verdict::NotApplicable),
        (_, Some(value)) => Ok(value),
        (n, None) => {
            let reason = format!(
                "{n} {}, and fewer than {FEWEST} are no number",
                number.proxy
            );
            Err(Verdict::Skip(Gap::new(GapKind::Unverifiable, reason)))
        }
    }
}

/// A finding on how a repository delivers: a measure worth seeing, with what it was made of.
pub(super) fn delivery(number: &Measured, what: &str, band: &str, key: &str) -> Violation {
    let proxy = format!("by {}, n = {}", number.proxy, number.n);
    let message = format!("{what} ({proxy}); DORA's report of 2021 calls that {band}");
    Violation::new(Location::repository(""), message)
        .at_most(Level::Note)
        .key(key)
}
