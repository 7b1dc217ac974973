//! DORA's four keys, as far as tags and commits tell them; [`super::deliveries`] puts in their place what a forge
//! knows.
//!
//! Nothing here knows what was deployed, or what failed: each number is that of a *proxy*, which is part of it.
//!
//! - **Deployment frequency**: releases, which are tags with a version (`v1.2.3`), those of one commit once. The
//!   classes are those of the Four Keys project: daily where in the median week there are releases on at least
//!   three days, weekly where there is one in the median week, monthly where there is one in the median month.
//! - **Lead time for changes**: from when a commit was written to the first release tag that has it. Median;
//!   what was not written before its release is left out. Changes that were squashed into one commit look
//!   younger than they are.
//! - **Change failure rate**: changes that take another one back, of all changes on the line of first parents.
//!   Mistakes that were mended otherwise are not seen, but for releases that a *hotfix* followed within 48 hours:
//!   a tag whose name says so (`hotfix/1.2.4`, `v1.2.3-hotfix.1`), or a release of the same thing whose version
//!   differs in the patch number alone (`v1.2.3`, `v1.2.4`). Where half of all releases come that soon after
//!   another one anyway, a patch number says nothing, and only names tell.
//! - **Failed deployment recovery time**: from when a change was taken back to the next release, which brings
//!   that to users. Median. It does not count the time until somebody noticed, so that it is a lower bound.
//!
//! Fewer than five of what is counted are too few for a number.
//!
//! Sources: N. Forsgren, J. Humble and G. Kim, *Accelerate*, 2018; METRICS.md of the archived project
//! `dora-team/fourkeys`; the bands are from the reports that [`REPORTS`] names.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::Measures;
use super::waiting::days_seen;
use crate::facts::{History, Landing, Tag};

/// The four keys of one repository.
#[derive(Clone, Debug, PartialEq)]
pub struct FourKeys {
    /// How many days they look back: fewer than asked for where the repository is younger.
    pub days: u32,
    /// Releases a week.
    pub deployments: Measured,
    /// Over how many days releases were counted.
    pub deployment_days: u32,
    /// How often the classes of the Four Keys project have it that there are releases.
    pub frequency: Option<Frequency>,
    /// Hours from a commit to its release.
    pub lead_time: Measured,
    /// Hours from the first commit of a change to when it arrived on the main line: a part of the lead time,
    /// for those who do not tag.
    pub merge_time: Measured,
    /// The share of changes that were taken back, from 0 to 1.
    pub failures: Measured,
    /// The share of releases that a hotfix followed, from 0 to 1.
    pub hotfixed: Measured,
    /// Hours from taking a change back to the next release.
    pub recovery: Measured,
    /// How many changes people made.
    pub changes: usize,
}

/// A number with what it was made of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measured {
    /// What stands for what cannot be seen.
    pub proxy: &'static str,
    /// How many of these were counted.
    pub n: usize,
    /// The number; none of fewer than [`FEWEST`].
    pub value: Option<f64>,
}

/// Fewer are too few for a number.
pub const FEWEST: usize = 5;

impl Measured {
    pub(super) fn of(
        proxy: &'static str,
        n: usize,
        value: impl FnOnce() -> Option<f64>,
    ) -> Measured {
        let value = if n < FEWEST { None } else { value() };
        Measured { proxy, n, value }
    }

    /// The median of these, each of which counts.
    pub(super) fn median(proxy: &'static str, mut all: Vec<f64>) -> Measured {
        all.sort_by(f64::total_cmp);
        Measured::of(proxy, all.len(), || median(&all))
    }
}

/// The median of what is sorted; of an even number the mean of both in the middle.
fn median(sorted: &[f64]) -> Option<f64> {
    let high = *sorted.get(sorted.len() / 2)?;
    let low = sorted[(sorted.len() - 1) / 2];
    Some(f64::midpoint(low, high))
}

/// How often there are deployments, as the Four Keys project has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Frequency {
    /// On at least three days of the median week.
    Daily,
    /// In the median week.
    Weekly,
    /// In the median month.
    Monthly,
    /// Less often.
    Yearly,
}

