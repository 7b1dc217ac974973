//! Which subjects a repository has, each shown to the rules that judge its kind.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::judge::{Checks, Run};
use super::prepared::Subject;
use super::{Check, Entity, FileGroup, InFile, OwnerUse, Rule, RuleLine, Verdict};
use crate::policy::{GroupKey, Settings};

/// The functions of the rules that judge subjects of one kind, each with the rule's place in the run; none
/// where no rule of the kind takes part.
macro_rules! checks {
    ($run:expr, $kind:ident) => {
        $run.of_kind(|check| match check {
            Check::$kind(check) => Some(check),
            _ => None,
        })
    };
}

impl Run<'_> {
    /// The functions of one kind, which `pick` picks.
    pub(super) fn of_kind<C>(&self, pick: impl Fn(Check) -> Option<C>) -> Option<Vec<(usize, C)>> {
        let turns = self.turns.iter().enumerate().filter(|(_, it)| it.judges);
        let checks = turns.filter_map(|(at, turn)| Some((at, pick(turn.rule.check)?)));
        let checks: Vec<(usize, C)> = checks.collect();
        (!checks.is_empty()).then_some(checks)
    }

    /// Shows all subjects of the repository.
    pub(super) fn subjects(&mut self) {
        self.wholes();
        self.lines_and_owners();
        self.files();
        self.facts();
        self.services_and_systems();
        self.teams_and_journeys();
        self.descriptors();
    }

    /// The repository, its policy and its ownership file.
    fn wholes(&mut self) {
        let view = self.view;
        if let Some(checks) = checks!(self, Repository) {
            let subject = Subject::named(".");
            self.ask(&checks, &subject, |check, settings| check(view, settings));
        }
        if let Some(checks) = checks!(self, Policy) {
            let subject = Subject::named("policy");
            self.ask(&checks, &subject, |check, settings| check(view, settings));
        }
        if let Some(file) = view.ownership_file()
            && let Some(checks) = checks!(self, OwnershipFile)
        {
            let subject = Subject::ownership_file(file);
            self.ask(&checks, &subject, |check, settings| {
                check(file, view, settings)
            });
        }
    }

    /// The lines of the ownership file, and whom they name.
    fn lines_and_owners(&mut self) {
        let view = self.view;
        let Some(file) = view.ownership_file() else {
            return;
        };
        if let Some(checks) = checks!(self, OwnershipRule) {
            // Lines that stand together mostly name the same owners, which are then kept once.
            let mut last: Option<(u32, Arc<[String]>)> = None;
            for (place, rule) in file.rules().iter().enumerate() {
                let same = last.filter(|(list, _)| *list == rule.owner_list());
                let owners = same.map_or_else(|| rule.owner_names().collect(), |(_, it)| it);
                last = Some((rule.owner_list(), Arc::clone(&owners)));
                let line = RuleLine { file, place };
                let subject = Subject::line(line, owners, view);
                self.ask(&checks, &subject, |check, settings| {
                    check(line, view, settings)
                });
            }
        }
        if let Some(checks) = checks!(self, Owner) {
            for used in OwnerUse::all(file) {
                let subject = Subject::owner(&used, view);
                self.ask(&checks, &subject, |check, settings| {
                    check(&used, view, settings)
                });
            }
        }
    }

    /// Files, in the groups that the settings of each rule make.
    fn files(&mut self) {
        let view = self.view;
        for checks in checks!(self, Files).iter().flat_map(|all| all.chunks(1)) {
            for (sample, group) in self.groups(self.turns[checks[0].0].rule) {
                let sample = sample.as_deref().into_iter().collect();
                let subject = Subject::speaking_of("files", sample);
                self.ask(checks, &subject, |check, settings| {
                    check(&group, view, settings)
                });
            }
        }
    }

    /// What stands in files.
    fn facts(&mut self) {
        let view = self.view;
        if let Some(checks) = checks!(self, Marker) {
            self.in_files(&checks, view.all_markers(), |check, fact, settings| {
                check(fact, view, settings)
            });
        }
        if let Some(checks) = checks!(self, CodeSuppression) {
            let all = view.all_code_suppressions();
            self.in_files(&checks, all, |check, fact, settings| {
                check(fact, view, settings)
            });
        }
        if let Some(checks) = checks!(self, Document) {
            self.in_files(&checks, view.documents(), |check, fact, settings| {
                check(fact, view, settings)
            });
        }
        if let Some(checks) = checks!(self, Alert) {
            for (gap, files) in &view.repository.evidence.unread_alerts {
                for (at, _) in &checks {
                    self.skip(*at, gap.clone(), *files);
                }
            }
            self.in_files(&checks, view.alerts(), |check, fact, settings| {
                check(fact, view, settings)
            });
        }
    }

    /// Services, and the systems and domains beside them.
    fn services_and_systems(&mut self) {
        let view = self.view;
        let on_services = checks!(self, Service).unwrap_or_default();
        let on_entities = checks!(self, Entity).unwrap_or_default();
        if on_services.is_empty() && on_entities.is_empty() {
            return;
        }
        for entity in view.entities() {
            let (subject, location) = match entity {
                Entity::Service(id) => {
                    let service = view.graph.service(id).service;
                    (Subject::service(id, view), &service.location)
                }
                Entity::System(place) => {
                    let (_, system) = view.graph.systems()[place];
                    (Subject::system(system), &system.location)
                }
            };
            let prepared = self.prepare(&subject);
            if let Entity::Service(id) = entity {
                self.show(
                    &on_services,
                    &prepared,
                    Some(location),
                    |check, settings| check(id, view, settings),
                );
            }
            self.show(
                &on_entities,
                &prepared,
                Some(location),
                |check, settings| check(entity, view, settings),
            );
        }
    }

    fn teams_and_journeys(&mut self) {
        let view = self.view;
        if let Some(checks) = checks!(self, Team) {
            for &team in view.teams() {
                let subject = Subject::team(team, view);
                self.ask(&checks, &subject, |check, settings| {
                    check(team, view, settings)
                });
            }
        }
        if let Some(checks) = checks!(self, Journey) {
            let journeys = view.graph.journeys().iter().enumerate();
            for (place, (_, journey)) in journeys.filter(|(_, it)| it.0 == view.place) {
                let subject = Subject::journey(journey);
                self.ask(&checks, &subject, |check, settings| {
                    check(place, view, settings)
                });
            }
        }
    }

    /// What descriptors say against their formats and against each other.
    fn descriptors(&mut self) {
        let view = self.view;
        let Some(checks) = checks!(self, Descriptor) else {
            return;
        };
        let contradictions = view.graph.contradictions(view.place);
        for fault in view.repository.catalog.faults.iter().chain(&contradictions) {
            let subject = Subject::fault(fault, view);
            let prepared = self.prepare(&subject);
            self.show(
                &checks,
                &prepared,
                Some(&fault.location),
                |check, settings| check(fault, view, settings),
            );
        }
    }

    /// Facts in files: a subject is called by its file's path, and belongs to the file's owners.
    fn in_files<'f, C, T: 'f>(
        &mut self,
        checks: &Checks<C>,
        facts: impl Iterator<Item = InFile<'f, T>>,
        check: impl Fn(&C, &InFile<'f, T>, &Settings) -> Verdict,
    ) {
        // Facts come in the order of their files; those of one file are about the same subject.
        let mut of_file: Option<(usize, Subject<'f>, Vec<bool>)> = None;
        for fact in facts {
            let known = of_file.take().filter(|(file, ..)| *file == fact.file);
            let (file, subject, left_out) = known.unwrap_or_else(|| {
                let left_out = checks.iter().map(|(at, _)| {
                    let rule = self.turns[*at].rule;
                    self.is_left_out(rule, fact.path)
                });
                (
                    fact.file,
                    Subject::file(&fact, self.view),
                    left_out.collect(),
                )
            });
            let prepared = self.prepare(&subject);
            let checks = checks.iter().zip(&left_out).filter(|(_, is_out)| !**is_out);
            for ((at, one), _) in checks {
                self.verdict(*at, &prepared, |settings| check(one, &fact, settings));
            }
            of_file = Some((file, subject, left_out));
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
}
