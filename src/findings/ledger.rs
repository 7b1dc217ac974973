//! The one place that decides what becomes of a violation.
//!
//! In this order: level and overrides (they are in the settings already), suppression, exceptions,
//! baseline, ratchet, count.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use jiff::civil::Date;

use super::baseline::Unused;
use super::fingerprint::Fingerprints;
use super::places::{Candidate, Places, group};
use super::{Acceptance, Accepted, Before, Finding, Names, Suppression};
use crate::facts::Renames;
use crate::policy::{Attributes, Exception, Law, Level, Origin, SelectionIndex};
use crate::rules::{About, Draft, ExceptionUse, Holder, Violation};
use crate::text::{RepoPath, clip};

/// The exceptions about one rule that select everything: each finding of the rule matches all of them.
#[derive(Debug, Default)]
struct Unconditional {
    places: Vec<usize>,
    /// The first of them that holds.
    first: Option<usize>,
    /// How many findings they matched.
    findings: usize,
}

/// Turns drafts into findings, and keeps account of what accepted them.
#[derive(Debug)]
pub(crate) struct Ledger<'a> {
    /// The name of the repository.
    pub(crate) repository: &'a str,
    /// Those of the organization's policy first, then the repository's own.
    pub(crate) exceptions: &'a [Exception],
    /// The exceptions by what they select.
    selected: SelectionIndex,
    /// By rule: the exceptions about it that select everything.
    unconditional: BTreeMap<&'static str, Unconditional>,
    /// Which rules the repository itself may loosen.
    pub(crate) law: &'a Law,
    pub(crate) suppressions: &'a [Suppression],
    /// The suppressions of each line.
    on_line: HashMap<(&'a RepoPath, u32), Vec<usize>>,
    pub(crate) baseline: Option<Unused>,
    /// What stood before the change that is judged.
    pub(crate) before: Option<Before>,
    /// Where files go by the change of which this is the base.
    renames: Option<&'a Renames>,
    /// What findings are called without them.
    pub(crate) names: Names,
    pub(crate) organization_mode: bool,
    pub(crate) as_of: Date,
    findings: Vec<Candidate>,
    pub(crate) accepted: Vec<Accepted>,
    /// By exception, then by suppression: how many findings it matched, without [`Unconditional`] ones.
    matched: Vec<usize>,
    /// For whom which rule fails, and the worst level, for scorecards.
    failing: BTreeMap<(Holder, &'static str), Level>,
}

impl<'a> Ledger<'a> {
    pub(crate) fn new(
        repository: &'a str,
        exceptions: &'a [Exception],
        law: &'a Law,
        suppressions: &'a [Suppression],
        baseline: Option<Unused>,
        organization_mode: bool,
        as_of: Date,
    ) -> Ledger<'a> {
        let mut on_line: HashMap<_, Vec<usize>> = HashMap::new();
        for (index, suppression) in suppressions.iter().enumerate() {
            for place in suppression.places() {
                on_line.entry(place).or_default().push(index);
            }
        }
        Ledger {
            repository,
            exceptions,
            selected: SelectionIndex::new(exceptions.iter().map(Exception::selection)),
            unconditional: BTreeMap::new(),
            law,
            suppressions,
            on_line,
            baseline,
            before: None,
            renames: None,
            names: Names::default(),
            organization_mode,
            as_of,
            findings: Vec::new(),
            accepted: Vec::new(),
            matched: vec![0; exceptions.len() + suppressions.len()],
            failing: BTreeMap::new(),
        }
    }

    /// The ledger of a base, whose findings are called what they are called after the change.
    pub(crate) fn renaming(mut self, renames: &'a Renames) -> Ledger<'a> {
        self.renames = Some(renames);
        self
    }

    /// The ledger of a head, in which only counts what did not stand before.
    pub(crate) fn since(mut self, before: Before) -> Ledger<'a> {
        self.before = Some(before);
        self
    }

    /// Decides on the drafts of some rules; those of one rule come at once.
    pub(crate) fn decide(&mut self, mut drafts: Vec<Draft>) {
        drafts.sort_by(|a, b| a.order().cmp(&b.order()));
        let [mut fingerprints, mut renamed, mut in_file] = <[Fingerprints; 3]>::default();
        let (mut subjects, mut findings) = (Vec::new(), Vec::new());
        for draft in drafts {
            let Some(level) = self.level(&draft) else {
                continue;
            };
            let (id, text) = (draft.rule.spec.id, text(&draft.violation));
            let mut print = fingerprints.next(id, &draft.about.subject, text);
            if let Some(renames) = self.renames {
                let subject = renames.words(&draft.about.subject);
                let as_it_was = print;
                print = renamed.next(id, &subject, &renames.words(text));
                let same_words = in_file.next(id, &subject, &renames.first_word(text));
                if as_it_was != print {
                    self.names.as_it_was.insert(as_it_was, print.clone());
                }
                if same_words != print {
                    self.names.in_its_file.insert(same_words, print.clone());
                }
            }
            let about = Arc::clone(&draft.about);
            let Candidate { cause, finding } = finish(draft, level, print);
            subjects.push((about, cause));
            findings.push(finding);
        }
        // What is accepted now still stands: it is not mended.
        let stood = self.before.as_mut().map(|it| it.take(&findings));
        for (place, ((about, cause), finding)) in subjects.into_iter().zip(findings).enumerate() {
            let stood = stood.as_ref().is_some_and(|stood| stood[place]);
            match self.acceptance(&about, &finding) {
                Some(by) => self.accepted.push(Accepted { finding, by }),
                None if stood => {}
                None => {
                    for holder in about.holders.iter().cloned() {
                        let worst = self.failing.entry((holder, finding.rule));
                        let worst = worst.or_insert(finding.level);
                        *worst = finding.level.max(*worst);
                    }
                    self.findings.push(Candidate { cause, finding });
                }
            }
        }
    }

    /// The level that holds; none if it is off.
    fn level(&self, draft: &Draft) -> Option<Level> {
        let mut level = draft.settings.level;
        // What a pack asks of an organization is worth a note where there is none; what the policy's
        // own author asks for holds everywhere.
        let from_pack = matches!(draft.settings.origin, Origin::Pack(_));
        if draft.rule.organizational && !self.organization_mode && from_pack {
            level = level.min(Level::Note);
        }
        if level == Level::Off {
            return None;
        }
        let violation = &draft.violation;
        level = violation.at_least.map_or(level, |least| level.max(least));
        Some(violation.at_most.map_or(level, |most| level.min(most)))
    }

    /// What accepts a finding, if anything does. Everything that matches is told that it did, so that
    /// of two exceptions for one finding neither seems unused.
    fn acceptance(&mut self, about: &About, finding: &Finding) -> Option<Acceptance> {
        let rule = finding.rule;
        let bare = Attributes {
            repository: self.repository,
            ..Attributes::default()
        };
        let holds = |until: Option<Date>| until.is_none_or(|until| self.as_of <= until);
        let mut by = None;
        let line = finding.primary.excerpt.as_ref().map(|excerpt| excerpt.line);
        let line = finding.primary.path().zip(line);
        for &index in line
            .and_then(|line| self.on_line.get(&line))
            .into_iter()
            .flatten()
        {
            let suppression = &self.suppressions[index];
            if suppression.is_about(rule) {
                self.matched[self.exceptions.len() + index] += 1;
                let may_loosen = self.law.may_loosen(rule);
                if may_loosen && holds(suppression.until) && by.is_none() {
                    by = Some(Acceptance::Suppression {
                        reason: reason(&suppression.reason),
                        until: suppression.until,
                    });
                }
            }
        }
        let exceptions = self.exceptions;
        if !exceptions.is_empty() {
            let is_valid = |&index: &usize| {
                let exception = &exceptions[index];
                let may_loosen = exception.is_organizations || self.law.may_loosen(rule);
                may_loosen && holds(exception.until)
            };
            let mut meant = about.shown(bare, |subject| {
                let mut candidates = self.selected.candidates(subject);
                candidates.retain(|&index| exceptions[index as usize].matches(rule, subject));
                candidates
            });
            let unconditional = self.unconditional.entry(rule).or_insert_with(|| {
                let everything = self.selected.everything().iter();
                let places = everything.map(|&index| index as usize);
                let about = places.filter(|&index| exceptions[index].is_about(rule));
                let places: Vec<usize> = about.collect();
                Unconditional {
                    first: places.iter().copied().find(is_valid),
                    places,
                    findings: 0,
                }
            });
            unconditional.findings += 1;
            for &index in &meant {
                self.matched[index as usize] += 1;
            }
            meant.retain(|&index| is_valid(&(index as usize)));
            let first = meant.first().map(|&index| index as usize);
            let first = first.into_iter().chain(unconditional.first).min();
            by = by.or_else(|| {
                let exception = &exceptions[first?];
                Some(Acceptance::Exception {
                    reason: reason(&exception.reason),
                    until: exception.until,
                })
            });
        }
        let in_baseline =
            |unused: &mut Unused| unused.take(finding).then_some(Acceptance::Baseline);
        by.or_else(|| self.baseline.as_mut().and_then(in_baseline))
    }

    /// For whom which rule fails: what is accepted fails nobody.
    pub(crate) fn failing(&self) -> &BTreeMap<(Holder, &'static str), Level> {
        &self.failing
    }

    /// What counts and what does not, each sorted by place and rule.
    pub(crate) fn finish(mut self) -> (Vec<Finding>, Vec<Accepted>) {
        let mut findings = group(self.findings);
        findings.sort_by(|a, b| a.order().cmp(&b.order()));
        self.accepted
            .sort_by(|a, b| a.finding.order().cmp(&b.finding.order()));
        (findings, self.accepted)
    }

    /// How many findings each of the organization's exceptions matched, in their order.
    pub(crate) fn inherited(&self) -> Vec<usize> {
        let matched = self.matched();
        let exceptions = self.exceptions.iter().zip(matched);
        let inherited = exceptions.filter(|(exception, _)| exception.is_organizations);
        inherited.map(|(_, matched)| matched).collect()
    }

    /// By exception, then by suppression: how many findings it matched.
    fn matched(&self) -> Vec<usize> {
        let mut matched = self.matched.clone();
        for unconditional in self.unconditional.values() {
            for &place in &unconditional.places {
                matched[place] += unconditional.findings;
            }
        }
        matched
    }

    /// Adds what the policy's own exceptions matched in other repositories.
    pub(crate) fn add_matched(&mut self, elsewhere: &[usize]) {
        for (matched, more) in self.matched.iter_mut().zip(elsewhere) {
            *matched += more;
        }
    }

    /// How the policy's own exceptions and the suppressions fared. `complete` are the rules that judged
    /// all they could.
    pub(crate) fn uses(
        &self,
        complete: &BTreeSet<&'static str>,
        all: &[&'static str],
    ) -> Vec<ExceptionUse> {
        let judged = |matches: &dyn Fn(&str) -> bool| {
            all.iter()
                .filter(|rule| matches(rule))
                .all(|rule| complete.contains(rule))
        };
        let matched = self.matched();
        let exceptions = self
            .exceptions
            .iter()
            .zip(&matched)
            .filter(|(exception, _)| !exception.is_organizations)
            .map(|(exception, &matched)| ExceptionUse {
                rules: exception.rules.iter().map(ToString::to_string).collect(),
                reason: exception.reason.clone(),
                until: exception.until,
                location: exception.location.clone(),
                inline: false,
                matched,
                judged: judged(&|rule| exception.is_about(rule)),
                problem: None,
            });
        let matched = &matched[self.exceptions.len()..];
        let suppressions = self
            .suppressions
            .iter()
            .zip(matched)
            .map(|(suppression, &matched)| ExceptionUse {
                rules: suppression.rules.iter().map(ToString::to_string).collect(),
                reason: suppression.reason.clone(),
                until: suppression.until,
                location: suppression.location.clone(),
                inline: true,
                matched,
                judged: judged(&|rule| {
                    suppression
                        .rules
                        .iter()
                        .any(|selector| selector.matches(rule))
                }),
                problem: suppression.problem.clone(),
            });
        exceptions.chain(suppressions).collect()
    }
}

/// Of a subject's name, and of the reason of an exception, so many characters are told: thousands of
/// findings may have it. The fingerprint is that of the whole name.
const CHARACTERS: usize = 1_000;

fn reason(whole: &str) -> String {
    clip(whole, CHARACTERS).into_owned()
}

/// What a finding is recognized by, beside its rule and its subject.
fn text(violation: &Violation) -> &str {
    match (&violation.key, &violation.primary.excerpt) {
        (Some(key), _) => key.as_str(),
        (None, Some(excerpt)) => excerpt.marked(),
        (None, None) => "",
    }
}

/// Makes a finding of a draft, and tells the cause that it may share with others of its file.
fn finish(draft: Draft, level: Level, fingerprint: String) -> Candidate {
    let (rule, about, violation) = (draft.rule, draft.about, *draft.violation);
    let cause = violation.cause.map(Cow::Owned);
    let cause = cause.or_else(|| rule.cause().map(Cow::Borrowed));
    let finding = Finding {
        rule: rule.spec.id,
        level,
        message: violation.message,
        subject_kind: rule.check.subject(),
        subject: clip(&about.subject, CHARACTERS).into_owned(),
        services: about.services.clone(),
        fingerprint,
        primary: violation.primary,
        related: violation.related,
        owners: violation.owners,
        more_owners: violation.more_owners,
        help: violation.help,
        fix: violation.fix,
        origin: draft.settings.origin.clone(),
        places: match violation.places {
            none if none.is_empty() => Places::One,
            all => Places::Summary(all),
        },
    };
    Candidate { cause, finding }
}