/// The bands of one report: of elite, high and medium performers, what they reach at least; low is the rest.
///
/// Reports find clusters, which leave gaps between each other and change every year: what lies in a gap is
/// told by the band below it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bands {
    /// The year of the report.
    pub year: u16,
    /// Deployments a year, at least.
    pub deployments: [f64; 3],
    /// Hours of lead time, at most.
    pub lead_time: [f64; 3],
    /// The share of changes that fail, from 0 to 1, at most. In some reports high performers fail more often
    /// than medium ones.
    pub failures: [f64; 3],
    /// Hours until service is restored, at most.
    pub recovery: [f64; 3],
}

const DAY: f64 = 24.0;
const WEEK: f64 = 7.0 * DAY;
/// As the Four Keys project counts.
const MONTH: f64 = 730.0;

/// The bands by report, the newest first.
///
/// 2024: *Accelerate State of DevOps Report 2024*, clusters of performance. 2021: *Accelerate State of DevOps
/// 2021*, performance of elite, high, medium and low performers.
///
/// Held against the report itself were, of 2021, all bounds of elite and those of high but for changes that fail.
/// All others, those of medium of 2021 and the whole of 2024, are from memory; findings name the report of 2021.
pub const REPORTS: [Bands; 2] = [
    Bands {
        year: 2024,
        deployments: [365.0, 52.0, 12.0],
        lead_time: [DAY, WEEK, MONTH],
        failures: [0.05, 0.20, 0.10],
        recovery: [1.0, DAY, DAY],
    },
    Bands {
        year: 2021,
        deployments: [365.0, 12.0, 2.0],
        lead_time: [1.0, WEEK, 6.0 * MONTH],
        failures: [0.15, 0.30, 0.30],
        recovery: [1.0, DAY, WEEK],
    },
];

/// What a report calls performers.
pub const LEVELS: [&str; 4] = ["elite", "high", "medium", "low"];

/// The bands of a report by its year.
pub fn report(year: u16) -> Option<&'static Bands> {
    REPORTS.iter().find(|it| it.year == year)
}

/// The best level of which a number that is better when it is smaller reaches the bound.
pub fn level(value: f64, bounds: &[f64; 3]) -> &'static str {
    let best = bounds.iter().position(|&bound| value <= bound);
    LEVELS[best.unwrap_or(3)]
}

/// The best level that so many deployments a year reach.
pub fn level_of_deployments(a_year: f64, bands: &Bands) -> &'static str {
    let best = bands.deployments.iter().position(|&bound| a_year >= bound);
    LEVELS[best.unwrap_or(3)]
}

impl Measures<'_> {
    /// The four keys of a repository over the last days; none where its history was not read.
    pub fn four_keys(&self, repository: usize, days: u32) -> Option<FourKeys> {
        let history = self.history(repository)?;
        let is_by_bots = |landing: &Landing| {
            let mut authors = landing.authors.iter();
            let is_bot = |&it: &u32| {
                let who = self.committers.who(repository, it);
                self.committers.at(who).is_bot
            };
            !landing.authors.is_empty() && authors.all(is_bot)
        };
        let keys = FourKeys::of(history, self.as_of, days, is_by_bots);
        let forge = &self.graph.members()[repository].repository.forge;
        let forge = forge.as_ref().and_then(|forge| forge.as_ref().ok());
        let deliveries = forge.and_then(|forge| forge.deliveries.as_ref().ok());
        Some(match deliveries {
            Some(known) => keys.with(known, history, self.as_of, days),
            None => keys,
        })
    }
}

