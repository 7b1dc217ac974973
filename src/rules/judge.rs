//! Calling rules: which subjects there are, which settings hold for each, and what the verdicts were.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::outcomes::{Holder, Outcomes};
use super::prepared::{Held, Prepared, Subject};
use super::{Check, ExceptionUse, Need, Rule, Verdict, View, Violation, lacking};
use crate::facts::{Gap, Location, Lookup};
use crate::policy::{Attributes, Judging, Level, OfRule, PathPatterns, Settings};
use crate::text::RepoPath;

/// What a rule found, with all that is needed to decide on it.
#[derive(Debug)]
pub struct Draft {
    /// The rule.
    pub rule: &'static Rule,
    /// Its subject. All that is found of one shares it.
    pub about: Arc<About>,
    /// What held for it.
    pub settings: Arc<Settings>,
    /// What is wrong.
    pub violation: Box<Violation>,
}

/// What is told of a subject.
#[derive(Debug)]
pub struct About {
    /// What the subject is called.
    pub subject: String,
    /// The paths that its subject speaks of.
    pub paths: Vec<Vec<u8>>,
    /// Its subject's owners, as written.
    pub owners: Arc<[String]>,
    /// The services that its subject is, or that its files belong to.
    pub services: Vec<String>,
    /// Whose scorecards it counts on, where scorecards are kept.
    pub holders: Arc<[Holder]>,
}

impl About {
    /// Shows it to `look`, with what is known of it beside `bare`.
    pub fn shown<T>(&self, bare: Attributes<'_>, look: impl FnOnce(&Attributes<'_>) -> T) -> T {
        let paths: Vec<&[u8]> = self.paths.iter().map(Vec::as_slice).collect();
        let owners: Vec<&str> = self.owners.iter().map(String::as_str).collect();
        let services: Vec<&str> = self.services.iter().map(String::as_str).collect();
        look(&Attributes {
            paths: &paths,
            owners: &owners,
            services: &services,
            ..bare
        })
    }
}

impl Draft {
    /// What findings are sorted by: place, then rule, then message.
    pub fn order(&self) -> impl Ord + '_ {
        let violation = &self.violation;
        (
            violation.primary.order(),
            self.rule.spec.id,
            &violation.message,
        )
    }
}

/// What all rules together said.
#[derive(Debug, Default)]
pub struct Judged {
    /// What is wrong, in no particular order.
    pub drafts: Vec<Draft>,
    /// By rule and reason: what could not be judged, and how many subjects that concerns.
    pub skips: BTreeMap<(&'static str, String), (Gap, usize)>,
    /// Rules that ran: those that could judge at least one subject, or had none to judge.
    pub ran: BTreeSet<&'static str>,
    /// Rules that ran over everything there is to judge.
    pub complete: BTreeSet<&'static str>,
    /// Rules that could check nothing because of unavailable facts, with one of these.
    pub prevented: BTreeMap<&'static str, Gap>,
    /// Rules that checked the files that were read, though others are unavailable.
    pub by_file: BTreeSet<&'static str>,
    /// Rules of which some subjects could not be checked.
    pub partial: BTreeSet<&'static str>,
    /// By holder and rule, what came of it; empty unless scorecards are kept.
    pub outcomes: Outcomes,
}

/// The part of a repository that is judged.
#[derive(Debug)]
pub struct Scope<'a> {
    /// The folder or file to which findings are limited; the root for all.
    pub within: &'a RepoPath,
    /// Files that the policy takes out.
    pub exclude: &'a PathPatterns,
    /// Files that the policy of a repository takes out below that of its organization: out of the rules
    /// that it may loosen.
    pub own_exclude: &'a PathPatterns,
    /// Whether to keep account of outcomes for scorecards.
    pub scorecards: bool,
}

