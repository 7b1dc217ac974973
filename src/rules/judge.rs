//! Calling rules: which subjects there are, which settings hold for each, and what the verdicts were.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::verdict::MOST_OWNERS;
use super::{
    Check, Entity, ExceptionUse, FileGroup, InFile, Need, OwnerUse, Rule, RuleLine, Verdict, View,
    Violation,
};
use crate::facts::{EntityRef, Gap, Location, Name, Service};
use crate::graph::{Actor, ServiceId};
use crate::policy::{Attributes, GroupKey, Judging, Level, PathPatterns, Settings};
use crate::text::RepoPath;

/// What a rule found, with all that is needed to decide on it.
#[derive(Debug)]
pub struct Draft {
    /// The rule.
    pub rule: &'static Rule,
    /// What its subject is called.
    pub subject: String,
    /// The paths that its subject speaks of.
    pub paths: Vec<Vec<u8>>,
    /// Its subject's owners, as written.
    pub owners: Arc<[String]>,
    /// The services that its subject is, or that its files belong to.
    pub services: Vec<String>,
    /// Whose scorecards it counts on, where scorecards are kept.
    pub holders: Vec<Holder>,
    /// What held for it.
    pub settings: Arc<Settings>,
    /// What is wrong.
    pub violation: Violation,
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

/// Whose scorecard a verdict counts on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Holder {
    /// The repository's own.
    Repository,
    /// That of a service.
    Service(ServiceId),
    /// That of a team.
    Team(Actor),
}

/// What became of a rule for one holder, whatever the number of its subjects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Some subject was judged.
    pub judged: bool,
    /// Some subject could not be judged.
    pub skipped: bool,
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
    /// By holder and rule, what came of it; empty unless scorecards are kept.
    pub outcomes: HashMap<(Holder, &'static str), Outcome>,
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
    let mut run = Run {
        view,
        judging,
        scope,
        judged: Judged::default(),
        verdicts: 0,
        somebody: BTreeMap::new(),
    };
    for rule in rules {
        run.rule(rule);
    }
    run.judged
}

/// Lets rules judge how exceptions and suppressions fared.
pub fn judge_exceptions(
    rules: &[&'static Rule],
    uses: &[ExceptionUse],
    view: &View<'_>,
    judging: &Judging,
    scope: &Scope<'_>,
) -> Judged {
    let mut run = Run {
        view,
        judging,
        scope,
        judged: Judged::default(),
        verdicts: 0,
        somebody: BTreeMap::new(),
    };
    for rule in rules {
        if let Check::Exception(check) = rule.check {
            for used in uses {
                let place = format!("{:?}", used.location.place);
                let subject = Subject::named(format!("{} {place}", used.rules.join(", ")));
                run.subject(rule, subject, |settings| check(used, view, settings));
            }
            run.judged.ran.insert(rule.spec.id);
        }
    }
    run.judged
}

/// A subject as far as settings and reports need it.
#[derive(Debug, Default)]
struct Subject {
    name: String,
    paths: Vec<Vec<u8>>,
    owners: Arc<[String]>,
    services: Vec<ServiceId>,
}

impl Subject {
    fn named(name: impl Into<String>) -> Subject {
        Subject {
            name: name.into(),
            ..Subject::default()
        }
    }

    fn service(id: ServiceId, view: &View<'_>) -> Subject {
        let service = view.graph.service(id).service;
        let places = service.location.path().into_iter().chain(&service.folder);
        Subject {
            name: service.name.clone(),
            paths: places.map(|path| path.as_bytes().to_vec()).collect(),
            owners: view.answering(id).into(),
            services: vec![id],
        }
    }

    /// A system or domain, by its place in the graph. It is called by its whole name: a service may have
    /// the same short one.
    fn system(place: usize, view: &View<'_>) -> Subject {
        let (_, system) = view.graph.systems()[place];
        let owner = system.owner.iter().map(|owner| owner.text.clone());
        let path = system.location.path();
        Subject {
            name: system.entity.to_string(),
            paths: path.iter().map(|path| path.as_bytes().to_vec()).collect(),
            owners: owner.collect(),
            services: Vec::new(),
        }
    }
}

struct Run<'a> {
    view: &'a View<'a>,
    judging: &'a Judging,
    scope: &'a Scope<'a>,
    judged: Judged,
    /// How many subjects were judged.
    verdicts: usize,
    /// Owners, with whether they can act.
    somebody: BTreeMap<String, bool>,
}