impl FourKeys {
    pub(super) fn of(
        history: &History,
        end: Timestamp,
        days: u32,
        is_by_bots: impl Fn(&Landing) -> bool,
    ) -> FourKeys {
        let seconds = i64::from(days).saturating_mul(86_400);
        let start = Timestamp::from_second(end.as_second().saturating_sub(seconds));
        let start = start.unwrap_or(Timestamp::MIN);
        let days = days_seen(history, end, days);
        let is_inside = |when: Timestamp| when > start && when <= end;
        let mut releases: Vec<&Tag> = Vec::new();
        let tags = history.tags.iter();
        for tag in tags.filter(|tag| is_release(&tag.name) && is_inside(tag.date)) {
            // Several names of one commit are one release.
            if !releases
                .iter()
                .rev()
                .take(MOST_NAMES)
                .any(|it| it.commit == tag.commit)
            {
                releases.push(tag);
            }
        }
        let hours =
            |from: Timestamp, to: Timestamp| to.duration_since(from).as_secs_f64() / 3_600.0;
        let written = releases.iter().flat_map(|tag| {
            let times = tag.written.iter().map(|&it| hours(it, tag.date));
            times.filter(|&it| it > 0.0)
        });
        let changes: Vec<&Landing> = history
            .changes
            .iter()
            .filter(|landing| is_inside(landing.landed) && !is_by_bots(landing))
            .collect();
        let merges = changes.iter().map(|it| hours(it.started, it.landed));
        let reverts: Vec<Timestamp> = changes
            .iter()
            .filter(|landing| landing.is_revert)
            .map(|landing| landing.landed)
            .collect();
        let recovered = reverts.iter().filter_map(|&reverted| {
            let at = releases.partition_point(|tag| tag.date < reverted);
            releases.get(at).map(|tag| hours(reverted, tag.date))
        });
        let weeks = f64::from(days.max(1)) / 7.0;
        let dates: Vec<Date> = releases
            .iter()
            .map(|tag| tag.date.to_zoned(TimeZone::UTC).date())
            .collect();
        let hotfixed = hotfixed(&releases, &history.tags);
        let failed = || Some(reverts.len() as f64 / changes.len() as f64);
        let n = releases.len();
        FourKeys {
            days,
            deployment_days: days,
            deployments: Measured::of("release tags", n, || Some(n as f64 / weeks)),
            frequency: (n >= FEWEST).then(|| frequency(&dates, end, days)),
            lead_time: Measured::median("commits with a release tag", written.collect()),
            merge_time: Measured::median("changes on the main line", merges.collect()),
            failures: Measured::of("changes on the main line", changes.len(), failed),
            hotfixed: Measured::of(HOTFIXED, n, || Some(hotfixed as f64 / n as f64)),
            recovery: Measured::median("reverts with a later release tag", recovered.collect()),
            changes: changes.len(),
        }
    }

    /// How many releases a year that is.
    pub fn deployments_a_year(&self) -> Option<f64> {
        Some(self.deployments.value? * 365.0 / 7.0)
    }
}

/// How many names of one commit are looked at: the tags of one commit mostly stand side by side.
const MOST_NAMES: usize = 100;

/// What the share of releases is made of that a hotfix followed.
const HOTFIXED: &str = "release tags, and tags of hotfixes within 48 hours";

/// A hotfix comes so soon after what it mends, in seconds.
const HOTFIX: i64 = 48 * 3_600;

/// Among how many of the next releases a patch is looked for: hostile repositories tag thousands at once.
const MOST_BETWEEN: usize = 100;

/// How many of these releases, in the order of their dates, a hotfix among all tags followed.
fn hotfixed(releases: &[&Tag], tags: &[Tag]) -> usize {
    let soon = |one: &Tag, other: &Tag| {
        let later = other.date.as_second() - one.date.as_second();
        later > 0 && later <= HOTFIX && one.commit != other.commit
    };
    let versions: Vec<Option<Version<'_>>> =
        releases.iter().map(|it| Version::of(&it.name)).collect();
    // By what is released: when it last was, so that it can be told whether releases are so frequent anyway.
    let mut last: std::collections::BTreeMap<&str, &Tag> = std::collections::BTreeMap::new();
    let (mut pairs, mut near) = (0, 0);
    for (release, version) in releases.iter().zip(&versions) {
        let what = version.as_ref().map_or("", |it| it.of);
        if let Some(before) = last.insert(what, release) {
            pairs += 1;
            near += usize::from(soon(before, release));
        }
    }
    let is_frequent = near * 2 >= pairs;
    let named: Vec<&Tag> = tags.iter().filter(|it| says_hotfix(&it.name)).collect();
    let is_mended = |(at, release): (usize, &&Tag)| {
        let later = releases[at + 1..].iter().zip(&versions[at + 1..]);
        let mut later = later
            .take(MOST_BETWEEN)
            .take_while(|(it, _)| it.date.as_second() - release.date.as_second() <= HOTFIX);
        let by_number = !is_frequent
            && later.any(|(it, version)| {
                let patches = versions[at].as_ref().zip(version.as_ref());
                soon(release, it) && patches.is_some_and(|(one, other)| one.is_patched_by(other))
            });
        // Of what comes before a hotfix it mends what is nearest.
        let next = releases.get(at + 1).map(|it| it.date);
        let start = named.partition_point(|it| it.date <= release.date);
        let mut named = named[start..]
            .iter()
            .take_while(|it| next.is_none_or(|next| it.date <= next));
        by_number || named.any(|it| soon(release, it))
    };
    releases
        .iter()
        .enumerate()
        .filter(|&it| is_mended(it))
        .count()
}

