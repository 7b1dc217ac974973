//! The four keys by what the forge knows: deployments to production, releases and incidents, where there are
//! any. They are nearer to the truth than tags and reverts, which stand for them elsewhere.
//!
//! - **Deployment frequency**: deployments that succeeded, to an environment whose name says that it is in
//!   production; else published releases.
//! - **Lead time for changes**: from the first commit of a change on the main line to the first deployment whose
//!   commit is that change or a later one. Median. Deployments of commits that are not on that line say nothing.
//! - **Change failure rate**: deployments that failed, or were followed by an incident before the next one, of all
//!   deployments.
//! - **Failed deployment recovery time**: how long incidents were open. Median of those that are closed.
//!
//! Source: METRICS.md of the archived project `dora-team/fourkeys`.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::four_keys::{FEWEST, FourKeys, Measured, frequency};
use crate::facts::{Deliveries, Deployment, History};

/// What the numbers are made of.
pub const DEPLOYMENTS: &str = "deployments to production";
const RELEASES: &str = "published releases";
const DEPLOYED: &str = "changes that were deployed";
/// What the time of recovery is made of.
pub const INCIDENTS: &str = "incidents that are over";

/// What names of environments in production are, or start with.
const PRODUCTION: [&str; 3] = ["production", "prod", "live"];

/// Whether an environment is in production, by its name: `production`, `prod-eu`, `Live (west)`.
fn is_production(environment: &str) -> bool {
    let name = environment.to_lowercase();
    PRODUCTION.iter().any(|start| {
        let rest = name.strip_prefix(start);
        rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric()))
    })
}

impl FourKeys {
    /// The same with what the forge knows in the place of what stands for it, over at most so many days before
    /// `end`.
    pub(super) fn with(
        mut self,
        deliveries: &Deliveries,
        history: &History,
        end: Timestamp,
        days: u32,
    ) -> FourKeys {
        let start = end
            .as_second()
            .saturating_sub(i64::from(days).saturating_mul(86_400));
        let start = Timestamp::from_second(start)
            .unwrap_or(Timestamp::MIN)
            .max(deliveries.since);
        let known = (end.as_second() - start.as_second())
            .div_euclid(86_400)
            .max(1);
        let days = u32::try_from(known).unwrap_or(days).min(self.days);
        let is_inside = |when: Timestamp| when > start && when <= end;
        let all = deliveries.deployments.iter();
        let ended = all.filter_map(|it| {
            let (succeeded, when) = it.succeeded?;
            (is_production(&it.environment) && is_inside(when)).then_some((it, succeeded, when))
        });
        let mut ended: Vec<(&Deployment, bool, Timestamp)> = ended.collect();
        ended.sort_by_key(|&(_, _, when)| when);
        let succeeded = ended.iter().filter(|(_, succeeded, _)| *succeeded);
        let succeeded: Vec<(&Deployment, Timestamp)> = succeeded
            .map(|&(deployment, _, when)| (deployment, when))
            .collect();
        let releases = deliveries.releases.iter().map(|release| release.published);
        let releases: Vec<Timestamp> = releases.filter(|&when| is_inside(when)).collect();
        let (proxy, times) = match (succeeded.is_empty(), releases.is_empty()) {
            (false, _) => (
                DEPLOYMENTS,
                succeeded.iter().map(|&(_, when)| when).collect(),
            ),
            (true, false) => (RELEASES, releases),
            (true, true) => ("", Vec::new()),
        };
        if !times.is_empty() {
            let weeks = f64::from(days.max(1)) / 7.0;
            let n = times.len();
            self.deployments = Measured::of(proxy, n, || Some(n as f64 / weeks));
            self.deployment_days = days;
            let dates: Vec<_> = times
                .iter()
                .map(|it| it.to_zoned(TimeZone::UTC).date())
                .collect();
            self.frequency = (n >= FEWEST).then(|| frequency(&dates, end, days));
        }
        if !succeeded.is_empty() {
            let hours = lead_times(&succeeded, history);
            if !hours.is_empty() {
                self.lead_time = Measured::median(DEPLOYED, hours);
            }
        }
        let incidents = deliveries.incidents.as_deref().unwrap_or_default();
        if !ended.is_empty() {
            let failing = ended
                .iter()
                .enumerate()
                .filter(|&(place, &(_, succeeded, when))| {
                    let next = ended.get(place + 1).map_or(end, |&(_, _, next)| next);
                    let follows = |opened: Timestamp| opened >= when && opened < next;
                    !succeeded || incidents.iter().any(|incident| follows(incident.opened))
                });
            let (failing, n) = (failing.count(), ended.len());
            self.failures = Measured::of(DEPLOYMENTS, n, || Some(failing as f64 / n as f64));
        }
        let over = incidents
            .iter()
            .filter(|incident| is_inside(incident.opened));
        let over = over.filter_map(|incident| Some(hours(incident.opened, incident.closed?)));
        let over: Vec<f64> = over.filter(|&it| it >= 0.0).collect();
        if !over.is_empty() {
            self.recovery = Measured::median(INCIDENTS, over);
        }
        self
    }
}

