//! All that rules may look at.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use jiff::civil::Date;

use super::onboarding::Welcome;
use super::{Entity, InFile, PolicyFacts, RuleLine};
use crate::analysis::Measures;
use crate::codeowners::{OwnershipFile, OwnershipRule, Segment};
use crate::facts::{
    AlertInTree, Change, CodeSuppression, Departures, DocumentInTree, EntityRef, FileEvidence,
    Forge, Gap, GapKind, History, Label, Location, Marker, Name, OwnerErrors, Place, Pulls,
    Reference, Repository,
};
use crate::graph::{By, Graph, Member, ServiceId};
use crate::identity::{Directory, Party, Standing};
use crate::ownership::{Ownership, Undecided, undecided};
use crate::text::Excerpt;

/// All that a rule may look at beside its subject.
#[derive(Debug)]
pub struct View<'a> {
    /// Everything that is, over all repositories of the run.
    pub graph: &'a Graph<'a>,
    /// The place of the judged repository among them.
    pub place: usize,
    /// What was read.
    pub repository: &'a Repository,
    /// Who decides over which file.
    pub ownership: &'a Ownership,
    /// Who is who.
    pub directory: &'a Directory<'a>,
    /// Whether an organization is at work here: a team owns something, be it by the ownership file or by
    /// a descriptor, or a roster exists.
    pub organization_mode: bool,
    /// The day of the run: the only clock.
    pub as_of: Date,
    /// The policy file that judges, if it is not a pack alone.
    pub policy: Option<&'a PolicyFacts>,
    /// Whether many repositories are audited together.
    pub is_audit: bool,
    /// The side of a change, where one is judged.
    pub side: Option<Side<'a>>,
    /// What the commits say, where they were read.
    pub measures: Option<&'a Measures<'a>>,
    /// The rules that run.
    pub enabled: BTreeSet<&'static str>,
    /// Rules that could not check the other side of a change, with what is unavailable there: it is not known which of
    /// their findings the change brings.
    pub unverified: BTreeMap<&'static str, Gap>,
    undecided: OnceLock<BTreeMap<usize, Arc<Undecided>>>,
    repeats: OnceLock<BTreeMap<usize, usize>>,
    decided: OnceLock<Decided>,
    handles: OnceLock<Vec<String>>,
    owner_sets: OnceLock<Vec<BTreeSet<String>>>,
    named: OnceLock<HashSet<Box<[Segment]>>>,
    /// By repository, as far as anybody asked: an audit has a view for each repository, and repositories by
    /// the thousand.
    welcomes: Mutex<BTreeMap<usize, Arc<Welcome>>>,
    departures: OnceLock<Departures>,
    cuts: Mutex<BTreeMap<u8, Arc<BTreeMap<ServiceId, ServiceId>>>>,
}

/// A side of a change that is judged. Rules that sum up what stands tell on both sides of each single case,
/// so that it can be seen which of them the change brought.
#[derive(Clone, Copy, Debug)]
pub enum Side<'a> {
    /// What the change starts from.
    Base,
    /// What it leads to.
    Head {
        /// What differs.
        change: &'a Change,
        /// What it started from.
        base: Member<'a>,
    },
}

