//! How repositories, services and teams fare, rule by rule.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::facts::{Gap, GapKind};
use crate::findings::Report;
use crate::policy::Level;
use crate::text::RepoPath;

/// What an audit of many repositories has to say, before any format.
#[derive(Debug)]
pub struct Audit {
    /// What the audited folder is called.
    pub name: String,
    /// The day as of which dates were checked.
    pub as_of: Date,
    /// The organization's policy, if it has one, and then every repository in the order of their paths.
    pub repositories: Vec<Audited>,
    /// Repositories that could not be judged.
    pub failed: Vec<Failed>,
    /// Folders that could not be looked into.
    pub gaps: Vec<Gap>,
    /// How repositories fare, the worst first.
    pub by_repository: Vec<Scorecard>,
    /// How services fare, the worst first.
    pub by_service: Vec<Scorecard>,
    /// How teams fare, the worst first.
    pub by_team: Vec<Scorecard>,
}

/// A repository of an audit.
#[derive(Debug)]
pub struct Audited {
    /// Where it is, from the audited folder; `.` for the folder itself.
    pub path: String,
    /// Whether this is what the organization's own policy declares, not a repository.
    pub is_organization: bool,
    /// What was found.
    pub report: Report,
}

/// A repository that could not be judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed {
    /// Where it is, from the audited folder.
    pub path: String,
    /// Why.
    pub reason: String,
    /// What to do.
    pub help: Option<String>,
    /// Whether nothing is wrong but that data is missing.
    pub is_incomplete: bool,
}

impl Failed {
    /// The same as a gap.
    pub fn gap(&self) -> Gap {
        let mut gap = Gap::new(GapKind::Unreadable, self.reason.clone());
        gap.remedy = self.help.clone();
        gap.at(RepoPath::from(self.path.as_str()))
    }
}

/// How one repository, service or team fares.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scorecard {
    /// Its name; of a team, what people call it.
    pub name: String,
    /// The path of its repository from the audited folder, where it has one.
    pub repository: Option<String>,
    /// The tier of a service.
    pub tier: Option<u8>,
    /// Who answers for a service.
    pub owners: Vec<String>,
    /// How many services a team answers for.
    pub services: usize,
    /// By rule, what came of it. Rules that do not apply are not here.
    pub rules: BTreeMap<&'static str, Outcome>,
}

/// What came of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// All that was judged is as agreed.
    Pass,
    /// Something is not; the worst level of its findings.
    Fail(Level),
    /// Nothing could be judged.
    Skip,
}

/// How many rules came to what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// As agreed.
    pub pass: usize,
    /// Not as agreed.
    pub fail: usize,
    /// Could not be judged.
    pub skip: usize,
}

impl Tally {
    fn add(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Pass => self.pass += 1,
            Outcome::Fail(_) => self.fail += 1,
            Outcome::Skip => self.skip += 1,
        }
    }

    /// Of the rules that could be judged, how many of a hundred are as agreed, rounded down so that only
    /// all are 100. None where none could be judged.
    pub fn percent(&self) -> Option<usize> {
        (self.pass * 100).checked_div(self.pass + self.fail)
    }

    /// Of the rules that apply, how many of a hundred could not be judged, rounded up.
    pub fn unknown_percent(&self) -> usize {
        let all = self.pass + self.fail + self.skip;
        (self.skip * 100).div_ceil(all.max(1))
    }
}

impl Scorecard {
    /// Of all rules.
    pub fn total(&self) -> Tally {
        let mut tally = Tally::default();
        self.rules.values().for_each(|&outcome| tally.add(outcome));
        tally
    }

    /// By family of rules.
    pub fn by_family(&self) -> BTreeMap<&'static str, Tally> {
        let mut families: BTreeMap<&'static str, Tally> = BTreeMap::new();
        for (rule, &outcome) in &self.rules {
            families.entry(family(rule)).or_default().add(outcome);
        }
        families
    }

    /// The rules that fail, the worst first.
    pub fn failing(&self) -> Vec<(&'static str, Level)> {
        let rules = self.rules.iter();
        let mut failing: Vec<_> = rules
            .filter_map(|(&rule, &outcome)| match outcome {
                Outcome::Fail(level) => Some((rule, level)),
                _ => None,
            })
            .collect();
        failing.sort_by_key(|&(rule, level)| (std::cmp::Reverse(level), rule));
        failing
    }

    /// By what the worst come first: rules that fail by level, then the share that fails, then the tier.
    fn badness(&self) -> impl Ord + use<> {
        let at = |level| {
            let failing = self.rules.values();
            failing.filter(|&&it| it == Outcome::Fail(level)).count()
        };
        let percent = self.total().percent().unwrap_or(100);
        let worst = (at(Level::Error), at(Level::Warning), at(Level::Note));
        (
            std::cmp::Reverse(worst),
            percent,
            self.tier.unwrap_or(u8::MAX),
        )
    }

    /// The worst first.
    pub fn sort(scorecards: &mut [Scorecard]) {
        scorecards.sort_by(|a, b| {
            let by_name = || (&a.name, &a.repository).cmp(&(&b.name, &b.repository));
            a.badness().cmp(&b.badness()).then_with(by_name)
        });
    }
}

/// The families that any of these scorecards has rules of.
pub fn families<'s>(scorecards: impl IntoIterator<Item = &'s Scorecard>) -> BTreeSet<&'static str> {
    let rules = scorecards.into_iter().flat_map(|it| it.rules.keys());
    rules.map(|rule| family(rule)).collect()
}

fn family(rule: &'static str) -> &'static str {
    rule.split('/').next().unwrap_or(rule)
}