/// By change that a deployment was the first to bring out: hours from its first commit to that.
fn lead_times(deployments: &[(&Deployment, Timestamp)], history: &History) -> Vec<f64> {
    // Changes come the newest first.
    let places: HashMap<String, usize> = history
        .changes
        .iter()
        .enumerate()
        .map(|(place, landing)| (landing.id.to_string(), place))
        .collect();
    let mut times = Vec::new();
    let mut out = None;
    for (deployment, when) in deployments {
        let Some(&newest) = places.get(&deployment.commit) else {
            continue;
        };
        // Before the first deployment that is known there may have been others.
        if let Some(out) = out.filter(|&out| newest < out) {
            let brought = history.changes[newest..out].iter();
            times.extend(
                brought
                    .map(|landing| hours(landing.started, *when))
                    .filter(|&it| it > 0.0),
            );
        }
        out = Some(out.map_or(newest, |out: usize| out.min(newest)));
    }
    times
}

fn hours(from: Timestamp, to: Timestamp) -> f64 {
    to.duration_since(from).as_secs_f64() / 3_600.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{CommitId, Incident, Landing, Release};

    fn at(day: i64, hour: i64) -> Timestamp {
        let start: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        Timestamp::from_second(start.as_second() + day * 86_400 + hour * 3_600).unwrap()
    }

    fn id(day: u8) -> CommitId {
        CommitId::Sha1([day; 20])
    }

    /// A change each day, written two hours before it arrived at noon.
    fn history() -> History {
        let changes = (0..14).rev().map(|day: u8| Landing {
            id: id(day),
            landed: at(day.into(), 12),
            authors: vec![0],
            started: at(day.into(), 10),
            commits: 1,
            is_revert: false,
            touched: Vec::new(),
        });
        History {
            changes: changes.collect(),
            ..History::default()
        }
    }

    fn deployment(day: u8, environment: &str, succeeded: bool) -> Deployment {
        Deployment {
            environment: environment.into(),
            commit: id(day).to_string(),
            created: at(day.into(), 13),
            succeeded: Some((succeeded, at(day.into(), 14))),
        }
    }

    fn keys(deliveries: &Deliveries) -> FourKeys {
        let (history, end) = (history(), at(14, 0));
        FourKeys::of(&history, end, 14, |_| false).with(deliveries, &history, end, 365)
    }

    #[test]
    fn worked_out_by_hand() {
        let mut deliveries = Deliveries {
            since: at(0, 0),
            ..Deliveries::default()
        };
        for day in [1, 3, 5, 7, 9, 11] {
            deliveries
                .deployments
                .push(deployment(day, "production", day != 7));
            deliveries
                .deployments
                .push(deployment(day, "staging", true));
        }
        deliveries.incidents = Some(vec![
            Incident {
                number: 1,
                opened: at(5, 20),
                closed: Some(at(6, 2)),
            },
            Incident {
                number: 2,
                opened: at(12, 0),
                closed: None,
            },
        ]);
        let found = keys(&deliveries);
        let measured = |proxy, n, value| Measured { proxy, n, value };
        assert_eq!(found.deployments, measured(DEPLOYMENTS, 5, Some(2.5)));
        assert_eq!(found.deployment_days, 14);
        // Days 2 and 3 go out on day 3 at 14:00: 28 and 4 hours after 10:00; so do 4 and 5; what came on the days
        // from 6 to 9 goes out on day 9, as the deployment of day 7 failed: 76, 52, 28 and 4; then 28 and 4.
        assert_eq!(found.lead_time, measured(DEPLOYED, 10, Some(28.0)));
        // The one that failed, and those before the two incidents.
        assert_eq!(found.failures, measured(DEPLOYMENTS, 6, Some(0.5)));
        assert_eq!(found.recovery, measured(INCIDENTS, 1, None));
    }

    #[test]
    fn releases_stand_for_deployments_and_nothing_for_nothing() {
        let mut deliveries = Deliveries {
            since: at(0, 0),
            ..Deliveries::default()
        };
        assert_eq!(
            keys(&deliveries),
            FourKeys::of(&history(), at(14, 0), 14, |_| false)
        );
        for day in 1..=5 {
            deliveries.releases.push(Release {
                tag: format!("v{day}"),
                published: at(day, 0),
            });
        }
        deliveries.deployments.push(deployment(2, "preview", true));
        let found = keys(&deliveries);
        assert_eq!(found.deployments.proxy, RELEASES);
        assert_eq!(found.deployments.value, Some(2.5));
        assert_eq!(found.failures.proxy, "changes on the main line");
    }

    #[test]
    fn environments_in_production_are_known_by_name() {
        for name in ["production", "Prod", "prod-eu", "live", "Production (west)"] {
            assert!(is_production(name), "{name}");
        }
        for name in ["staging", "preprod", "products", "livestock", "", "prod2"] {
            assert!(!is_production(name), "{name}");
        }
    }
}
