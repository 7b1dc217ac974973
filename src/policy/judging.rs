//! The third step: levels, options, overrides and exceptions, resolved for one rule and one subject.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::civil::Date;

use super::index::SelectionIndex;
use super::selection::Selection;
use super::{
    Attributes, Level, NoOptions, Options, Origin, RuleSelector, RuleSpec, Settings, Value,
};
use crate::facts::Location;

/// Of fewer overrides than this each is tried: that costs less than to look them up.
const FEW: usize = 8;

/// Index 0 is for subjects without tier, or with one beyond the fourth; then tiers 1 to 4.
const RUNGS: usize = 5;

/// What a policy says of one rule or family: the changes to what held before.
#[derive(Debug)]
pub(super) struct Change {
    pub(super) selector: RuleSelector,
    /// The level for all tiers.
    pub(super) level: Option<(Level, Origin)>,
    /// Levels for tiers 1 to 4; a tier without one keeps what held before, or takes `level`.
    pub(super) tiers: [Option<(Level, Origin)>; 4],
    pub(super) required: Option<bool>,
    pub(super) options: Vec<OptionChange>,
    /// Whether a pack says so, and not a file.
    pub(super) is_packs: bool,
}

impl Change {
    /// Whether a file sets options of a rule.
    fn sets_options_of(&self, rule: &str) -> bool {
        !self.is_packs && !self.options.is_empty() && self.selector.matches(rule)
    }
}

#[derive(Debug)]
pub(super) struct OptionChange {
    pub(super) name: &'static str,
    pub(super) value: Value,
    /// Whether the value is appended to the list that holds.
    pub(super) extend: bool,
}

/// Changes for some subjects.
#[derive(Debug)]
pub(super) struct Override {
    pub(super) selection: Selection,
    /// From the broadest selector to the narrowest.
    pub(super) changes: Vec<Change>,
}

/// Findings that the policy allows for a reason.
#[derive(Clone, Debug)]
pub struct Exception {
    /// The rules that it is about.
    pub rules: Vec<RuleSelector>,
    pub(super) selection: Selection,
    /// Why.
    pub reason: String,
    /// The last day on which it holds.
    pub until: Option<Date>,
    /// Where the policy says so: the value of `rule`.
    pub location: Location,
    /// Whether it is one of the organization's, not of the repository's own policy.
    pub is_organizations: bool,
}

impl Exception {
    /// The subjects that it is about.
    pub(crate) fn selection(&self) -> &Selection {
        &self.selection
    }

    /// Whether a finding of this rule about this subject is allowed. Whether the exception has expired
    /// is for the caller to say.
    pub fn matches(&self, rule: &str, subject: &Attributes<'_>) -> bool {
        self.is_about(rule) && self.selection.matches(subject)
    }

    /// Whether it is about this rule at all.
    pub fn is_about(&self, rule: &str) -> bool {
        self.rules.iter().any(|selector| selector.matches(rule))
    }
}

/// Which overrides and exceptions touch a path. Paths with equal keys can be judged as one group; the
/// default key says that nothing touches it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupKey(Box<[u32]>);

/// What a repository's own policy may change of its organization's.
#[derive(Clone, Debug, Default)]
pub struct Law {
    /// The rules that it may loosen; none where no organization's policy holds, so that it may do as it
    /// likes.
    may_loosen: Option<Vec<RuleSelector>>,
}

impl Law {
    /// Whether the repository may loosen this rule: lower its level, except from it, suppress it, exclude
    /// files from it.
    pub fn may_loosen(&self, rule: &str) -> bool {
        let selectors = self.may_loosen.as_ref();
        selectors.is_none_or(|all| all.iter().any(|selector| selector.matches(rule)))
    }
}

/// The judging part of a policy.
#[derive(Debug)]
pub struct Judging {
    /// The organization's, where one holds beside this one.
    above: Option<Arc<Judging>>,
    law: Law,
    /// Sorted by id.
    rules: Vec<RuleState>,
    overrides: Vec<Override>,
    by_override: SelectionIndex,
    exceptions: Vec<Exception>,
    by_exception: SelectionIndex,
    /// For ids that no rule has.
    unknown: Arc<Settings>,
    /// Settings for subjects that overrides touch.
    overridden: Mutex<HashMap<Touched, Arc<Settings>>>,
}

/// A rule, a rung, and the overrides that select the subject.
type Touched = (usize, usize, Box<[u32]>);