/// Whether a name has the word `hotfix`, be it of several or with a number.
fn says_hotfix(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let mut words = lower.split(|c: char| !c.is_ascii_alphabetic());
    words.any(|word| matches!(word, "hotfix" | "hotfixes"))
}

/// What a release tag says.
struct Version<'t> {
    /// What is released, as far as the name tells: what stands before the numbers.
    of: &'t str,
    /// All numbers but that of the patch.
    line: [&'t str; 2],
    /// The number of the patch; 0 where there is none.
    patch: u64,
}

impl<'t> Version<'t> {
    fn of(name: &'t str) -> Option<Version<'t>> {
        let numbers = name.rsplit(['/', '-', '_', '@']).next()?;
        let of = &name[..name.len() - numbers.len()];
        let numbers = numbers.strip_prefix(['v', 'V']).unwrap_or(numbers);
        let mut parts = numbers.split('.');
        let line = [parts.next()?, parts.next()?];
        let patch = parts.next().map_or(Some(0), |part| part.parse().ok())?;
        Some(Version { of, line, patch })
    }

    fn is_patched_by(&self, other: &Version<'_>) -> bool {
        self.of == other.of && self.line == other.line && self.patch < other.patch
    }
}

/// How often there are releases, of so many days that end with that of `end`.
pub(super) fn frequency(dates: &[Date], end: Timestamp, days: u32) -> Frequency {
    let today = end.to_zoned(TimeZone::UTC).date();
    let age = |date: &Date| today.since(*date).map_or(0, |span| span.get_days().max(0)) as usize;
    // How many days with a release each piece of time has, the latest first; pieces that are not whole are
    // left out.
    let per = |length: usize| {
        let mut found = vec![std::collections::BTreeSet::new(); days as usize / length];
        for date in dates {
            let age = age(date);
            if let Some(days) = found.get_mut(age / length) {
                days.insert(age);
            }
        }
        let mut counts: Vec<f64> = found.iter().map(|days| days.len() as f64).collect();
        counts.sort_by(f64::total_cmp);
        median(&counts).unwrap_or_default()
    };
    let weekly = per(7);
    if weekly >= 3.0 {
        Frequency::Daily
    } else if weekly >= 1.0 {
        Frequency::Weekly
    } else if per(30) >= 1.0 {
        Frequency::Monthly
    } else {
        Frequency::Yearly
    }
}

/// Whether a tag is a version that is released: numbers behind whatever names what is released
/// (`v1.2.3`, `api/v1.2`, `app-1.2.3`); `v1.2.3-rc1` is none yet.
pub fn is_release(name: &str) -> bool {
    let version = name.rsplit(['/', '-', '_', '@']).next().unwrap_or_default();
    let version = version.strip_prefix(['v', 'V']).unwrap_or(version);
    let parts: Vec<&str> = version.split('.').take(4).collect();
    let is_number = |part: &&str| !part.is_empty() && part.bytes().all(|it| it.is_ascii_digit());
    matches!(parts.len(), 2 | 3) && parts.iter().all(is_number)
}

#[cfg(test)]
mod tests {
    use super::super::testing::World;
    use super::*;

