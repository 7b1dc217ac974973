//! Findings about what people did lately, in repositories whose newest commit is old.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::Draft;
use crate::facts::History;

/// A repository without a commit for more days than this is stale: its clone is, or nobody works on it any more.
const STALE_DAYS: i32 = 90;

/// Names the day of the newest commit in findings that depend on activity, if that day is long past: what looks
/// like inactivity may be the age of the clone.
pub fn note_age(drafts: &mut [Draft], history: &History, as_of: Date) {
    let Some(newest) = newest(history) else {
        return;
    };
    if days_between(newest, as_of) <= STALE_DAYS {
        return;
    }
    let depends = |draft: &&mut Draft| draft.rule.depends_on_activity();
    for draft in drafts.iter_mut().filter(depends) {
        let message = &mut draft.violation.message;
        message.push_str(&format!("; the newest commit is of {newest}"));
    }
}

/// The day of the newest commit that was read.
fn newest(history: &History) -> Option<Date> {
    let written = history.activity.iter().map(|it| it.last);
    let merged = history.changes.iter().map(|it| it.landed);
    let newest = written.chain(merged).max()?;
    Some(newest.to_zoned(TimeZone::UTC).date())
}

fn days_between(from: Date, to: Date) -> i32 {
    // Days alone: a difference of two dates cannot fail in this unit.
    from.until(to).map_or(i32::MAX, |span| span.get_days())
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use jiff::civil::date;

    use super::*;
    use crate::facts::Activity;

    fn day(text: &str) -> Timestamp {
        format!("{text}T12:00:00Z").parse().unwrap()
    }

    #[test]
    fn finds_the_newest_commit() {
        assert_eq!(newest(&History::default()), None);
        let activity = |first, last| Activity {
            commits: 1,
            first: day(first),
            last: day(last),
        };
        let history = History {
            activity: vec![
                activity("2025-01-01", "2025-03-01"),
                activity("2025-02-01", "2025-02-01"),
            ],
            ..History::default()
        };
        assert_eq!(newest(&history), Some(date(2025, 3, 1)));
    }

    #[test]
    fn rules_that_read_commits_depend_on_activity() {
        let depends = |id: &str| {
            let rule = crate::rules::find(id).unwrap_or_else(|| panic!("{id}"));
            rule.depends_on_activity()
        };
        for id in [
            "ownership/inactive-owner",
            "ownership/low-truck-factor",
            "ownership/orphan-service",
            "delivery/infrequent-deployment",
            "delivery/slow-lead-time",
            "approvals/saturated",
            "approvals/bottleneck",
            "teams/overloaded",
        ] {
            assert!(depends(id), "{id}");
        }
        // Where files went does not change with time.
        for id in ["codeowners/dead-pattern", "ownership/unowned-file"] {
            assert!(!depends(id), "{id}");
        }
    }

    #[test]
    fn counts_days() {
        assert_eq!(days_between(date(2025, 10, 17), date(2026, 1, 15)), 90);
        assert_eq!(days_between(date(2026, 2, 1), date(2026, 1, 15)), -17);
        assert_eq!(
            days_between(date(-9999, 1, 1), date(9999, 12, 31)),
            7_304_483
        );
    }
}