/// What holds for one rule.
#[derive(Debug)]
struct RuleState {
    id: &'static str,
    base: State,
    /// `base` for each rung.
    settings: [Arc<Settings>; RUNGS],
    /// Whether a file sets options of it, for all subjects.
    sets_options: bool,
    /// The overrides that are about this rule.
    overrides: Vec<u32>,
    /// The exceptions about this rule that select by path.
    path_exceptions: Vec<u32>,
}

#[derive(Debug)]
struct State {
    rungs: [(Level, Origin); RUNGS],
    required: bool,
    options: Box<dyn Options>,
}

impl State {
    fn new(options: Box<dyn Options>, pack: &'static str) -> State {
        State {
            rungs: std::array::from_fn(|_| (Level::Off, Origin::Pack(pack))),
            required: false,
            options,
        }
    }

    fn apply(&mut self, change: &Change) {
        if let Some(level) = &change.level {
            self.rungs = std::array::from_fn(|_| level.clone());
        }
        for (rung, tier) in self.rungs[1..].iter_mut().zip(&change.tiers) {
            if let Some(level) = tier {
                *rung = level.clone();
            }
        }
        self.required = change.required.unwrap_or(self.required);
        for option in &change.options {
            // Values were tried when the policy was read, so that this cannot fail.
            let _ = if option.extend {
                self.options.extend(option.name, &option.value)
            } else {
                self.options.set(option.name, &option.value)
            };
        }
    }

    /// What holds for each rung. Rungs of which the same is asked share it: an audit has a policy for each
    /// repository.
    fn all_settings(&self) -> [Arc<Settings>; RUNGS] {
        let mut last: Option<(usize, Arc<Settings>)> = None;
        std::array::from_fn(|rung| {
            let same = last
                .as_ref()
                .filter(|&&(known, _)| self.rungs[known] == self.rungs[rung]);
            let settings = match same {
                Some((_, settings)) => Arc::clone(settings),
                None => Arc::new(self.settings(rung)),
            };
            last = Some((rung, Arc::clone(&settings)));
            settings
        })
    }

    fn settings(&self, rung: usize) -> Settings {
        let (level, origin) = self.rungs[rung].clone();
        Settings {
            level,
            origin,
            required: self.required,
            options: self.options.boxed_clone(),
        }
    }
}

/// One with the options of the other.
fn with_options_of(settings: &Settings, other: &Settings) -> Settings {
    Settings {
        level: settings.level,
        origin: settings.origin.clone(),
        required: settings.required,
        options: other.options.boxed_clone(),
    }
}

impl Clone for State {
    fn clone(&self) -> State {
        State {
            rungs: self.rungs.clone(),
            required: self.required,
            options: self.options.boxed_clone(),
        }
    }
}

/// What a policy says of one rule: the rule is looked up once, for all subjects.
#[derive(Debug)]
pub struct OfRule<'a> {
    judging: &'a Judging,
    /// The rule's place; none if the policy does not know it.
    place: Option<usize>,
    may_loosen: bool,
    /// What the organization's policy says, where one holds.
    above: Option<Box<OfRule<'a>>>,
}

impl OfRule<'_> {
    /// What holds for this subject. Off, and without options, for an unknown rule.
    pub fn at(&self, subject: &Attributes<'_>) -> Arc<Settings> {
        let own = self.judging.own(self.place, subject);
        let Some(above) = &self.above else { return own };
        let asked = above.at(subject);
        // What a pack says that the repository's policy extends is nobody's wish.
        let says_level = matches!(own.origin, Origin::Line(_));
        if self.may_loosen {
            return match (says_level, self.judging.sets_options(self.place, subject)) {
                (false, false) => asked,
                (true, true) => own,
                (true, false) => Arc::new(with_options_of(&own, &asked)),
                (false, true) => Arc::new(with_options_of(&asked, &own)),
            };
        }
        if own.level <= asked.level || !says_level {
            return asked;
        }
        // Thresholds cannot be told to be stricter; those of the organization hold.
        Arc::new(Settings {
            required: own.required || asked.required,
            ..with_options_of(&own, &asked)
        })
    }
}

