//! One repository of a run: its facts, and the policy by which they were read and will be judged.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;

use super::{Error, load};
use crate::facts::{Author, Change, Gap, GapKind, Looked, Renames, Repository, Tree};
use crate::findings::{
    self, Before, Ledger, PolicyInfo, Report, Skip, Summary, Suppression, UnreadOwnership,
};
use crate::graph::{self, Graph};
use crate::ownership::Ownership;
use crate::policy::{Attributes, Judging, Level, PathPatterns, Policy, PolicyFiles, Reading};
use crate::rules::lacking::Needed;
use crate::rules::{self, Judged, Need, PolicyFacts, Rule, Scope, Side, View};
use crate::sources::repository::Source;
use crate::sources::{self, PolicyChoice, catalog, evidence, history};
use crate::text::RepoPath;

/// A repository with its policy.
pub(super) struct Member {
    pub(super) repository: Repository,
    pub(super) ownership: Ownership,
    /// The folder or file to which findings are limited.
    scope: RepoPath,
    reading: Reading,
    /// What its own policy excludes below that of an organization.
    own_exclude: PathPatterns,
    judging: Judging,
    info: PolicyInfo,
    facts: Option<PolicyFacts>,
    /// The commit in which the ownership file is the one that was read, where the forge is asked.
    pub(super) published: Option<String>,
    /// What the forge was asked for in vain.
    unread: Vec<Gap>,
}

/// The policy that holds above those of single repositories.
pub(super) struct Above {
    pub(super) judging: Arc<Judging>,
    pub(super) may_loosen: Vec<crate::policy::RuleSelector>,
    pub(super) reading: Reading,
    pub(super) info: PolicyInfo,
}

/// What a repository is judged as, where a change is.
pub(super) enum Ratchet<'r> {
    /// It is judged as it stands.
    Off,
    /// What the change starts from, which says where files go.
    Base(&'r Renames),
    /// What the change leads to.
    Head {
        change: &'r Change,
        base: graph::Member<'r>,
        before: Before,
        unverified: Unverified,
    },
}

/// What cannot be compared with what a change starts from, as facts of that are unavailable.
#[derive(Debug, Default)]
pub(super) struct Unverified {
    /// Rules of which it is not known what they found before.
    pub(super) rules: BTreeMap<&'static str, Gap>,
    /// Files of the head of which it is not known what stood in them before.
    pub(super) files: BTreeSet<RepoPath>,
    /// Whether files that the base does not have may have been elsewhere in it.
    pub(super) added: bool,
}

impl Unverified {
    /// Returns true if it is known that a finding at this place is new, given that nothing like it stood before.
    fn knows(&self, path: Option<&RepoPath>, base: &Tree) -> bool {
        match path {
            Some(path) => {
                let stood = || base.find(path.as_bytes()).is_some();
                !self.files.contains(path) && (!self.added || stood())
            }
            None => !self.added,
        }
    }
}

impl<'r> Ratchet<'r> {
    fn side(&self) -> Option<Side<'r>> {
        match *self {
            Ratchet::Off => None,
            Ratchet::Base(_) => Some(Side::Base),
            Ratchet::Head { change, base, .. } => Some(Side::Head { change, base }),
        }
    }
}

/// What became of an organization's exceptions in its repositories.
#[derive(Debug, Default)]
pub(super) struct Elsewhere {
    /// How many findings each matched.
    pub(super) matched: Vec<usize>,
    /// The rules that judged all they could in every repository.
    pub(super) complete: BTreeSet<&'static str>,
}

/// What is read of a repository.
#[derive(Clone, Copy)]
pub(super) enum Wanted<'p> {
    /// What those of these rules need that the policy has on.
    Rules(&'p [&'static Rule]),
    /// This, whatever the policy asks for: for questions that are not lint.
    Facts(&'p [Need]),
}