impl Run<'_> {
    fn rule(&mut self, rule: &'static Rule) {
        let id = rule.spec.id;
        if !self.judging.is_enabled(id) || !self.has_subjects(rule) {
            return;
        }
        let (skips, verdicts) = (self.judged.skips.len(), self.verdicts);
        match self.missing(rule) {
            None => self.subjects(rule),
            Some(None) => {}
            Some(Some(gap)) => self.skip(id, gap, 1),
        }
        let skipped = self.judged.skips.len() > skips;
        if !skipped || self.verdicts > verdicts {
            self.judged.ran.insert(id);
        }
        // Of a change only the files that it touches were searched for comments.
        let is_partly = self.view.side.is_some()
            && (rule.needs.contains(&Need::Markers)
                || rule.needs.contains(&Need::CodeSuppressions));
        if !skipped && !is_partly && self.scope.within.is_root() {
            self.judged.complete.insert(id);
        }
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
            Need::OwnershipFile if files.in_use.is_none() => Some(files.unreadable.clone()),
            Need::Roster if self.view.directory.is_empty() => {
                let gap = Gap::new(
                    crate::facts::GapKind::NotGathered,
                    "no roster says who is who",
                );
                Some(Some(
                    gap.remedy("name one under `[[rosters]]` in the policy"),
                ))
            }
            Need::Policy if self.view.policy.is_none() => Some(None),
            _ => None,
        })
    }

    fn subjects(&mut self, rule: &'static Rule) {
        let view = self.view;
        match rule.check {
            Check::Repository(check) => {
                self.subject(rule, Subject::named("."), |settings| check(view, settings));
            }
            Check::Policy(check) => {
                self.subject(rule, Subject::named("policy"), |settings| {
                    check(view, settings)
                });
            }
            Check::OwnershipFile(check) => {
                let Some(file) = view.ownership_file() else {
                    return;
                };
                let path = file.text().path();
                let subject = Subject {
                    name: "ownership-file".into(),
                    paths: vec![path.as_bytes().to_vec()],
                    ..Subject::default()
                };
                self.subject(rule, subject, |settings| check(file, view, settings));
            }
            Check::OwnershipRule(check) => {
                let Some(file) = view.ownership_file() else {
                    return;
                };
                for place in 0..file.rules().len() {
                    let line = RuleLine { file, place };
                    let subject = || {
                        let rule = line.rule();
                        Subject {
                            name: rule.pattern_text().into_owned(),
                            paths: as_paths(rule.pattern().text()),
                            owners: rule.owner_names().collect(),
                            services: view.graph.decided_services(view.place, place),
                        }
                    };
                    self.subject(rule, subject(), |settings| check(line, view, settings));
                }
            }
            Check::Owner(check) => {
                let Some(file) = view.ownership_file() else {
                    return;
                };
                for used in OwnerUse::all(file) {
                    let owner = used.owner();
                    let subject = Subject {
                        name: owner.normalized(),
                        owners: Arc::new([owner.text().to_owned()]),
                        ..Subject::default()
                    };
                    self.subject(rule, subject, |settings| check(&used, view, settings));
                }
            }
            Check::Files(check) => {
                for (sample, group) in self.groups(rule) {
                    let subject = Subject {
                        name: "files".into(),
                        paths: sample.into_iter().collect(),
                        ..Subject::default()
                    };
                    self.subject(rule, subject, |settings| check(&group, view, settings));
                }
            }
            Check::Marker(check) => {
                self.in_files(rule, view.all_markers(), |fact, settings| {
                    check(fact, view, settings)
                });
            }
            Check::CodeSuppression(check) => {
                let all = view.all_code_suppressions();
                self.in_files(rule, all, |fact, settings| check(fact, view, settings));
            }
            Check::Document(check) => {
                self.in_files(rule, view.documents(), |fact, settings| {
                    check(fact, view, settings)
                });
            }
            Check::Service(check) => {
                for id in view.graph.declared_in(view.place) {
                    let subject = Subject::service(id, view);
                    if self.is_left_out_at(rule, &view.graph.service(id).service.location) {
                        continue;
                    }
                    self.subject(rule, subject, |settings| check(id, view, settings));
                }
            }
            Check::Entity(check) => {
                for entity in view.entities() {
                    let (subject, location) = match entity {
                        Entity::Service(id) => {
                            let service = view.graph.service(id).service;
                            (Subject::service(id, view), &service.location)
                        }
                        Entity::System(place) => {
                            let (_, system) = view.graph.systems()[place];
                            (Subject::system(place, view), &system.location)
                        }
                    };
                    if self.is_left_out_at(rule, location) {
                        continue;
                    }
                    self.subject(rule, subject, |settings| check(entity, view, settings));
                }
            }
            Check::Team(check) => {
                for &team in view.teams() {
                    let label = &view.directory.teams()[team].label;
                    let subject = Subject {
                        owners: Arc::new([label.clone()]),
                        ..Subject::named(label.clone())
                    };
                    self.subject(rule, subject, |settings| check(team, view, settings));
                }
            }
            Check::Journey(check) => {
                let journeys = view.graph.journeys().iter().enumerate();
                for (place, (_, journey)) in journeys.filter(|(_, it)| it.0 == view.place) {
                    let owner = journey.owner.iter().map(|owner| owner.text.clone());
                    let subject = Subject {
                        owners: owner.collect(),
                        ..Subject::named(journey.name.clone())
                    };
                    self.subject(rule, subject, |settings| check(place, view, settings));
                }
            }
            Check::Descriptor(check) => {
                let contradictions = view.graph.contradictions(view.place);
                for fault in view.repository.catalog.faults.iter().chain(&contradictions) {
                    if self.is_left_out_at(rule, &fault.location) {
                        continue;
                    }
                    let path = fault.location.path();
                    let subject = Subject {
                        name: path.map_or_else(String::new, |it| it.to_string_lossy().into()),
                        paths: path.iter().map(|path| path.as_bytes().to_vec()).collect(),
                        owners: view.owners_of_file(&fault.location).into(),
                        services: Vec::new(),
                    };
                    self.subject(rule, subject, |settings| check(fault, view, settings));
                }
            }
            Check::Alert(check) => {
                let evidence = &view.repository.evidence;
                for (gap, files) in &evidence.unread_alerts {
                    self.skip(rule.spec.id, gap.clone(), *files);
                }
                self.in_files(rule, view.alerts(), |fact, settings| {
                    check(fact, view, settings)
                });
            }
            Check::Exception(_) => {}
        }
    }

    /// Facts in files: a subject is called by its file's path, and belongs to the file's owners.
    fn in_files<'f, T: 'f>(
        &mut self,
        rule: &'static Rule,
        facts: impl Iterator<Item = InFile<'f, T>>,
        check: impl Fn(&InFile<'f, T>, &Settings) -> Verdict,
    ) {
        // Facts come in the order of their files; those of one file share its owners.
        let mut of_file: Option<(usize, Arc<[String]>)> = None;
        for fact in facts {
            if self.is_left_out(rule, fact.path) {
                continue;
            }
            let owners = match of_file.take() {
                Some((file, owners)) if file == fact.file => owners,
                _ => self.view.owners_of(fact.file).into(),
            };
            of_file = Some((fact.file, Arc::clone(&owners)));
            let subject = Subject {
                name: fact.path_text().into_owned(),
                paths: vec![fact.path.to_vec()],
                owners,
                services: self.view.services_of(fact.file).to_vec(),
            };
            self.subject(rule, subject, |settings| check(&fact, settings));
        }
    }

    /// Files by the overrides and exceptions that touch them: a file of each group, and the group.
    fn groups(&self, rule: &Rule) -> Vec<(Option<Vec<u8>>, FileGroup)> {
        let tree = &self.view.repository.tree;
        let range = tree.below(self.scope.within);
        let by_path = self.judging.selects_paths(rule.spec.id);
        let all = self.scope.exclude.is_empty() && self.own_exclude(rule).is_empty();
        if range.len() == tree.len() && !by_path && all {
            return vec![(None, FileGroup::All(tree.len()))];
        }
        let mut groups: BTreeMap<GroupKey, Vec<usize>> = BTreeMap::new();
        for index in range.chain(tree.find(self.scope.within.as_bytes())) {
            let path = tree.path(index);
            if !self.scope.exclude.matches(path) && !self.is_left_out(rule, path) {
                groups
                    .entry(self.judging.group_key(rule.spec.id, path))
                    .or_default()
                    .push(index);
            }
        }
        let sample = |files: &[usize]| by_path.then(|| tree.path(files[0]).to_vec());
        let groups = groups
            .into_values()
            .map(|files| (sample(&files), FileGroup::Some(files)));
        groups.collect()
    }

    /// What a repository's own policy takes out of a rule below that of its organization.
    fn own_exclude(&self, rule: &Rule) -> &PathPatterns {
        const NONE: &PathPatterns = &PathPatterns::NONE;
        match self.judging.law().may_loosen(rule.spec.id) {
            true => self.scope.own_exclude,
            false => NONE,
        }
    }

    /// Whether a repository's own policy takes the file at this path out of a rule. What is excluded for
    /// all rules was not read.
    fn is_left_out(&self, rule: &Rule, path: &[u8]) -> bool {
        self.own_exclude(rule).matches(path)
    }

    fn is_left_out_at(&self, rule: &Rule, location: &Location) -> bool {
        let path = location.path();
        path.is_some_and(|path| self.is_left_out(rule, path.as_bytes()))
    }

    fn subject(
        &mut self,
        rule: &'static Rule,
        subject: Subject,
        check: impl FnOnce(&Settings) -> Verdict,
    ) {
        let graph = self.view.graph;
        let paths: Vec<&[u8]> = subject.paths.iter().map(Vec::as_slice).collect();
        let owners: Vec<&str> = subject.owners.iter().map(String::as_str).collect();
        let services = subject.services.iter().map(|&id| graph.service(id).service);
        let names: Vec<&str> = services.clone().map(|it| it.name.as_str()).collect();
        let settings = self.judging.at(
            rule.spec.id,
            &Attributes {
                paths: &paths,
                owners: &owners,
                services: &names,
                repository: &self.view.repository.name,
                // Files that services share are as critical as the most critical of these.
                tier: services.clone().filter_map(Service::tier).min(),
            },
        );
        if settings.level == Level::Off {
            return;
        }
        let verdict = check(&settings);
        let holders = self.holders(&subject);
        for holder in &holders {
            let key = (holder.clone(), rule.spec.id);
            let outcome = self.judged.outcomes.entry(key).or_default();
            outcome.judged |= matches!(verdict, Verdict::Pass | Verdict::Fail(_));
            outcome.skipped |= matches!(verdict, Verdict::Skip(_));
        }
        self.verdicts += usize::from(!matches!(verdict, Verdict::Skip(_)));
        match verdict {
            Verdict::Pass | Verdict::NotApplicable => {}
            Verdict::Skip(gap) => self.skip(rule.spec.id, gap, 1),
            Verdict::Fail(violations) => {
                for mut violation in violations {
                    self.address(rule, &mut violation);
                    if self.in_scope(rule, &subject, &violation) {
                        self.judged.drafts.push(Draft {
                            rule,
                            subject: subject.name.clone(),
                            paths: subject.paths.clone(),
                            owners: Arc::clone(&subject.owners),
                            services: services.clone().map(|it| it.name.clone()).collect(),
                            holders: holders.clone(),
                            settings: Arc::clone(&settings),
                            violation: violation.bounded(),
                        });
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
            let owners = owners.filter(is_somebody).take(MOST_OWNERS);
            violation.owners.extend(owners);
        }
    }

    /// Whose scorecards a verdict on a subject counts on.
    fn holders(&self, subject: &Subject) -> Vec<Holder> {
        if !self.scope.scorecards {
            return Vec::new();
        }
        let graph = self.view.graph;
        let services = subject.services.iter().copied().map(Holder::Service);
        let names = subject
            .owners
            .iter()
            .filter_map(|owner| Name::of_owner(owner, EntityRef::DEFAULT_NAMESPACE));
        let actors = names.map(|name| graph.actor(&name));
        let teams = actors.filter(Actor::is_team).map(Holder::Team);
        let own = (!self.view.repository.is_organization).then_some(Holder::Repository);
        own.into_iter().chain(services).chain(teams).collect()
    }

    /// Whether a finding belongs to the target: it stands there, or its subject speaks of it.
    fn in_scope(&self, rule: &Rule, subject: &Subject, violation: &Violation) -> bool {
        let within = |path: &RepoPath| path.is_within(self.scope.within);
        self.scope.within.is_root()
            || matches!(rule.check, Check::Files(_))
            || violation.primary.path().is_some_and(within)
            || subject
                .paths
                .iter()
                .any(|path| within(&RepoPath::from(path.as_slice())))
    }

    fn skip(&mut self, rule: &'static str, gap: Gap, subjects: usize) {
        let entry = self.judged.skips.entry((rule, gap.reason.clone()));
        entry.or_insert((gap, 0)).1 += subjects;
    }
}

/// A pattern, read as the path that it is about; one that is about a folder also as what lies in it, so
/// that a policy can name the folder with a slash at its end or without.
fn as_paths(pattern: &[u8]) -> Vec<Vec<u8>> {
    let pattern = pattern.strip_prefix(b"/").unwrap_or(pattern);
    match pattern.strip_suffix(b"/") {
        None => vec![pattern.to_vec()],
        Some(folder) => vec![folder.to_vec(), [folder, b"/*"].concat()],
    }
}
