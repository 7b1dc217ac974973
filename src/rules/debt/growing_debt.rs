//! `debt/growing-debt`

use crate::facts::{FileEvidence, Location, Repository};
use crate::policy::Settings;
use crate::rules::{Side, Verdict, View, Violation, declare_rule};
use crate::text::count;

crate::options! {
    /// The options of `debt/growing-debt`.
    pub(crate) struct GrowingDebt {
        /// How many markers more than it removes a change may bring.
        allowance("allowance"): u32 = 0,
        /// How many markers the files of one service may hold; not set by default.
        service_budget("service-budget"): Option<u32> = None,
    }
}

declare_rule! {
    /// ## What it checks
    ///
    /// A change brings no more tech-debt markers than it removes, counted in the files that it touches.
    /// The rule needs a change: `check --since`. Where the policy sets a budget for services, it judges
    /// without one whether the files of a service hold more markers than that. That a change may bring
    /// none on balance is a default of ours; there is no literature.
    ///
    /// ## Why it matters
    ///
    /// Debt that nobody decided to take grows by a line at a time. Whoever adds a marker has the code at
    /// hand to take another one away.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- bailiwick.toml --
    /// [rules]
    /// "debt/untracked-marker" = "off"
    /// "codeowners/unguarded-file" = "off"
    /// [rules."debt/growing-debt"]
    /// service-budget = 1
    /// -- CODEOWNERS --
    /// * @acme/web
    /// -- shop/service.toml --
    /// name = "shop"
    /// kind = "library"
    /// owner = "@acme/web"
    /// -- shop/cart.go --
    /// package shop
    /// // TODO(#12): round
    /// // FIXME(#13): taxes
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- bailiwick.toml --
    /// [rules]
    /// "debt/untracked-marker" = "off"
    /// "codeowners/unguarded-file" = "off"
    /// [rules."debt/growing-debt"]
    /// service-budget = 1
    /// -- CODEOWNERS --
    /// * @acme/web
    /// -- shop/service.toml --
    /// name = "shop"
    /// kind = "library"
    /// owner = "@acme/web"
    /// -- shop/cart.go --
    /// package shop
    /// // FIXME(#13): taxes
    /// ```
    ///
    /// ## Options
    ///
    /// - `allowance`: how many markers more than it removes a change may bring. Default: `0`.
    /// - `service-budget`: how many markers the files of one service may hold. Not set by default.
    ///
    /// ## Needs
    ///
    /// The comments of the tracked files, and both sides of a change; for the budget the descriptors.
    id: "debt/growing-debt",
    summary: "a change brings more markers than it removes",
    level: Error, strict: Error,
    status: Preview,
    organizational: true,
    needs: [Tree, Markers, Comparison],
    options: GrowingDebt,
    check: Repository(check),
    places: [Summary],
}

fn check(view: &View<'_>, settings: &Settings) -> Verdict {
    let options = settings.options::<GrowingDebt>();
    let Some(Side::Head { change, base }) = view.side else {
        return match (options.service_budget, view.side) {
            (Some(budget), None) => over_budget(view, budget),
            _ => Verdict::NotApplicable,
        };
    };
    let (old, new) = (change.in_base(), change.in_head());
    let before: usize = old.iter().map(|&file| markers(base.repository, file)).sum();
    let after: usize = new.iter().map(|&file| markers(view.repository, file)).sum();
    if after <= before + options.allowance as usize {
        return Verdict::Pass;
    }
    let earlier = |file: u32| {
        let renamed = change.renamed.iter().find(|rename| rename.to == file);
        let renamed = renamed.map(|rename| rename.from);
        let modified = change.modified.iter().find(|(_, to)| *to == file);
        let from = renamed.or(modified.map(|&(from, _)| from));
        from.map_or(0, |from| markers(base.repository, from))
    };
    let grown = new.iter().map(|&file| {
        let grown = markers(view.repository, file).saturating_sub(earlier(file));
        (grown, file)
    });
    let mut grown: Vec<(usize, u32)> = grown.filter(|&(grown, _)| grown > 0).collect();
    grown.sort_by_key(|&(grown, file)| (std::cmp::Reverse(grown), file));
    // Each file at its last marker: what is new is mostly at the end.
    let places = grown.iter().filter_map(|&(grown, file)| {
        let marker = view.markers(file as usize).last()?;
        let label = format!("{grown} more in this file");
        Some(marker.location(&marker.fact.excerpt, label))
    });
    let places: Vec<Location> = places.collect();
    let (Some(first), Some(&(_, most))) = (places.first().cloned(), grown.first()) else {
        return Verdict::Pass;
    };
    Violation::new(
        first,
        format!(
            "the change brings {} more than it removes: {before} before in the files that it touches, \
             {after} after",
            count(after - before, "marker")
        ),
    )
    .owners(view.owners_of(most as usize))
    .help("do what one of them asks for, or move it to the issue tracker and take it out")
    .key("")
    .places(places)
    .into()
}

/// How many markers a file holds.
fn markers(repository: &Repository, file: u32) -> usize {
    let files = &repository.evidence.files;
    let found = files.binary_search_by_key(&file, |&(file, _)| file);
    let found: Option<&FileEvidence> = found.ok().map(|place| &*files[place].1);
    found.map_or(0, |found| {
        let at_start = found.markers.iter().filter(|marker| marker.at_start);
        at_start.count() + found.more_markers
    })
}

fn over_budget(view: &View<'_>, budget: u32) -> Verdict {
    let services = view.graph.services();
    let here = services.filter(|(_, entry)| entry.home == Some(view.place));
    let violations = here.filter_map(|(id, entry)| {
        let files = view.graph.files(id).iter();
        let all: usize = files.map(|&file| markers(view.repository, file)).sum();
        if all <= budget as usize {
            return None;
        }
        let label = "its files hold them";
        let violation = Violation::new(
            view.service_location(id, label),
            format!(
                "`{}` holds {}, more than its budget of {budget}",
                entry.service.name,
                count(all, "marker")
            ),
        );
        let violation = violation.owners(view.answering(id));
        Some(
            violation
                .help("do what they ask for, or move them to the issue tracker")
                .key(entry.service.name.clone()),
        )
    });
    violations.collect::<Vec<_>>().into()
}
