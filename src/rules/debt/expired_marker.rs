//! `debt/expired-marker`

use crate::facts::Marker;
use crate::policy::Settings;
use crate::rules::{InFile, Verdict, View, Violation, declare_rule};

crate::options! {
    /// The options of `debt/expired-marker`.
    pub(crate) struct ExpiredMarker {
        /// Whether a date in running text counts: `by 2026-01-01`, `until 2026-01-01`.
        in_text("in-text"): bool = false,
    }
}

declare_rule! {
    /// ## What it checks
    ///
    /// The date that a marker names has not passed: `TODO [2026-01-01]`, `TODO(2026-01-01)`,
    /// `TODO expires: 2026-01-01`. The marker holds through that day.
    ///
    /// Source: eslint-plugin-unicorn, rule `expiring-todo-comments`.
    ///
    /// ## Why it matters
    ///
    /// Whoever wrote the date promised to be done by then. Nothing else reminds them.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @ann
    /// -- src/main.rs --
    /// // TODO(ann) [2025-06-30]: drop the old protocol
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @ann
    /// -- src/main.rs --
    /// // TODO(ann) [2027-06-30]: drop the old protocol
    /// ```
    ///
    /// ## Options
    ///
    /// - `in-text`: whether a date in running text counts, as in `by 2026-01-01` or `until 2026-01-01`.
    ///   Such a date may be about something else. Default: `false`.
    ///
    /// ## Needs
    ///
    /// The comments of the tracked files.
    id: "debt/expired-marker",
    summary: "the date that a marker names has passed",
    level: Warning, strict: Error,
    status: Stable,
    organizational: true,
    needs: [Tree, Markers],
    options: ExpiredMarker,
    check: Marker(check),
}

fn check(marker: &InFile<'_, Marker>, view: &View<'_>, settings: &Settings) -> Verdict {
    let in_text = settings.options::<ExpiredMarker>().in_text;
    let dates = marker.fact.date.as_deref().into_iter();
    let dates = dates.chain(marker.fact.date_in_text.as_deref().filter(|_| in_text));
    let mut dates = dates.collect::<Vec<_>>();
    // A marker with two dates has had its day when the first has passed.
    dates.sort_by_key(|(date, _)| *date);
    let Some((date, excerpt)) = dates.first() else {
        return Verdict::NotApplicable;
    };
    if *date >= view.as_of {
        return Verdict::Pass;
    }
    let owner = marker.fact.owner.as_deref().into_iter();
    let owner = owner.map(|(owner, _)| owner.clone());
    let owners: Vec<String> = match owner.collect::<Vec<_>>() {
        none if none.is_empty() => view.owners_of(marker.file),
        owner => owner,
    };
    Violation::new(
        marker.location(excerpt, "this day has passed"),
        format!("`{}` was to be done by {date}", marker.fact.word),
    )
    .owners(owners)
    .help("do it, or set a new date that will be kept")
    .key(marker.fact.text.clone())
    .into()
}