impl<'a> View<'a> {
    /// A view of the repository at this place of the graph.
    pub fn new(
        graph: &'a Graph<'a>,
        place: usize,
        policy: Option<&'a PolicyFacts>,
        as_of: Date,
    ) -> View<'a> {
        let Member {
            repository,
            ownership,
        } = graph.members()[place];
        let directory = graph.directory();
        let rules = repository
            .ownership_files
            .in_use
            .present()
            .into_iter()
            .flat_map(OwnershipFile::rules);
        let mut owners = rules.flat_map(OwnershipRule::owners);
        let team = owners.any(|owner| owner.kind() == crate::codeowners::OwnerKind::Team);
        let mut services = repository.catalog.services.iter();
        let is_team = |owner: &Reference| graph.actor(&owner.name).is_team();
        let answers = services.any(|service| service.owner.as_ref().is_some_and(is_team));
        View {
            graph,
            place,
            repository,
            ownership,
            directory,
            organization_mode: team || answers || !directory.is_empty(),
            as_of,
            policy,
            is_audit: false,
            side: None,
            measures: None,
            enabled: BTreeSet::new(),
            unverified: BTreeMap::new(),
            undecided: OnceLock::new(),
            repeats: OnceLock::new(),
            decided: OnceLock::new(),
            handles: OnceLock::new(),
            owner_sets: OnceLock::new(),
            named: OnceLock::new(),
            welcomes: Mutex::default(),
            departures: OnceLock::new(),
            cuts: Mutex::default(),
        }
    }

    /// What the commits of the repository say, if they were read.
    pub fn history(&self) -> Option<&'a History> {
        self.measures?.history(self.place)
    }

    /// Where the files of the repository went, by where they were, if its commits were read.
    pub fn departures(&self) -> Option<&Departures> {
        let history = self.history()?;
        Some(self.departures.get_or_init(|| Departures::of(history)))
    }

    /// Why nothing is known of the commits of the repository, if nothing is.
    pub fn unread_history(&self) -> Option<Gap> {
        let Some(measures) = self.measures.filter(|it| it.has_history()) else {
            let gap = Gap::new(GapKind::NotGathered, "the history was not read");
            return Some(gap.remedy("add `--history`"));
        };
        // An organization's own policy has none: what it declares lives in repositories.
        let history = measures.history(self.place)?;
        let none = || Gap::new(GapKind::NotGathered, "there are no commits");
        let is_empty = history.walked == 0;
        is_empty.then(|| history.gaps.first().cloned().unwrap_or_else(none))
    }

    /// What the forge knows of the repository.
    ///
    /// # Errors
    /// Why nothing is known.
    pub fn forge(&self) -> Result<&'a Forge, Gap> {
        match &self.repository.forge {
            Some(Ok(forge)) => Ok(forge),
            Some(Err(gap)) => Err(gap.clone()),
            None => {
                let gap = Gap::new(GapKind::NotGathered, "the forge was not asked");
                Err(gap.remedy("add `--online`"))
            }
        }
    }

    /// Why nothing is known of the commits of the repository nor by its forge, if nothing is: what was asked
    /// for and not had comes first.
    pub fn unread_history_and_forge(&self) -> Option<Gap> {
        let unread = self.unread_history()?;
        let unasked = self.forge().err()?;
        Some(match (unread.kind, unasked.kind) {
            (GapKind::NotGathered, GapKind::NotGathered) => {
                let reason = "neither the history nor the forge was read";
                Gap::new(GapKind::NotGathered, reason).remedy("add `--history`, or `--online`")
            }
            (GapKind::NotGathered, _) => unasked,
            _ => unread,
        })
    }

    /// The pull requests of the repository.
    ///
    /// # Errors
    /// Why they are not known.
    pub fn pulls(&self) -> Result<&'a Pulls, Gap> {
        self.forge()?.pulls.as_ref().map_err(Gap::clone)
    }

    /// What the forge says of the ownership file.
    ///
    /// # Errors
    /// Why nothing is known.
    pub fn owner_errors(&self) -> Result<&'a OwnerErrors, Gap> {
        self.forge()?.owner_errors.as_ref().map_err(Gap::clone)
    }

    /// The ownership file in use, if there is one.
    pub fn ownership_file(&self) -> Option<&'a OwnershipFile> {
        self.repository.ownership_files.in_use.present()
    }

    /// Why the rule at this place decides over no file; none if it decides over some.
    pub fn undecided(&self, place: usize) -> Option<&Undecided> {
        let file = self.ownership_file()?;
        let all = self
            .undecided
            .get_or_init(|| undecided(&self.repository.tree, file, self.ownership));
        all.get(&place).map(|undecided| &**undecided)
    }

    /// The next rule behind the one at this place whose pattern means the same, however it is spelled;
    /// it takes every file, so that the one at this place never decides.
    pub fn repeated(&self, place: usize) -> Option<usize> {
        let file = self.ownership_file()?;
        let all = self.repeats.get_or_init(|| repeats(file));
        all.get(&place).copied()
    }

    /// The files over which the rule at this place decides, by their places in the tree, ascending.
    pub fn decided_files(&self, place: usize) -> &[u32] {
        let decided = self.decided.get_or_init(|| {
            let rules = self.ownership_file().map_or(0, |file| file.rules().len());
            Decided::new(self.ownership, self.repository.tree.len(), rules)
        });
        decided.files(place)
    }

    /// Among how many candidates a rule may look for what one word of the ownership file was meant to
    /// be: the larger the file, the fewer, so that a hostile one cannot make the run take forever.
    pub fn most_candidates(&self) -> usize {
        /// Some ten million comparisons in all, as a word with its line takes about ten bytes.
        const BUDGET: usize = 100_000_000;
        BUDGET
            / self
                .ownership_file()
                .map_or(1, |file| file.text().bytes().len().max(1))
    }

    /// [`RuleLine::owner_set`] of every rule, by place, for rules that compare lines with many others.
    pub fn owner_sets(&self) -> &[BTreeSet<String>] {
        self.owner_sets.get_or_init(|| {
            let file = self.ownership_file();
            let lines = file.into_iter().flat_map(|file| {
                (0..file.rules().len()).map(move |place| RuleLine { file, place })
            });
            lines.map(RuleLine::owner_set).collect()
        })
    }

    /// Whether some line names the entries to which these segments lead, wherever it is anchored and
    /// however far it reaches from there.
    pub fn is_named(&self, segments: &[Segment]) -> bool {
        fn named(segments: &[Segment]) -> &[Segment] {
            segments
                .strip_prefix(&[Segment::AnyDepth])
                .unwrap_or(segments)
        }
        let all = self.named.get_or_init(|| {
            let file = self.ownership_file();
            let rules = file.into_iter().flat_map(OwnershipFile::rules);
            rules
                .map(|rule| named(rule.pattern().segments()).into())
                .collect()
        });
        all.contains(named(segments))
    }

    /// Whether the rule of this id runs as well, so that one of the two can leave a finding to the other.
    pub fn is_enabled(&self, rule: &str) -> bool {
        self.enabled.contains(rule)
    }

    /// The owners of the file at this place of the tree, as written: the first of them, where its line
    /// names more than anybody would ask, since they are asked for with all that is found in the file.
    pub fn owners_of(&self, file: usize) -> Vec<String> {
        /// The most people that any line is known to ask are half of that.
        const MOST_OWNERS: usize = 100;
        let rule = self
            .ownership_file()
            .and_then(|in_use| self.ownership.owning_rule(file, in_use));
        rule.map_or(Vec::new(), |rule| {
            rule.owner_names().take(MOST_OWNERS).collect()
        })
    }

    /// The services that the file at this place of the tree belongs to.
    pub fn services_of(&self, file: usize) -> &'a [ServiceId] {
        self.graph.territory(self.place).services(file)
    }

    /// Whether everything is declared that this repository can name, as its policy or that of its
    /// organization says.
    pub fn catalog_is_complete(&self) -> bool {
        let members = self.graph.members().iter().map(|member| member.repository);
        let mut above = members.filter(|repository| repository.is_organization);
        self.repository.catalog.complete || above.any(|above| above.catalog.complete)
    }

    /// Who answers for a service, as written.
    pub fn answering(&self, id: ServiceId) -> Vec<String> {
        let chain = self.graph.chain(id);
        match chain.by {
            By::Descriptor(owner) if chain.actors.len() == 1 => {
                let label = self.graph.actor_label(&chain.actors[0]);
                // What people can be pinged by says more than the name in a catalog.
                vec![if label.starts_with('@') {
                    label
                } else {
                    owner.text.clone()
                }]
            }
            _ => {
                let actors = chain.actors.iter();
                actors.map(|actor| self.graph.actor_label(actor)).collect()
            }
        }
    }

    /// Whether an owner can act, as far as is known: neither one whom a complete roster lacks, nor a team
    /// that has no people.
    pub fn is_somebody(&self, owner: &str) -> bool {
        let Some(name) = Name::of_owner(owner, EntityRef::DEFAULT_NAMESPACE) else {
            return true;
        };
        match self.directory.party(&name) {
            Some(Party::Team(team)) => !self.graph.is_empty(team),
            Some(Party::Person(_)) => true,
            None => !matches!(self.directory.standing_of_name(&name), Standing::Unknown(_)),
        }
    }

    /// The teams that this repository, or its policy, is the first to declare, by their places in the
    /// directory.
    pub fn teams(&self) -> &'a [usize] {
        self.graph.teams_at(self.place)
    }

    /// What the repository at this place of the graph tells newcomers.
    pub(super) fn welcome(&self, repository: usize) -> Arc<Welcome> {
        let known = self.welcomes.lock();
        let mut known = known.unwrap_or_else(PoisonError::into_inner);
        let welcome = known.entry(repository).or_insert_with(|| {
            let member = self.graph.members()[repository];
            Arc::new(Welcome::of(member.repository))
        });
        Arc::clone(welcome)
    }

    /// Services whose loss cuts off a service that is as critical as a tier, with the first such one.
    pub(super) fn cut_off(&self, tier: u8) -> Arc<BTreeMap<ServiceId, ServiceId>> {
        let known = self.cuts.lock();
        let mut known = known.unwrap_or_else(PoisonError::into_inner);
        let cuts = known.entry(tier);
        Arc::clone(
            cuts.or_insert_with(|| Arc::new(crate::analysis::cut::cut_off(self.graph, tier))),
        )
    }

    /// The services, systems and domains that this repository declares.
    pub fn entities(&self) -> impl Iterator<Item = Entity> + use<'a> {
        let (graph, place) = (self.graph, self.place);
        let systems = graph.systems().iter().enumerate();
        let systems = systems.filter(move |(_, (home, _))| *home == place);
        let services = graph.declared_in(place).map(Entity::Service);
        services.chain(systems.map(|(system, _)| Entity::System(system)))
    }

    /// A place in the repository at this place of the graph, as a finding of the judged one names it.
    pub fn location_in(&self, repository: usize, location: Location) -> Location {
        let Place::File(path) = &location.place else {
            return location;
        };
        if repository == self.place {
            return location;
        }
        let name = &self.graph.members()[repository].repository.name;
        let path = format!("{name}/{}", path.to_string_lossy());
        Location {
            place: Place::External(path),
            ..location
        }
    }

    /// The descriptor of a service, at the service's name.
    pub fn service_location(&self, id: ServiceId, label: impl Into<Label>) -> Location {
        let entry = self.graph.service(id);
        let location = Location {
            label: label.into(),
            ..entry.service.location.clone()
        };
        self.location_in(entry.declared_in, location)
    }

    /// A line of the descriptor of a service.
    pub fn descriptor_line(
        &self,
        id: ServiceId,
        excerpt: &Excerpt,
        label: impl Into<Label>,
    ) -> Location {
        let entry = self.graph.service(id);
        self.location_in(entry.declared_in, entry.service.at(excerpt, label))
    }

    /// The owners of the file in which something is declared, by the ownership file.
    pub fn owners_of_file(&self, location: &Location) -> Vec<String> {
        let file = location.path();
        let file = file.and_then(|path| self.repository.tree.find(path.as_bytes()));
        file.map_or(Vec::new(), |file| self.owners_of(file))
    }

    /// The tech-debt markers of the file at this place of the tree. A word in the middle of a sentence
    /// speaks about something else and is none.
    pub fn markers(&self, file: usize) -> impl Iterator<Item = InFile<'a, Marker>> + use<'a> {
        let all = &self.repository.evidence.files;
        let found = all.binary_search_by_key(&file, |&(file, _)| file as usize);
        let found = found.ok().map(|index| &*all[index].1);
        let tree = &self.repository.tree;
        found
            .into_iter()
            .flat_map(move |found| InFile::all(tree, file, &found.markers))
            .filter(|marker| marker.fact.at_start)
    }

    /// Every tech-debt marker, in the order of the tree, as [`View::markers`].
    pub fn all_markers(&self) -> impl Iterator<Item = InFile<'a, Marker>> + use<'a> {
        let all = self.evidence(|found| &found.markers[..]);
        all.filter(|marker| marker.fact.at_start)
    }

    /// Every comment or attribute that silences a tool, in the order of the tree.
    pub fn all_code_suppressions(
        &self,
    ) -> impl Iterator<Item = InFile<'a, CodeSuppression>> + use<'a> {
        self.evidence(|found| &found.code_suppressions)
    }

    /// Every document, in the order of the tree.
    pub fn documents(&self) -> impl Iterator<Item = InFile<'a, DocumentInTree>> + use<'a> {
        self.in_tree(&self.repository.evidence.documents)
    }

    /// Every alert, in the order of the tree.
    pub fn alerts(&self) -> impl Iterator<Item = InFile<'a, AlertInTree>> + use<'a> {
        self.in_tree(&self.repository.evidence.alerts)
    }

    fn in_tree<T>(
        &self,
        facts: &'a [(u32, T)],
    ) -> impl Iterator<Item = InFile<'a, T>> + use<'a, T> {
        let tree = &self.repository.tree;
        facts.iter().map(|(file, fact)| {
            let file = *file as usize;
            let path = tree.path(file);
            InFile { file, path, fact }
        })
    }

    fn evidence<T>(
        &self,
        of: fn(&'a FileEvidence) -> &'a [T],
    ) -> impl Iterator<Item = InFile<'a, T>> + use<'a, T> {
        let tree = &self.repository.tree;
        let files = self.repository.evidence.files.iter();
        files.flat_map(move |(file, found)| InFile::all(tree, *file as usize, of(found)))
    }

    /// Handles of everyone and every team that rosters name, with `@`, for did-you-mean.
    pub fn handles(&self) -> &[String] {
        self.handles.get_or_init(|| self.directory.handles())
    }
}

