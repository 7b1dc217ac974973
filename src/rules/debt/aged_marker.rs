//! `debt/aged-marker`

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::facts::{Age, Marker};
use crate::graph::ServiceId;
use crate::policy::Settings;
use crate::rules::{FileGroup, InFile, Verdict, View, Violation, declare_rule};
use crate::text::{count, number};

crate::options! {
    /// The options of `debt/aged-marker`.
    pub(crate) struct AgedMarker {
        /// How many days a marker may stand.
        max_days("max-days"): u32 = 365,
    }
}

declare_rule! {
    /// ## What it checks
    ///
    /// No marker in a comment (`TODO`, `FIXME`, `HACK`, `XXX`, or the words under `[markers] words` of the
    /// policy) has stood for more than 365 days. One finding counts those of a service, or of what belongs to
    /// no service, and shows the oldest. A marker that names a day that is still to come may stand.
    ///
    /// The age of a marker is that of its line, as `git blame` tells it: commits in `.git-blame-ignore-revs`
    /// do not count, files are followed where they were renamed. Where the history ends before a line came,
    /// it is at least as old as the history. The number of days is a default of ours.
    ///
    /// ## Why it matters
    ///
    /// What was put off for a year will not be done by itself: either it matters, and deserves an issue and
    /// an owner, or the comment can go.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @ann
    /// -- src/main.rs --
    /// // TODO(#12): retry
    /// -- (history) --
    /// 2024-03-01 ann: src/main.rs
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @ann
    /// -- src/main.rs --
    /// // TODO(#12): retry
    /// -- (history) --
    /// 2025-12-01 ann: src/main.rs
    /// ```
    ///
    /// ## Options
    ///
    /// - `max-days`: how many days a marker may stand. Default: `365`.
    ///
    /// ## Needs
    ///
    /// The comments of the tracked files, and the history.
    id: "debt/aged-marker",
    summary: "a marker has stood for too long",
    level: Note, strict: Note,
    status: Stable,
    organizational: true,
    needs: [Tree, Markers, Catalog, History, Ages],
    options: AgedMarker,
    check: Files(check),
    places: [Summary],
}

/// A marker that stands for too long, by since when.
type Aged<'a> = (Timestamp, InFile<'a, Marker>);

fn check(files: &FileGroup, view: &View<'_>, settings: &Settings) -> Verdict {
    let Some(history) = view.history() else {
        return Verdict::NotApplicable;
    };
    let days = i64::from(settings.options::<AgedMarker>().max_days);
    let border = view.as_of.saturating_sub(jiff::Span::new().days(days));
    let mut by_service: BTreeMap<Option<ServiceId>, Vec<Aged<'_>>> = BTreeMap::new();
    for marker in files.iter().flat_map(|place| view.markers(place)) {
        let fact = marker.fact;
        let is_due = fact
            .date
            .as_deref()
            .is_some_and(|(date, _)| *date >= view.as_of);
        let age = history
            .age(marker.file, fact.excerpt.line)
            .and_then(Age::latest);
        let Some(since) = age.filter(|&since| day(since) < border && !is_due) else {
            continue;
        };
        let service = view.services_of(marker.file).first().copied();
        by_service.entry(service).or_default().push((since, marker));
    }
    let violations = by_service.into_iter().map(|(service, mut markers)| {
        markers
            .sort_by_key(|(since, marker)| (*since, marker.file, marker.fact.excerpt.position()));
        violation(service, &markers, days, view)
    });
    violations.collect::<Vec<_>>().into()
}

fn violation(
    service: Option<ServiceId>,
    markers: &[Aged<'_>],
    days: i64,
    view: &View<'_>,
) -> Violation {
    let (since, oldest) = &markers[0];
    let place = |(since, marker): &Aged<'_>| {
        marker.location(&marker.fact.excerpt, format!("since {}", day(*since)))
    };
    let of = service.map(|id| view.graph.service(id).service);
    let of = of.map_or(String::new(), |service| format!(" of `{}`", service.name));
    let message = match markers.len() {
        1 => format!("a marker{of} has stood since {}", day(*since)),
        many => format!(
            "{}{of} have stood for more than {}, the oldest since {}",
            number(many) + " markers",
            count(usize::try_from(days).unwrap_or_default(), "day"),
            day(*since)
        ),
    };
    let owners = match service {
        Some(id) => view.answering(id),
        None => view.owners_of(oldest.file),
    };
    let violation = Violation::new(place(&markers[0]), message)
        .owners(owners)
        .help("do it, open an issue with an owner, or remove the comment")
        .key(of.trim().to_owned());
    violation.places(markers.iter().map(place).collect())
}

fn day(of: Timestamp) -> Date {
    of.to_zoned(TimeZone::UTC).date()
}