impl Judging {
    /// `changes` in the order in which they apply; rules that none of them gives a level are off.
    pub(super) fn new(
        rules: &[&'static RuleSpec],
        changes: &[Change],
        overrides: Vec<Override>,
        exceptions: Vec<Exception>,
        pack: &'static str,
    ) -> Judging {
        let mut rules: Vec<_> = rules
            .iter()
            .map(|rule| {
                let mut base = State::new((rule.default_options)(), pack);
                for change in changes {
                    if change.selector.matches(rule.id) {
                        base.apply(change);
                    }
                }
                let is_about = |change: &Change| change.selector.matches(rule.id);
                let overrides = overrides.iter().zip(0..);
                let exceptions = exceptions.iter().zip(0..);
                RuleState {
                    id: rule.id,
                    settings: base.all_settings(),
                    sets_options: changes.iter().any(|it| it.sets_options_of(rule.id)),
                    overrides: overrides
                        .filter(|(candidate, _)| candidate.changes.iter().any(is_about))
                        .map(|(_, index)| index)
                        .collect(),
                    path_exceptions: exceptions
                        .filter(|(it, _)| it.selection.has_paths() && it.is_about(rule.id))
                        .map(|(_, index)| index)
                        .collect(),
                    base,
                }
            })
            .collect();
        rules.sort_by_key(|rule| rule.id);
        Judging {
            above: None,
            law: Law::default(),
            rules,
            by_override: SelectionIndex::new(overrides.iter().map(|it| &it.selection)),
            overrides,
            by_exception: SelectionIndex::new(exceptions.iter().map(|it| &it.selection)),
            exceptions,
            unknown: Arc::new(State::new(Box::new(NoOptions), pack).settings(0)),
            overridden: Mutex::default(),
        }
    }

    /// The same below the policy of an organization, which it may tighten, and loosen only where
    /// `may_loosen` says so.
    pub fn under(mut self, above: Arc<Judging>, may_loosen: Vec<RuleSelector>) -> Judging {
        let inherited = above.exceptions.iter().cloned();
        let mut exceptions: Vec<Exception> = inherited
            .map(|exception| Exception {
                is_organizations: true,
                ..exception
            })
            .collect();
        let offset = u32::try_from(exceptions.len()).unwrap_or(u32::MAX);
        for rule in &mut self.rules {
            for index in &mut rule.path_exceptions {
                *index = index.saturating_add(offset);
            }
            let above = above.find(rule.id).map(|index| &above.rules[index]);
            let inherited = above.map_or(&[][..], |rule| &rule.path_exceptions);
            rule.path_exceptions.splice(0..0, inherited.iter().copied());
        }
        exceptions.append(&mut self.exceptions);
        self.by_exception = SelectionIndex::new(exceptions.iter().map(|it| &it.selection));
        self.exceptions = exceptions;
        self.law.may_loosen = Some(may_loosen);
        self.above = Some(above);
        self
    }

    /// What a repository's own policy may change.
    pub fn law(&self) -> &Law {
        &self.law
    }

    /// What the policy says of this rule.
    pub fn of(&self, rule: &str) -> OfRule<'_> {
        let place = self.find(rule);
        OfRule {
            judging: self,
            place,
            may_loosen: self.law.may_loosen(rule),
            above: self.above.as_ref().map(|above| Box::new(above.of(rule))),
        }
    }

    /// What holds for this rule and this subject. Off, and without options, for an unknown rule.
    pub fn at(&self, rule: &str, subject: &Attributes<'_>) -> Arc<Settings> {
        self.of(rule).at(subject)
    }

    /// Whether a file of this policy sets options of the rule at this place for this subject.
    fn sets_options(&self, place: Option<usize>, subject: &Attributes<'_>) -> bool {
        let Some(place) = place else {
            return false;
        };
        let rule = &self.rules[place];
        let sets_options = |index: u32| {
            let mut changes = self.overrides[index as usize].changes.iter();
            changes.any(|change| change.sets_options_of(rule.id))
        };
        rule.sets_options || self.touching(rule, subject).into_iter().any(sets_options)
    }

    /// The overrides about a rule that select a subject, ascending.
    fn touching(&self, rule: &RuleState, subject: &Attributes<'_>) -> Vec<u32> {
        let selects = |index: &u32| self.overrides[*index as usize].selection.matches(subject);
        // Collecting nothing allocates nothing.
        if rule.overrides.len() < FEW {
            return rule.overrides.iter().copied().filter(selects).collect();
        }
        let mut touching = self.by_override.candidates(subject);
        touching.extend_from_slice(self.by_override.everything());
        touching.sort_unstable();
        touching.retain(|index| rule.overrides.binary_search(index).is_ok() && selects(index));
        touching
    }

    fn own(&self, place: Option<usize>, subject: &Attributes<'_>) -> Arc<Settings> {
        let Some(index) = place else {
            return self.unknown.clone();
        };
        let rule = &self.rules[index];
        let rung = match subject.tier {
            Some(tier) if usize::from(tier) < RUNGS => usize::from(tier),
            _ => 0,
        };
        let touching = self.touching(rule, subject);
        if touching.is_empty() {
            return rule.settings[rung].clone();
        }
        let mut known = self
            .overridden
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let key = (index, rung, touching.into_boxed_slice());
        if let Some(settings) = known.get(&key) {
            return settings.clone();
        }
        let mut state = rule.base.clone();
        for &index in &key.2 {
            let changes = self.overrides[index as usize].changes.iter();
            for change in changes.filter(|change| change.selector.matches(rule.id)) {
                state.apply(change);
            }
        }
        let settings = Arc::new(state.settings(rung));
        known.insert(key, settings.clone());
        settings
    }