/// Rules that are repeated: the place of each, and that of the next with the same meaning.
fn repeats(file: &OwnershipFile) -> BTreeMap<usize, usize> {
    let mut next = HashMap::new();
    let mut repeats = BTreeMap::new();
    for (place, rule) in file.rules().iter().enumerate().rev() {
        let pattern = rule.pattern();
        if let Some(later) = next.insert((pattern.segments(), pattern.reach()), place) {
            repeats.insert(place, later);
        }
    }
    repeats
}

/// The files of each rule, in one buffer.
#[derive(Debug)]
struct Decided {
    /// By rule: where its files start; one more for the end.
    starts: Vec<usize>,
    files: Vec<u32>,
}

impl Decided {
    fn new(ownership: &Ownership, files: usize, rules: usize) -> Decided {
        let mut starts = vec![0];
        for rule in 0..rules {
            starts.push(starts[rule] + ownership.decided(rule));
        }
        let mut decided = Decided {
            files: vec![0; starts[rules]],
            starts: starts.clone(),
        };
        let deciding = (0..files).filter_map(|file| Some((file, ownership.deciding(file)?)));
        for (file, rule) in deciding {
            decided.files[starts[rule]] = u32::try_from(file).unwrap_or(u32::MAX);
            starts[rule] += 1;
        }
        decided
    }

    fn files(&self, rule: usize) -> &[u32] {
        match self.starts.get(rule..rule + 2) {
            Some(&[start, end]) => &self.files[start..end],
            _ => &[],
        }
    }
}