/// What holds for reading all members of a run.
pub(super) struct Plan<'p> {
    pub(super) wanted: Wanted<'p>,
    /// The organization's policy.
    pub(super) above: Option<&'p Above>,
    /// What of the history is wanted, if any.
    pub(super) history: Option<&'p history::Wanted<'p>>,
    /// Whether the forge will be asked.
    pub(super) online: bool,
}

impl Member {
    /// Reads all that is wanted of a repository.
    pub(super) fn read(
        source: &Source,
        choice: &PolicyChoice<'_>,
        plan: &Plan<'_>,
    ) -> Result<Member, Error> {
        let mut member = Member::listed(sources::read(source), source, choice, choice, plan)?;
        member.gather(source, plan, None);
        Ok(member)
    }

    /// A repository whose files are listed, by the policy of a choice; the files that the policy names are
    /// those of `declared`. Nothing of what its files show is read yet.
    pub(super) fn listed(
        mut repository: Repository,
        source: &Source,
        choice: &PolicyChoice<'_>,
        declared: &PolicyChoice<'_>,
        plan: &Plan<'_>,
    ) -> Result<Member, Error> {
        let reading = plan.above.map(|above| above.reading.for_repositories());
        let policy = load(choice, reading.unwrap_or_default())?;
        repository.has_policy = choice.path().is_some();
        let mut member = Member::of(repository, source.scope().clone(), policy, declared, plan)?;
        member.ownership = Ownership::of(&mut member.repository);
        Ok(member)
    }

    /// Reads what its files show; of a side of a change only what can make a difference.
    pub(super) fn gather(
        &mut self,
        source: &Source,
        plan: &Plan<'_>,
        change: Option<&evidence::Changed<'_>>,
    ) {
        let needs = match plan.wanted {
            Wanted::Rules(rules) => {
                // Nothing is read for a rule that then has nothing to judge by.
                let can = |rule: &&&Rule| plan.online || !rule.needs_forge();
                let rules: Vec<&'static Rule> = rules.iter().filter(can).copied().collect();
                rules::needs(&rules, &self.judging)
            }
            Wanted::Facts(needs) => needs.iter().copied().collect(),
        };
        if plan.online && needs.contains(&Need::OwnerErrors) {
            let file = self.repository.ownership_files.in_use.present();
            self.published = file.and_then(|file| source.commit_with(file.text()));
        }
        let repository = &mut self.repository;
        let (found, gaps) = evidence::read(
            source,
            &repository.tree,
            &repository.gaps,
            source.scope(),
            looked(&needs),
            &self.reading,
            change,
        );
        repository.evidence = found;
        let of_commits = [Need::History, Need::Past, Need::Departures];
        if let Some(wanted) = plan.history
            && of_commits.iter().any(|need| needs.contains(need))
        {
            let mut read = history::read_noting(source, wanted, &mut repository.notes);
            if needs.contains(&Need::Ages) {
                let asked = marked_lines(repository);
                let (tree, notes) = (&repository.tree, &mut repository.notes);
                let cache = wanted.cache;
                let (ages, gap) = history::ages_noting(source, tree, &asked, cache, notes);
                read.ages = ages;
                read.gaps.extend(gap);
            }
            let (sources, unread) =
                evidence::source_files(source, &repository.tree, &self.reading.exclude);
            repository.source_files = Some(sources);
            read.gaps.extend(unread);
            // That a plain folder has none goes without saying, unless somebody asks for it.
            let told = read.gaps.iter().filter(|gap| gap.kind != GapKind::Absent);
            repository.gaps.extend(told.cloned());
            repository.history = Some(read);
        }
        // A file that was wanted before and could not be read is told of once.
        for gap in gaps {
            if !repository.gaps.contains(&gap) {
                repository.gaps.push(gap);
            }
        }
        if needs.contains(&Need::Catalog) {
            catalog::assemble(
                &mut repository.catalog,
                &mut repository.rosters,
                &repository.tree,
                &repository.evidence,
                &self.reading,
                &catalog::Origin {
                    name: &source.name(),
                    organization: repository.organization.as_deref(),
                },
            );
        }
    }

