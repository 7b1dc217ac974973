//! The pipeline on one page: from a request to a report or an answer. The only file that knows every
//! stage.

mod error;
mod owners;
mod survey;

pub use error::Error;
pub use owners::{OwnersPaths, OwnersRequest, owners};
pub use survey::{Surveyed, preview, survey};

use std::collections::BTreeSet;
use std::path::PathBuf;

use jiff::civil::Date;

use crate::facts::{Looked, Repository};
use crate::findings::{Ledger, PolicyInfo, Report, Skip, Summary, Suppression};
use crate::identity::Directory;
use crate::ownership::Ownership;
use crate::policy::{Attributes, Level, Policy};
use crate::rules::{self, Judged, Need, PolicyFacts, Rule, Scope, View};
use crate::sources::repository::Source;
use crate::sources::{self, PolicyChoice};

/// What to check.
#[derive(Clone, Debug)]
pub struct Request {
    /// A repository, or a folder or file in one to which findings are limited.
    pub target: PathBuf,
    /// The revision to read; none for the worktree.
    pub revision: Option<String>,
    /// The policy to judge by instead of the repository's own.
    pub policy: Option<PathBuf>,
    /// Only these rules run, if there are any: ids and `family/*`.
    pub select: Vec<String>,
    /// These rules do not run.
    pub ignore: Vec<String>,
    /// The day as of which dates are judged.
    pub as_of: Date,
    /// A file of accepted findings.
    pub baseline: Option<PathBuf>,
}

/// Judges one repository by its policy.
///
/// # Errors
/// The target cannot be opened, or the policy, a roster, the baseline or the request is faulty. What
/// is wrong with the repository itself is a finding or a gap, never an error.
pub fn check(request: &Request) -> Result<Report, Error> {
    let source = Source::open(&request.target, request.revision.as_deref())?;
    let choice =
        PolicyChoice::find(&source, request.policy.as_deref()).map_err(Error::unreadable)?;
    judge(request, &source, &choice)
}

/// Judges an opened repository by the policy of a choice.
fn judge(request: &Request, source: &Source, choice: &PolicyChoice<'_>) -> Result<Report, Error> {
    let selected = select(request)?;
    let baseline = request
        .baseline
        .as_deref()
        .map(error::baseline)
        .transpose()?;

    // Sources: what is there, and by which policy it is read and judged.
    let policy = load(choice)?;
    let mut repository = sources::read(source);
    repository.rosters = sources::rosters(&policy.reading, choice)?;
    let needs = rules::needs(&selected, &policy.judging);
    let (evidence, gaps) = sources::evidence::read(
        source,
        &repository.tree,
        &repository.gaps,
        source.scope(),
        looked(&needs),
        &policy.reading,
    );
    repository.evidence = evidence;
    // A file that was wanted before and could not be read is told of once.
    for gap in gaps {
        if !repository.gaps.contains(&gap) {
            repository.gaps.push(gap);
        }
    }
    if let Some(name) = &policy.reading.name {
        repository.name.clone_from(name);
    }

    // Ownership, identity: who decides over which file, and who is who.
    let ownership = resolve(&repository);
    let directory = Directory::new(&repository.rosters, repository.organization.as_deref());

    // Rules: the verdict on every subject.
    let facts = choice
        .path()
        .map(|path| PolicyFacts::of(&policy, crate::policy::PolicyFiles::place(choice, path)));
    let mut view = View::new(
        &repository,
        &ownership,
        &directory,
        facts.as_ref(),
        request.as_of,
    );
    view.enabled = rules::enabled(&selected, &policy.judging);
    let scope = Scope {
        within: source.scope(),
        exclude: &policy.reading.exclude,
    };
    let mut judged = rules::judge(&selected, &view, &policy.judging, &scope);

    // Findings: what becomes of the verdicts; then the verdicts on exceptions, which follow from it.
    let rulebook = rules::rulebook();
    let in_use = repository.ownership_files.in_use.as_ref();
    let suppressions: Vec<Suppression> = in_use
        .into_iter()
        .flat_map(|file| Suppression::of_ownership_file(file, &rulebook))
        .chain(Suppression::of_evidence(
            &repository.evidence,
            &repository.tree,
            in_use.map(|file| file.text().path().as_bytes()),
            &rulebook,
        ))
        .collect();
    let mut ledger = Ledger::new(
        policy.judging.exceptions(),
        &suppressions,
        baseline
            .as_ref()
            .map(|baseline| baseline.unused(&repository.tree)),
        view.organization_mode,
        request.as_of,
    );
    ledger.decide(std::mem::take(&mut judged.drafts));
    let uses = ledger.uses(&judged.complete, &rules::ids());
    let on_exceptions = rules::judge_exceptions(&selected, &uses, &view, &policy.judging, &scope);
    judged.ran.extend(on_exceptions.ran);
    ledger.decide(on_exceptions.drafts);

    Ok(report(&repository, &ownership, &policy, judged, ledger))
}