    /// Whether the rule is on for any subject, so that what it needs is worth gathering.
    pub fn is_enabled(&self, rule: &str) -> bool {
        self.is_own_enabled(rule) || self.above.as_ref().is_some_and(|it| it.is_enabled(rule))
    }

    fn is_own_enabled(&self, rule: &str) -> bool {
        let Some(index) = self.find(rule) else {
            return false;
        };
        let rule = &self.rules[index];
        let is_on = |level: &(Level, Origin)| level.0 != Level::Off;
        let turns_on = |change: &Change| {
            let levels = change.level.iter().chain(change.tiers.iter().flatten());
            change.selector.matches(rule.id) && levels.clone().any(is_on)
        };
        let mut overrides = rule.overrides.iter();
        rule.base.rungs.iter().any(is_on)
            || overrides.any(|&index| self.overrides[index as usize].changes.iter().any(turns_on))
    }

    /// The exceptions, in the order in which they were read.
    pub fn exceptions(&self) -> &[Exception] {
        &self.exceptions
    }

    /// Whether some override or exception of this rule selects by path.
    pub fn selects_paths(&self, rule: &str) -> bool {
        let Some(index) = self.find(rule) else {
            return false;
        };
        let rule = &self.rules[index];
        let by_path = |&index: &u32| self.overrides[index as usize].selection.has_paths();
        let above = self.above.as_ref();
        !rule.path_exceptions.is_empty()
            || rule.overrides.iter().any(by_path)
            || above.is_some_and(|above| above.selects_paths(rule.id))
    }

    /// Whether what holds for this rule may differ by what a subject shows of itself, beside its tier and its
    /// repository.
    pub fn selects(&self, rule: &str) -> bool {
        let is_selective = |&index: &u32| {
            let selection = &self.overrides[index as usize].selection;
            selection.has_paths() || selection.has_owners()
        };
        let overrides = self.find(rule).map(|index| &self.rules[index].overrides);
        let above = self.above.as_ref();
        overrides.is_some_and(|all| all.iter().any(is_selective))
            || above.is_some_and(|above| above.selects(rule))
    }

    /// Whether some override or exception selects by owner or service.
    pub fn selects_owners(&self) -> bool {
        let overrides = self.overrides.iter().map(|it| &it.selection);
        let exceptions = self.exceptions.iter().map(|it| &it.selection);
        let above = self.above.as_ref();
        overrides.chain(exceptions).any(Selection::has_owners)
            || above.is_some_and(|above| above.selects_owners())
    }

    /// Which path overrides and path exceptions of this rule touch a path. Costs nothing where the
    /// policy has none.
    pub fn group_key(&self, rule: &str, path: &[u8]) -> GroupKey {
        let Some(index) = self.find(rule) else {
            return GroupKey::default();
        };
        let rule = &self.rules[index];
        let of_path = |index: &SelectionIndex, about: &[u32]| -> Vec<u32> {
            if about.is_empty() {
                return Vec::new();
            }
            let touching = index.of_path(path);
            let touching = touching.iter().copied();
            touching
                .filter(|it| about.binary_search(it).is_ok())
                .collect()
        };
        let overrides = of_path(&self.by_override, &rule.overrides).into_iter();
        let exceptions = of_path(&self.by_exception, &rule.path_exceptions).into_iter();
        // Those of the organization are told from the repository's own by a number that none has.
        let above = self
            .above
            .as_ref()
            .map(|above| above.group_key(rule.id, path));
        let above = above.filter(|key| !key.0.is_empty());
        let above = above.into_iter().flat_map(|key| {
            let mut key = key.0.into_vec();
            key.insert(0, u32::MAX);
            key
        });
        // Exceptions are told from overrides by their numbers.
        let offset = u32::try_from(self.overrides.len()).unwrap_or(u32::MAX);
        let exceptions = exceptions.map(|index| index.saturating_add(offset));
        GroupKey(overrides.chain(exceptions).chain(above).collect())
    }

    /// The place of a rule among those that this policy knows.
    fn find(&self, rule: &str) -> Option<usize> {
        self.rules.binary_search_by(|known| known.id.cmp(rule)).ok()
    }
}