    #[test]
    fn worked_out_by_hand() {
        let mut changes = String::new();
        for day in 1..10 {
            changes += &format!("2026-01-0{day} ann: a\n");
        }
        changes +=
            "2026-01-03T13 revert ben: a\n2026-01-10 revert renovate[bot]: a\n2025-09-01 ann: a\n";
        let world = World::of("", "", &[], &changes).tags(&[
            (
                "v1.0.0",
                "2026-01-02T12:00:00Z",
                &["2026-01-01T12:00:00Z", "2026-01-02T12:00:00Z"],
            ),
            (
                "v1.0.1-rc1",
                "2026-01-03T12:00:00Z",
                &["2026-01-01T12:00:00Z"],
            ),
            (
                "v1.0.1",
                "2026-01-04T13:00:00Z",
                &["2026-01-02T13:00:00Z", "2026-01-04T01:00:00Z"],
            ),
            ("v1.1.0", "2026-01-06T12:00:00Z", &["2026-01-03T12:00:00Z"]),
            ("v0.9.0", "2025-09-01T12:00:00Z", &["2025-08-01T12:00:00Z"]),
        ]);
        world.measure(|measures| {
            let found = measures.four_keys(0, 90).unwrap();
            // All tags of the test stand for one commit, so that only the first one counts.
            assert_eq!(
                found.deployments,
                Measured {
                    proxy: "release tags",
                    n: 1,
                    value: None
                }
            );
            assert_eq!((found.changes, found.failures.n), (10, 10));
            assert_eq!(found.failures.value, Some(0.1));
            assert_eq!(found.merge_time.value, Some(0.0));
            assert_eq!((found.frequency, found.lead_time.value), (None, None));
        });
    }

    /// A release every so many days, each with a commit that was written so many hours before.
    fn keys(every: i64, hours: i64, count: i64, days: u32) -> FourKeys {
        let end: Timestamp = "2026-01-15T23:59:59Z".parse().unwrap();
        let ago = |days: i64, hours: i64| {
            Timestamp::from_second(end.as_second() - days * 86_400 - hours * 3_600).unwrap()
        };
        let mut history = History::default();
        for number in 0..count {
            let mut commit = [0; 20];
            commit[..8].copy_from_slice(&number.to_be_bytes());
            history.tags.push(Tag {
                date: ago(number * every, 1),
                name: format!("v1.0.{number}"),
                commit: crate::facts::CommitId::Sha1(commit),
                written: vec![ago(number * every, 1 + hours)],
            });
        }
        history.tags.sort();
        for number in 0..8 {
            history.changes.push(Landing {
                id: crate::facts::CommitId::Sha1([0; 20]),
                landed: ago(number * every, 25),
                authors: vec![0],
                started: ago(number * every, 31),
                commits: 1,
                is_revert: number < 6,
                touched: Vec::new(),
            });
        }
        FourKeys::of(&history, end, days, |_| false)
    }

    #[test]
    fn releases_by_their_classes() {
        // Every second day: three or four days of each week.
        let found = keys(2, 5, 60, 90);
        assert_eq!(
            (found.deployments.n, found.frequency),
            (45, Some(Frequency::Daily))
        );
        assert_eq!(found.deployments.value, Some(45.0 / (90.0 / 7.0)));
        assert_eq!(found.lead_time.value, Some(5.0));
        assert_eq!(keys(7, 5, 60, 90).frequency, Some(Frequency::Weekly));
        assert_eq!(keys(15, 5, 60, 90).frequency, Some(Frequency::Monthly));
        assert_eq!(keys(60, 5, 60, 365).frequency, Some(Frequency::Yearly));
        assert_eq!(keys(60, 5, 60, 90).frequency, None, "two are too few");
        let a_year = keys(73, 5, 60, 365).deployments_a_year().unwrap();
        assert!((a_year - 5.0).abs() < 1e-9);
    }

    #[test]
    fn what_is_taken_back_reaches_users_with_the_next_release() {
        // Landed a day and an hour ago, twenty-four hours before the next release.
        let found = keys(7, 5, 60, 90);
        assert_eq!((found.recovery.n, found.recovery.value), (6, Some(24.0)));
        assert_eq!((found.failures.n, found.failures.value), (8, Some(0.75)));
        assert_eq!(found.merge_time.value, Some(6.0));
    }

    /// How many of so many releases a hotfix followed; each tag with its hour, and on a commit of its own.
    fn mended(tags: &[(&str, i64)]) -> (usize, usize) {
        let mut tags: Vec<Tag> = (0_u8..)
            .zip(tags)
            .map(|(number, &(name, hour))| Tag {
                date: Timestamp::from_second(hour * 3_600).unwrap(),
                name: name.into(),
                commit: crate::facts::CommitId::Sha1([number; 20]),
                written: Vec::new(),
            })
            .collect();
        tags.sort();
        let releases: Vec<&Tag> = tags.iter().filter(|it| is_release(&it.name)).collect();
        (hotfixed(&releases, &tags), releases.len())
    }