/// What the rules ask the files for.
fn looked(needs: &BTreeSet<Need>) -> Looked {
    Looked {
        markers: needs.contains(&Need::Markers),
        code_suppressions: needs.contains(&Need::CodeSuppressions),
        documents: needs.contains(&Need::Documents),
    }
}

/// The rules that the request lets run.
fn select(request: &Request) -> Result<Vec<&'static Rule>, Error> {
    let rulebook = rules::rulebook();
    let read = |option: &str, selectors: &[String]| {
        let read = |selector: &String| {
            rulebook.select(selector).map_err(|unknown| Error::Usage {
                message: format!("{option}: {}", unknown.message),
                help: unknown.help,
            })
        };
        selectors.iter().map(read).collect::<Result<Vec<_>, _>>()
    };
    let select = read("--select", &request.select)?;
    let ignore = read("--ignore", &request.ignore)?;
    let rules = rules::all().iter().copied().filter(|rule| {
        let named = |selector: &crate::policy::RuleSelector| selector.matches(rule.spec.id);
        (select.is_empty() || select.iter().any(named)) && !ignore.iter().any(named)
    });
    Ok(rules.collect())
}

/// The policy of a choice, or all that is wrong with it.
fn load(choice: &PolicyChoice<'_>) -> Result<Policy, Error> {
    let specs = rules::specs();
    match choice.path() {
        None => Ok(Policy::recommended(&specs, &rules::RETIRED)),
        Some(path) => Ok(Policy::load(path, choice, &specs, &rules::RETIRED)?),
    }
}

/// Who decides over which file of a repository.
fn resolve(repository: &Repository) -> Ownership {
    let file = repository.ownership_files.in_use.as_ref();
    file.map_or_else(Ownership::default, |file| {
        Ownership::resolve(&repository.tree, file)
    })
}

fn report(
    repository: &Repository,
    ownership: &Ownership,
    policy: &Policy,
    judged: Judged,
    ledger: Ledger<'_>,
) -> Report {
    let (findings, accepted) = ledger.finish();
    let required = |rule| policy.judging.at(rule, &Attributes::default()).required;
    let skipped = judged
        .skips
        .into_iter()
        .map(|((rule, reason), (gap, subjects))| Skip {
            rule,
            reason,
            remedy: gap.remedy,
            subjects,
            required: required(rule),
        });
    let at = |level| {
        findings
            .iter()
            .filter(|finding| finding.level == level)
            .count()
    };
    Report {
        repository: repository.name.clone(),
        skipped: skipped.collect(),
        gaps: repository.gaps.clone(),
        policy: PolicyInfo {
            name: policy.name.clone(),
            extends: policy.extends.clone(),
        },
        summary: Summary {
            files: repository.tree.len(),
            owned: ownership.owned(),
            rules: judged.ran.len(),
            errors: at(Level::Error),
            warnings: at(Level::Warning),
            notes: at(Level::Note),
            accepted: accepted.len(),
        },
        findings,
        accepted,
    }
}
