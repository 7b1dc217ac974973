//! The audit for machines: scorecards, and the report of each repository as `check` has it.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use crate::answers::{self, CardOutcome};
use crate::report::json::{MissingData, Report, SCHEMA_VERSION, Tool, document};

/// Writes everything.
pub fn write(audit: &answers::Audit, out: &mut dyn Write) -> io::Result<()> {
    document(&Audit::of(audit), out)
}

/// What `bailiwick audit --format json` writes.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Audit<'a> {
    /// The version of this format.
    schema_version: u32,
    /// The program that wrote it.
    tool: Tool,
    /// What the audited folder is called.
    name: &'a str,
    /// The day, as YYYY-MM-DD, as of which dates were checked.
    as_of: String,
    scorecards: Scorecards<'a>,
    /// The organization's policy, if it has one, and then every repository, sorted by path.
    repositories: Vec<Audited<'a>>,
    /// Repositories that could not be judged.
    failed: Vec<Failed<'a>>,
    /// Folders that could not be read.
    missing_data: Vec<MissingData<'a>>,
}

/// How everything fares, the worst first.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Scorecards<'a> {
    teams: Vec<Scorecard<'a>>,
    services: Vec<Scorecard<'a>>,
    repositories: Vec<Scorecard<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Audited<'a> {
    /// Where it is, from the audited folder; `.` for the folder itself.
    path: &'a str,
    /// Whether this is what the organization's own policy declares, not a repository.
    organization: bool,
    /// What `check` says of it, with paths from its root.
    report: Report<'a>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Failed<'a> {
    path: &'a str,
    reason: &'a str,
    help: Option<&'a str>,
}

/// How one team, service or repository fares.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Scorecard<'a> {
    name: &'a str,
    /// The path of its repository from the audited folder, where it has one.
    repository: Option<&'a str>,
    /// The tier of a service.
    tier: Option<u8>,
    /// Who answers for a service.
    owners: &'a [String],
    /// How many services it has.
    services: usize,
    /// Of a hundred rules that could be judged, how many are as agreed; null where none could.
    percent: Option<usize>,
    total: Tally,
    families: BTreeMap<&'a str, Tally>,
    /// By rule: `pass`, `skip`, or the worst level of what fails. Rules that do not apply are not here.
    rules: BTreeMap<&'a str, &'a str>,
}

/// How many rules came to what.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Tally {
    pass: usize,
    fail: usize,
    skip: usize,
}

impl<'a> Audit<'a> {
    fn of(audit: &'a answers::Audit) -> Self {
        let cards = |cards: &'a [answers::Scorecard]| cards.iter().map(Scorecard::of).collect();
        let repositories = audit.repositories.iter().map(|audited| Audited {
            path: &audited.path,
            organization: audited.is_organization,
            report: Report::of(&audited.report),
        });
        let failed = audit.failed.iter().map(|failed| Failed {
            path: &failed.path,
            reason: &failed.reason,
            help: failed.help.as_deref(),
        });
        Audit {
            schema_version: SCHEMA_VERSION,
            tool: Tool::THIS,
            name: &audit.name,
            as_of: audit.as_of.to_string(),
            scorecards: Scorecards {
                teams: cards(&audit.by_team),
                services: cards(&audit.by_service),
                repositories: cards(&audit.by_repository),
            },
            repositories: repositories.collect(),
            failed: failed.collect(),
            missing_data: audit.gaps.iter().map(MissingData::of).collect(),
        }
    }
}

impl<'a> Scorecard<'a> {
    fn of(card: &'a answers::Scorecard) -> Self {
        let total = card.total();
        let rules = card.rules.iter().map(|(&rule, outcome)| {
            let outcome = match outcome {
                CardOutcome::Pass => "pass",
                CardOutcome::Skip => "skip",
                CardOutcome::Fail(level) => level.name(),
            };
            (rule, outcome)
        });
        let families = card.by_family().into_iter();
        Scorecard {
            name: &card.name,
            repository: card.repository.as_deref(),
            tier: card.tier,
            owners: &card.owners,
            services: card.services,
            percent: total.percent(),
            total: Tally::of(total),
            families: families
                .map(|(family, it)| (family, Tally::of(it)))
                .collect(),
            rules: rules.collect(),
        }
    }
}

impl Tally {
    fn of(tally: answers::Tally) -> Self {
        Tally {
            pass: tally.pass,
            fail: tally.fail,
            skip: tally.skip,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_schema_is_the_one_of_the_types() {
        let settings = schemars::generate::SchemaSettings::draft2020_12().for_serialize();
        let generator = settings.into_generator();
        let mut schema = generator.into_root_schema_for::<Audit<'_>>();
        schema.insert("title".into(), "Report of bailiwick audit".into());
        let schema = serde_json::to_string_pretty(&schema.to_value()).unwrap() + "\n";
        expect_test::expect_file!["../../../policies/audit.schema.json"].assert_eq(&schema);
    }
}
