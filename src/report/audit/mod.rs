//! An audit of many repositories: scorecards, and all findings with the paths of their repositories.

mod csv;
#[cfg(feature = "cli")]
mod human;
mod json;
mod markdown;
mod merged;

#[cfg(any(test, feature = "fuzzing"))]
pub(super) use self::csv::cell;
pub use self::csv::write as csv;
#[cfg(feature = "cli")]
pub use human::write as human;
pub use json::write as json;
pub use markdown::write as markdown;
pub use merged::merged;

use crate::answers::{Audit, CardOutcome, Scorecard, Tally};
use crate::policy::Level;
use crate::text::count;

/// `3 repositories, 12 services, 5 teams`.
fn extent(audit: &Audit) -> String {
    let repositories = audit.repositories.iter().filter(|it| !it.is_organization);
    let repositories = repositories.count();
    let repositories = match repositories {
        1 => "1 repository".to_owned(),
        many => format!("{many} repositories"),
    };
    let services = count(audit.by_service.len(), "service");
    let teams = count(audit.by_team.len(), "team");
    format!("{repositories}, {services}, {teams}")
}

/// Whether there is nothing to audit.
fn is_empty(audit: &Audit) -> bool {
    audit.failed.is_empty() && audit.repositories.iter().all(|it| it.is_organization)
}

/// `87 %`, or a dash where nothing could be judged.
fn percent(tally: Tally) -> String {
    tally
        .percent()
        .map_or("–".into(), |percent| format!("{percent} %"))
}

/// `3/4`: passed of those that could be judged; `?` where none could be; empty where no rule applies.
fn fraction(tally: Option<&Tally>) -> String {
    match tally {
        None => String::new(),
        Some(tally) if tally.pass + tally.fail == 0 => "?".into(),
        Some(tally) => format!("{}/{}", tally.pass, tally.pass + tally.fail),
    }
}

/// The worst level of what fails; off where nothing does.
fn worst(card: &Scorecard) -> Level {
    let outcomes = card.rules.values();
    let levels = outcomes.filter_map(|outcome| match outcome {
        CardOutcome::Fail(level) => Some(*level),
        _ => None,
    });
    levels.max().unwrap_or(Level::Off)
}