/// Those of the rules that are on for any subject.
pub fn enabled(rules: &[&'static Rule], judging: &Judging) -> BTreeSet<&'static str> {
    let ids = rules.iter().map(|rule| rule.spec.id);
    ids.filter(|id| judging.is_enabled(id)).collect()
}

/// What those of the rules need that are on for any subject.
pub fn needs(rules: &[&'static Rule], judging: &Judging) -> BTreeSet<Need> {
    let enabled = rules.iter().filter(|rule| judging.is_enabled(rule.spec.id));
    enabled.flat_map(|rule| rule.needs).copied().collect()
}

/// Lets rules judge all subjects of one repository.
pub fn judge(
    rules: &[&'static Rule],
    view: &View<'_>,
    judging: &Judging,
    scope: &Scope<'_>,
) -> Judged {
    let mut run = Run::new(rules, view, judging, scope);
    for rule in rules {
        if judging.is_enabled(rule.spec.id) && run.has_subjects(rule) {
            run.begin(rule);
        }
    }
    let ids = run.turns.iter().map(|turn| turn.rule.spec.id);
    if scope.scorecards {
        let services = view.graph.declared_range(view.place);
        run.judged.outcomes = Outcomes::of(ids, services, view.teams());
    }
    run.subjects();
    run.end()
}

/// Lets rules judge how exceptions and suppressions fared.
pub fn judge_exceptions(
    rules: &[&'static Rule],
    uses: &[ExceptionUse],
    view: &View<'_>,
    judging: &Judging,
    scope: &Scope<'_>,
) -> Judged {
    let mut run = Run::new(rules, view, judging, scope);
    let on_exceptions = |rule: &&&'static Rule| matches!(rule.check, Check::Exception(_));
    let turns = rules.iter().filter(on_exceptions);
    run.turns = turns.map(|rule| Turn::new(rule, judging)).collect();
    let ids = run.turns.iter().map(|turn| turn.rule.spec.id);
    run.judged.outcomes = Outcomes::of(ids, 0..0, &[]);
    let checks = run.of_kind(|check| match check {
        Check::Exception(check) => Some(check),
        _ => None,
    });
    if let Some(checks) = checks {
        for used in uses {
            let place = format!("{:?}", used.location.place);
            let subject = Subject::named(format!("{} {place}", used.rules.join(", ")));
            run.ask(&checks, &subject, |check, settings| {
                check(used, view, settings)
            });
        }
    }
    run.end()
}

/// A rule in a run.
#[derive(Debug)]
pub(super) struct Turn<'a> {
    pub(super) rule: &'static Rule,
    /// What the policy says of it.
    pub(super) judging: OfRule<'a>,
    /// Whether all is there that it needs.
    pub(super) judges: bool,
    /// Whether its settings may differ by what a subject shows of itself.
    pub(super) selects: bool,
    /// Whether it could judge any subject.
    has_judged: bool,
    /// Whether there is anything that it could not judge.
    has_skipped: bool,
}

impl<'a> Turn<'a> {
    fn new(rule: &'static Rule, judging: &'a Judging) -> Turn<'a> {
        Turn {
            rule,
            judging: judging.of(rule.spec.id),
            judges: true,
            selects: judging.selects(rule.spec.id),
            has_judged: false,
            has_skipped: false,
        }
    }
}

/// Functions of rules, each with the rule's place in the run.
pub(super) type Checks<C> = [(usize, C)];

/// Every subject is made ready once and then shown to all rules that judge its kind: what they look at is
/// fetched from memory once, however many they are.
pub(super) struct Run<'a> {
    pub(super) view: &'a View<'a>,
    pub(super) judging: &'a Judging,
    pub(super) scope: &'a Scope<'a>,
    pub(super) turns: Vec<Turn<'a>>,
    judged: Judged,
    /// Who holds the subject that was last made ready, where scorecards are kept.
    held: Option<Arc<Held>>,
    /// Owners, with whether they can act.
    somebody: HashMap<String, bool>,
}

impl<'a> Run<'a> {
    fn new(
        rules: &[&'static Rule],
        view: &'a View<'a>,
        judging: &'a Judging,
        scope: &'a Scope<'a>,
    ) -> Run<'a> {
        Run {
            view,
            judging,
            scope,
            turns: Vec::with_capacity(rules.len()),
            judged: Judged::default(),
            held: None,
            somebody: HashMap::new(),
        }
    }

    /// Lets a rule take part, if it can; else says why not.
    fn begin(&mut self, rule: &'static Rule) {
        let at = self.turns.len();
        let missing = self.missing(rule);
        let (view, judging) = (self.view, self.judging);
        let applies = !matches!(missing, Some(None));
        let prevents = lacking::prevents(rule, view, judging).filter(|_| applies);
        let prevents = prevents.or_else(|| view.unverified.get(rule.spec.id));
        self.turns.push(Turn {
            judges: missing.is_none() && prevents.is_none(),
            ..Turn::new(rule, judging)
        });
        match (missing, prevents) {
            (Some(None), _) => {}
            (_, Some(gap)) => {
                self.judged.prevented.insert(rule.spec.id, gap.clone());
                self.skip(at, gap.clone(), 1);
            }
            (Some(Some(gap)), None) => self.skip(at, gap, 1),
            // It checks the files that were read.
            (None, None) => {
                for gap in lacking::of_rule(rule, view, judging) {
                    self.judged.by_file.insert(rule.spec.id);
                    self.skip(at, gap.clone(), 1);
                }
            }
        }
    }

    /// What all rules said.
    fn end(mut self) -> Judged {
        for turn in self.turns {
            let rule = turn.rule;
            let id = rule.spec.id;
            let on_exceptions = matches!(rule.check, Check::Exception(_));
            if !turn.has_skipped || turn.has_judged || on_exceptions {
                self.judged.ran.insert(id);
            }
            // Of a change only the files that it touches were searched for comments.
            let is_partly = self.view.side.is_some()
                && (rule.needs.contains(&Need::Markers)
                    || rule.needs.contains(&Need::CodeSuppressions));
            if !turn.has_skipped && !is_partly && self.scope.within.is_root() {
                self.judged.complete.insert(id);
            }
        }
        self.judged
    }

    /// Whether there can be subjects of a rule: of an organization's own policy only what it declares.
    fn has_subjects(&self, rule: &Rule) -> bool {
        match rule.check {
            Check::Exception(_) => false,
            Check::Service(_)
            | Check::Entity(_)
            | Check::Team(_)
            | Check::Journey(_)
            | Check::Descriptor(_)
            | Check::Policy(_) => true,
            _ => !self.view.repository.is_organization,
        }
    }

    /// Whether something is missing that the rule needs: `Some(None)` where it then does not apply,
    /// a gap where it could not be had.
    fn missing(&self, rule: &Rule) -> Option<Option<Gap>> {
        let files = &self.view.repository.ownership_files;
        rule.needs.iter().find_map(|need| match need {
            Need::OwnershipFile => match &files.in_use {
                Lookup::Present(_) => None,
                Lookup::Absent => Some(None),
                Lookup::Unavailable(gap) => Some(Some(gap.clone())),
            },
            Need::Roster if self.view.directory.is_empty() => {
                let gap = Gap::new(
                    crate::facts::GapKind::NotGathered,
                    "no roster says who is who",
                );
                Some(Some(
                    gap.remedy("name one under `[[rosters]]` in the policy"),
                ))
            }
            Need::History => self.view.unread_history().map(Some),
            Need::Forge => self.view.forge().err().map(Some),
            Need::PastOrForge => self.view.unread_history_and_forge().map(Some),
            Need::Policy if self.view.policy.is_none() => Some(None),
            _ => None,
        })
    }

    /// Lets rules judge a subject.
    pub(super) fn ask<C>(
        &mut self,
        checks: &Checks<C>,
        subject: &Subject<'_>,
        check: impl Fn(&C, &Settings) -> Verdict,
    ) {
        let prepared = self.prepare(subject);
        self.show(checks, &prepared, None, check);
    }

    pub(super) fn prepare<'s>(&mut self, subject: &'s Subject<'s>) -> Prepared<'s>
    where
        'a: 's,
    {
        if self.scope.scorecards && !self.held.as_ref().is_some_and(|it| it.is_of(subject)) {
            let held = Held::new(subject, self.view, &mut self.judged.outcomes);
            self.held = Some(Arc::new(held));
        }
        Prepared::new(subject, self.view, self.held.clone().unwrap_or_default())
    }

    /// Lets rules judge a subject, but those that the policy takes the file out of in which it stands.
    pub(super) fn show<C>(
        &mut self,
        checks: &Checks<C>,
        prepared: &Prepared<'_>,
        location: Option<&Location>,
        check: impl Fn(&C, &Settings) -> Verdict,
    ) {
        let path = location.and_then(Location::path);
        for (at, one) in checks {
            let rule = self.turns[*at].rule;
            if !path.is_some_and(|path| self.is_left_out(rule, path.as_bytes())) {
                self.verdict(*at, prepared, |settings| check(one, settings));
            }
        }
    }

    /// What a repository's own policy takes out of a rule below that of its organization.
    pub(super) fn own_exclude(&self, rule: &Rule) -> &PathPatterns {
        const NONE: &PathPatterns = &PathPatterns::NONE;
        match self.judging.law().may_loosen(rule.spec.id) {
            true => self.scope.own_exclude,
            false => NONE,
        }
    }

    /// Whether a repository's own policy takes the file at this path out of a rule. What is excluded for
    /// all rules was not read.
    pub(super) fn is_left_out(&self, rule: &Rule, path: &[u8]) -> bool {
        self.own_exclude(rule).matches(path)
    }

    pub(super) fn verdict(
        &mut self,
        at: usize,
        prepared: &Prepared<'_>,
        check: impl FnOnce(&Settings) -> Verdict,
    ) {
        let rule = self.turns[at].rule;
        let settings = prepared.settings(&self.turns[at]);
        if settings.level == Level::Off {
            return;
        }
        let verdict = check(&settings);
        for &row in prepared.rows() {
            self.judged.outcomes.add(row, at, &verdict);
        }
        match verdict {
            Verdict::Pass | Verdict::NotApplicable => self.turns[at].has_judged = true,
            Verdict::Skip(gap) => self.skip(at, gap, 1),
            Verdict::Fail(violations) => {
                self.turns[at].has_judged = true;
                for mut violation in violations {
                    self.address(rule, &mut violation);
                    if self.in_scope(rule, prepared, &violation) {
                        let draft = prepared.draft(rule, &settings, violation.bounded());
                        self.judged.drafts.push(draft);
                    }
                }
            }
        }
    }

    /// Leaves out who cannot act. Where nobody is left, whoever owns the file in which the fault stands can
    /// mend it; what is said of many files is none of one file's owners'.
    fn address(&mut self, rule: &Rule, violation: &mut Violation) {
        let (view, known) = (self.view, &mut self.somebody);
        let mut is_somebody = |owner: &String| match known.get(owner) {
            Some(&is) => is,
            None => {
                let is = view.is_somebody(owner);
                known.insert(owner.clone(), is);
                is
            }
        };
        violation.owners.retain(&mut is_somebody);
        if violation.owners.is_empty() && !matches!(rule.check, Check::Files(_)) {
            let owners = view.owners_of_file(&violation.primary).into_iter();
            let owners = owners.filter(is_somebody);
            violation.owners.extend(owners);
        }
    }

    /// Whether a finding belongs to the target: it stands there, or its subject speaks of it.
    fn in_scope(&self, rule: &Rule, prepared: &Prepared<'_>, violation: &Violation) -> bool {
        let within = |path: &RepoPath| path.is_within(self.scope.within);
        self.scope.within.is_root()
            || matches!(rule.check, Check::Files(_))
            || violation.primary.path().is_some_and(within)
            || prepared
                .about()
                .paths
                .iter()
                .any(|path| within(&RepoPath::from(path.as_slice())))
    }

    pub(super) fn skip(&mut self, at: usize, gap: Gap, subjects: usize) {
        let turn = &mut self.turns[at];
        turn.has_skipped = true;
        self.judged.partial.insert(turn.rule.spec.id);
        let key = (turn.rule.spec.id, gap.reason.clone());
        self.judged.skips.entry(key).or_insert((gap, 0)).1 += subjects;
    }
}