    /// A repository of which nothing is read beside what its policy declares.
    pub(super) fn of(
        mut repository: Repository,
        scope: RepoPath,
        mut policy: Policy,
        choice: &PolicyChoice<'_>,
        plan: &Plan<'_>,
    ) -> Result<Member, Error> {
        let place = choice.path().map(|path| choice.place(path));
        repository.rosters = sources::rosters(&policy.reading, choice)?;
        let (declared, rosters) = catalog::declared(&policy.reading, place.clone(), choice)?;
        repository.catalog = declared;
        repository.rosters.extend(rosters);
        if let Some(name) = &policy.reading.name {
            repository.name.clone_from(name);
        }
        let facts = place.map(|place| PolicyFacts::of(&policy, place));
        let own = PolicyInfo {
            name: policy.name,
            extends: policy.extends,
        };
        let mut own_exclude = PathPatterns::default();
        if let Some(above) = plan.above {
            // All is read that the organization wants to be judged; its law then says from which rules the
            // repository may take something out.
            let exclude = above.reading.exclude.clone();
            own_exclude = std::mem::replace(&mut policy.reading.exclude, exclude);
        }
        let (judging, info) = match plan.above {
            None => (policy.judging, own),
            Some(above) => {
                let info = match repository.has_policy {
                    true => PolicyInfo {
                        extends: vec![above.info.name.clone()],
                        ..own
                    },
                    false => above.info.clone(),
                };
                let may_loosen = above.may_loosen.clone();
                (
                    policy.judging.under(Arc::clone(&above.judging), may_loosen),
                    info,
                )
            }
        };
        Ok(Member {
            repository,
            ownership: Ownership::default(),
            scope,
            reading: policy.reading,
            own_exclude,
            judging,
            info,
            facts,
            published: None,
            unread: Vec::new(),
        })
    }

    /// An organization as the forge has it, judged by the policy that holds above those of repositories.
    pub(super) fn of_forge(repository: Repository, above: Option<&Above>) -> Result<Member, Error> {
        let plan = Plan {
            wanted: Wanted::Facts(&[]),
            above,
            history: None,
            online: false,
        };
        let policy = load(&PolicyChoice::None, Reading::default())?;
        Member::of(
            repository,
            RepoPath::default(),
            policy,
            &PolicyChoice::None,
            &plan,
        )
    }

    /// What those of these rules need that its policy has on.
    pub(super) fn needs(&self, rules: &[&'static Rule]) -> BTreeSet<Need> {
        rules::needs(rules, &self.judging)
    }

    /// Returns true if its policy has a rule on for any subject.
    pub(super) fn is_enabled(&self, rule: &Rule) -> bool {
        self.judging.is_enabled(rule.spec.id)
    }

    /// The labels of issues that are incidents.
    pub(super) fn incident_labels(&self) -> &[String] {
        &self.reading.incident_labels
    }

    /// Takes down what the forge was asked for in vain.
    pub(super) fn unread(&mut self, gaps: Vec<Gap>) {
        self.repository.gaps.extend(gaps.iter().cloned());
        self.unread.extend(gaps);
    }

    /// The same for what belongs to its organization.
    pub(super) fn unread_like(&mut self, organization: &Member) {
        self.unread(organization.unread.clone());
    }

    /// Whether measures name single persons.
    pub(super) fn names_people(&self) -> bool {
        self.reading.names_people
    }

    /// Whether the policy calls an author a bot.
    pub(super) fn is_bot(&self, author: &Author) -> bool {
        self.reading.is_bot(author)
    }

    /// Whether the policy asks for other things of the files of some owners.
    pub(super) fn selects_owners(&self) -> bool {
        self.judging.selects_owners()
    }

    /// The files of rosters that its policy names.
    pub(super) fn rosters(&self) -> impl Iterator<Item = &RepoPath> {
        self.reading.rosters.iter().map(|roster| &roster.file)
    }

    /// The repository as the graph sees it.
    pub(super) fn in_graph(&self) -> graph::Member<'_> {
        graph::Member {
            repository: &self.repository,
            ownership: &self.ownership,
        }
    }

