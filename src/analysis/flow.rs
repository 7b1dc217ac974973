//! How changes flow: all measures over changes, each worked out once a run when it is first asked for.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::Measures;
use super::congruence::Congruence;
use super::coupling::{Coupling, Limits};
use super::dependence::{Dependence, dependence};
use super::load::Load;
use super::replay::Replay;

/// Over how many days changes are looked at where nobody says otherwise.
pub const DAYS: u32 = 90;

/// What was worked out of changes.
#[derive(Debug, Default)]
pub(super) struct Known {
    replay: OnceLock<Replay>,
    /// By the number of days: what was looked at.
    flows: Mutex<BTreeMap<u32, Arc<Flow>>>,
    /// By the limits: which services change together.
    pub(super) services: Mutex<BTreeMap<Limits, Arc<Coupling>>>,
    /// By the usual limits.
    pub(super) coupled: OnceLock<Arc<Coupling>>,
    pub(super) congruence: OnceLock<Congruence>,
}

/// What the changes of the last days ask of owners.
#[derive(Clone, Debug, PartialEq)]
pub struct Flow {
    /// How many days before the end of the day of the run it starts.
    pub days: u32,
    /// Over all repositories.
    pub all: Load,
    /// By repository; none where its history was not read.
    pub repositories: Vec<Option<Load>>,
    /// By team of the directory that made changes: how far it depends on others.
    pub dependence: BTreeMap<usize, Dependence>,
}

impl Measures<'_> {
    /// All changes of the longest window, with the owner groups that each needs.
    pub fn replay(&self) -> &Replay {
        self.flow.replay.get_or_init(|| Replay::of(self))
    }

    /// What the changes of the last days ask of owners; [`DAYS`] is usual. Changes are known one by one for a
    /// year.
    pub fn flow(&self, days: u32) -> Arc<Flow> {
        let known = || {
            self.flow
                .flows
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        };
        let found = known().get(&days).cloned();
        // Nobody waits while one looks: that two may look for the same is rare.
        found.unwrap_or_else(|| {
            let flow = Arc::new(Flow::of(self, days));
            Arc::clone(known().entry(days).or_insert(flow))
        })
    }
}

impl Flow {
    fn of(measures: &Measures<'_>, days: u32) -> Flow {
        let replay = measures.replay();
        let start = measures.days_ago(days);
        let places = 0..measures.graph.members().len();
        let repositories = places.map(|place| {
            let it = replay.repository(place)?;
            let named = it.named.iter().copied();
            Some(Load::of(measures, replay, named, it.since(start)))
        });
        let repositories: Vec<Option<Load>> = repositories.collect();
        let all = || replay.repositories().flat_map(|(_, it)| it.since(start));
        let mut one = repositories.iter().flatten();
        Flow {
            days,
            all: match (one.next(), one.next()) {
                (Some(only), None) => only.clone(),
                _ => {
                    let groups = (0_u32..).take(replay.groups().len());
                    Load::of(measures, replay, groups, all())
                }
            },
            dependence: dependence(measures, replay, all()),
            repositories,
        }
    }

    /// What the changes of one repository ask; none where its history was not read.
    pub fn repository(&self, place: usize) -> Option<&Load> {
        self.repositories.get(place)?.as_ref()
    }
}