    #[test]
    fn a_hotfix_mends_the_release_before_it() {
        // Three weeks apart, each of the first two mended: the one by its number, the other by a name.
        let tags = [
            ("v1.0.0", 0),
            ("v1.0.1", 48),
            ("v1.1.0", 500),
            ("v1.1.0-hotfix.1", 520),
            ("v1.2.0", 1_000),
            ("v1.2.1", 1_049),
            ("v1.3.0", 1_500),
            ("v1.4.0", 1_510),
            ("v2.0.0", 2_000),
        ];
        assert_eq!(mended(&tags), (2, 8));
        // Another thing's patch mends nothing, nor does a tag on the same commit or from before.
        let tags = [
            ("api/v1.0.0", 0),
            ("web/v1.0.1", 1),
            ("api/v2.0.0", 500),
            ("web/v2.0.0", 500),
        ];
        assert_eq!(mended(&tags), (0, 4));
        // Who releases every day patches every day.
        let daily: Vec<(String, i64)> = (0..9)
            .map(|day| (format!("v1.0.{day}"), day * 24))
            .collect();
        let mut daily: Vec<(&str, i64)> =
            daily.iter().map(|(name, hour)| (&**name, *hour)).collect();
        assert_eq!(mended(&daily), (0, 9));
        daily.push(("hotfix/1.0.9", 8 * 24 + 1));
        assert_eq!(mended(&daily), (1, 10));
        assert_eq!(mended(&[]), (0, 0));
        // A name mends the release before it alone, however many came shortly before.
        let near = [
            ("v1.0", 0),
            ("v2.0", 1),
            ("v3.0", 2),
            ("hotfix-a", 3),
            ("hotfix-b", 4),
        ];
        assert_eq!(mended(&near).0, 1);
        for (name, expected) in [
            ("hotfix/1.2.4", true),
            ("v1.2.3-Hotfix2", true),
            ("v1.2.3_hotfixes", true),
            ("nothotfixed", false),
            ("v1.2.3", false),
        ] {
            assert_eq!(says_hotfix(name), expected, "{name}");
        }
    }

    #[test]
    fn medians_are_those_of_the_middle() {
        assert_eq!(median(&[1.0, 2.0, 10.0]), Some(2.0));
        assert_eq!(median(&[1.0, 2.0, 4.0, 10.0]), Some(3.0));
        assert_eq!(median(&[]), None);
        assert_eq!(Measured::median("x", vec![1.0; 4]).value, None);
        assert_eq!(
            Measured::median("x", vec![5.0, 1.0, 2.0, 3.0, 9.0]).value,
            Some(3.0)
        );
    }

    #[test]
    fn levels_by_report() {
        let report = |year| *report(year).unwrap();
        assert_eq!(level(20.0, &report(2024).lead_time), "elite");
        assert_eq!(level(20.0, &report(2021).lead_time), "high");
        assert_eq!(level(1_000.0, &report(2024).lead_time), "low");
        assert_eq!(level(1_000.0, &report(2021).lead_time), "medium");
        assert_eq!(level(0.2, &report(2021).failures), "high");
        assert_eq!(level_of_deployments(400.0, &report(2021)), "elite");
        assert_eq!(level_of_deployments(12.0, &report(2021)), "high");
        assert_eq!(level_of_deployments(12.0, &report(2024)), "medium");
        assert_eq!(level_of_deployments(1.0, &report(2021)), "low");
        assert!(super::report(1999).is_none());
    }

    #[test]
    fn versions_are_releases() {
        for name in ["v1.2.3", "1.2", "app/v1.2.3", "app-1.2.3", "pkg@1.2.3"] {
            assert!(is_release(name), "{name}");
        }
        for name in ["v1.2.3-rc1", "v1", "1.2.3.4", "latest", "", "v1.x", "v1.2."] {
            assert!(!is_release(name), "{name}");
        }
    }
}