    /// Judges the repository at this place of the graph. `elsewhere` is what became of the exceptions of
    /// its policy in the repositories that this is the organization's policy for.
    pub(super) fn judge<'m>(
        &'m self,
        graph: &'m Graph<'m>,
        place: usize,
        run: &super::Run<'m>,
        elsewhere: Option<&Elsewhere>,
        ratchet: Ratchet<'m>,
    ) -> (Report, super::Outcomes) {
        let (repository, judging) = (&self.repository, &self.judging);
        let selected = run.selected;
        let mut view = View::new(graph, place, self.facts.as_ref(), run.as_of);
        view.enabled = rules::enabled(selected, judging);
        view.is_audit = run.is_audit;
        view.side = ratchet.side();
        if let Ratchet::Head { unverified, .. } = &ratchet {
            view.unverified = unverified.rules.clone();
        }
        view.measures = run.measures;
        let scope = Scope {
            within: &self.scope,
            exclude: &self.reading.exclude,
            own_exclude: &self.own_exclude,
            scorecards: run.is_audit,
        };
        let mut judged = rules::judge(selected, &view, judging, &scope);
        if let Some(history) = &repository.history {
            rules::note_age(&mut judged.drafts, history, run.as_of);
        }
        if let Ratchet::Head {
            unverified, base, ..
        } = &ratchet
        {
            judged.drafts.retain(|draft| {
                let path = draft.violation.primary.path();
                unverified.knows(path, &base.repository.tree)
            });
        }

        // What becomes of the verdicts; then the verdicts on exceptions, which follow from it.
        let rulebook = rules::rulebook();
        let in_use = repository.ownership_files.in_use.present();
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
        let baseline = run.baseline.map(|it| it.unused(&repository.tree));
        let ledger = Ledger::new(
            &repository.name,
            judging.exceptions(),
            judging.law(),
            &suppressions,
            baseline,
            view.organization_mode,
            run.as_of,
        );
        let mut ledger = match ratchet {
            Ratchet::Off => ledger,
            Ratchet::Base(renames) => ledger.renaming(renames),
            Ratchet::Head { before, .. } => ledger.since(before),
        };
        ledger.decide(std::mem::take(&mut judged.drafts));
        let inherited = ledger.inherited();
        let mut complete = judged.complete.clone();
        if let Some(elsewhere) = elsewhere {
            ledger.add_matched(&elsewhere.matched);
            complete.clone_from(&elsewhere.complete);
        }
        let uses = ledger.uses(&complete, &rules::ids());
        let on_exceptions = rules::judge_exceptions(selected, &uses, &view, judging, &scope);
        judged.ran.extend(on_exceptions.ran);
        ledger.decide(on_exceptions.drafts);
        let outcomes = super::Outcomes {
            failing: ledger.failing().clone(),
            inherited,
            complete: judged.complete.clone(),
            of: std::mem::take(&mut judged.outcomes),
            names: std::mem::take(&mut ledger.names),
            prevented: prevented(&judged),
        };
        let mut needed = rules::lacking::missing(selected, &view, judging);
        for ((rule, _), (gap, _)) in &judged.skips {
            if gap.kind.is_unavailable() && repository.gaps.contains(gap) {
                needed.add(gap, rule);
            }
        }
        let report = self.report(graph, judged, ledger, needed, run.as_of);
        (report, outcomes)
    }

    /// How many folders look deployable, where no catalog exists.
    fn undeclared(&self, graph: &Graph<'_>) -> usize {
        if graph.services().len() > 0 {
            return 0;
        }
        let candidates = self.repository.catalog.candidates.iter();
        let candidates = candidates.filter(|it| it.folder.is_within(&self.scope));
        candidates.count()
    }

    fn report(
        &self,
        graph: &Graph<'_>,
        judged: Judged,
        ledger: Ledger<'_>,
        needed: Needed,
        as_of: Date,
    ) -> Report {
        let (repository, judging) = (&self.repository, &self.judging);
        let change = ledger.before.as_ref().map(|before| {
            Box::new(findings::Change {
                standing: before.standing(),
                mended: before
                    .mended(|rule| judged.ran.contains(rule) && !judged.partial.contains(rule)),
                ..findings::Change::default()
            })
        });
        let (findings, accepted) = ledger.finish();
        let unreadable = repository.ownership_files.in_use.unavailable();
        let unread_ownership = unreadable.map(|gap| UnreadOwnership {
            gap: gap.clone(),
            wanted: judged.skips.values().any(|(missing, _)| missing == gap),
        });
        let required = |rule| judging.at(rule, &Attributes::default()).required;
        let skipped = judged.skips.into_iter();
        let skipped = skipped.map(|((rule, reason), (gap, subjects))| Skip {
            rule,
            reason,
            remedy: gap.remedy,
            subjects,
            required: required(rule),
        });
        let at = |level| findings.iter().filter(|it| it.level == level).count();
        let others = repository.gaps.iter().chain(&repository.catalog.gaps);
        let others = others.filter(|gap| !needed.has(gap));
        let remarks = remarks(others);
        let gaps = [needed.gaps(), remarks].concat();
        Report {
            unasked: findings::Unasked::default(),
            unread_history: None,
            unread_forge: self.unread.clone(),
            notes: repository.notes.clone(),
            change,
            repository: repository.name.clone(),
            skipped: skipped.collect(),
            gaps,
            unsearched: repository.evidence.unsearched.clone(),
            undeclared: self.undeclared(graph),
            unread_ownership,
            as_of,
            commit: repository.commit.clone(),
            head: repository.head.clone(),
            policy: self.info.clone(),
            summary: Summary {
                files: repository.tree.len(),
                owned: unreadable.is_none().then(|| self.ownership.owned()),
                unknown: unreadable.map_or(0, |_| repository.tree.len()),
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
}

/// What people should know of how a repository was read. Objects that nothing needed are none of that.
pub(super) fn remarks<'g>(gaps: impl Iterator<Item = &'g Gap>) -> Vec<Gap> {
    let is_object = |gap: &Gap| matches!(gap.kind, GapKind::MissingObject | GapKind::Sparse);
    gaps.filter(|gap| !is_object(gap)).cloned().collect()
}

/// Rules that did not check all there is because facts are unavailable, but for those on single files that were not
/// read.
fn prevented(judged: &Judged) -> BTreeMap<&'static str, Gap> {
    let skips = judged.skips.iter();
    let skips = skips.filter(|(_, (gap, _))| gap.kind.is_unavailable());
    let skips = skips.filter(|((rule, _), _)| !judged.by_file.contains(rule));
    let skips = skips.map(|((rule, _), (gap, _))| (*rule, gap.clone()));
    skips.chain(judged.prevented.clone()).collect()
}

/// The lines on which markers stand, by file.
fn marked_lines(repository: &Repository) -> Vec<(u32, Vec<u32>)> {
    let files = repository.evidence.files.iter();
    let files = files.filter_map(|(file, found)| {
        let markers = found.markers.iter().filter(|marker| marker.at_start);
        let mut lines: Vec<u32> = markers.map(|marker| marker.excerpt.line).collect();
        lines.dedup();
        (!lines.is_empty()).then_some((*file, lines))
    });
    files.collect()
}

/// What the rules ask the files for.
fn looked(needs: &BTreeSet<Need>) -> Looked {
    Looked {
        markers: needs.contains(&Need::Markers),
        code_suppressions: needs.contains(&Need::CodeSuppressions),
        documents: needs.contains(&Need::Documents),
        descriptors: needs.contains(&Need::Catalog),
        alerts: needs.contains(&Need::Alerts),
    }
}
