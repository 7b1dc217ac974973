//! What could not be read of a history, or was left out of it.

use std::collections::BTreeSet;

use gix::ObjectId;
use gix::objs::Kind;

use super::Wanted;
use super::graph::{Graph, State};
use super::sum::Sum;
use super::trees::MOST_PATHS;
use super::walk::Chunk;
use crate::facts::{Gap, GapKind, day_since};
use crate::sources::remedies;

/// How many commits each gap is about, and the objects that are missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Lacks {
    /// Commits that cannot be read.
    pub(super) commits: BTreeSet<ObjectId>,
    /// Trees that cannot be read.
    pub(super) trees: BTreeSet<ObjectId>,
    /// Contents that cannot be read.
    pub(super) blobs: BTreeSet<ObjectId>,
    /// What tags stand for and cannot be read.
    pub(super) tags: BTreeSet<ObjectId>,
    /// Those at which a shallow clone ends.
    pub(super) boundary: usize,
    /// Those that cannot be read.
    pub(super) missing: usize,
    /// Those of which it cannot be told what they changed.
    pub(super) unreadable: usize,
    /// Those in which moved files were followed only where their content stayed the same.
    pub(super) only_exact: usize,
    /// Those that touched too many paths.
    pub(super) too_many: usize,
    /// Those of later than all that is read.
    pub(super) later: usize,
    /// Those of before all that is counted.
    pub(super) earlier: usize,
}

impl Lacks {
    /// Those of a walk.
    pub(super) fn of(graph: &Graph, chunks: &[Chunk], merges: &[Chunk], sum: &Sum<'_>) -> Lacks {
        let states = |state: State| graph.commits.iter().filter(move |it| it.state == state);
        let all = || chunks.iter().chain(merges);
        let missing = states(State::Missing).map(|commit| commit.id);
        let objects = |kind: Kind| {
            let objects = all().flat_map(|chunk| &chunk.missing);
            let objects = objects.filter(move |(_, it)| *it == kind);
            objects.map(|&(id, _)| id).collect::<BTreeSet<_>>()
        };
        Lacks {
            tags: BTreeSet::new(),
            commits: missing.chain(objects(Kind::Commit)).collect(),
            trees: objects(Kind::Tree),
            blobs: objects(Kind::Blob),
            boundary: states(State::Boundary).count(),
            missing: states(State::Missing).count(),
            unreadable: all().map(|chunk| chunk.unreadable).sum(),
            only_exact: all().map(|chunk| chunk.only_exact).sum(),
            too_many: sum.too_many,
            later: sum.later,
            earlier: sum.earlier,
        }
    }

    /// Whether something may be there the next time that could not be had now.
    pub(super) fn may_end(&self) -> bool {
        self.missing > 0 || self.unreadable > 0 || self.only_exact > 0 || !self.tags.is_empty()
    }

    /// A gap for each.
    pub(super) fn gaps(&self, wanted: &Wanted<'_>) -> Vec<Gap> {
        let mut gaps = Vec::new();
        let mut gap = |count: usize,
                       objects: &BTreeSet<ObjectId>,
                       kind: GapKind,
                       what: &dyn Fn(String) -> String,
                       remedy: &str| {
            if count == 0 {
                return;
            }
            let commits = match count {
                1 => "1 commit".to_owned(),
                count => format!("{count} commits"),
            };
            let gap = Gap::new(kind, what(commits));
            let gap = match remedy {
                "" => gap,
                remedy => gap.remedy(remedy),
            };
            match objects.is_empty() {
                true => gaps.push(gap),
                false => {
                    let objects = objects.iter().map(|id| id.to_string());
                    gaps.extend(objects.map(|id| gap.clone().object(id)));
                }
            }
        };
        let none = BTreeSet::new();
        gap(
            self.boundary,
            &none,
            GapKind::MissingObject,
            &|commits| {
                format!(
                    "the clone is shallow: it ends at {commits}, whose files and whose parents are not known"
                )
            },
            remedies::COMMITS,
        );
        gap(
            self.missing,
            &self.commits,
            GapKind::MissingObject,
            &|commits| format!("{commits} cannot be read, nor what comes before"),
            remedies::OBJECTS,
        );
        gap(
            self.unreadable,
            &self.trees,
            GapKind::MissingObject,
            &|commits| {
                format!("it cannot be told what {commits} changed: folders are missing or damaged")
            },
            remedies::OBJECTS,
        );
        gap(
            self.only_exact,
            &self.blobs,
            GapKind::MissingObject,
            &|commits| {
                format!(
                    "contents are missing: in {commits} files were followed only where nothing but their path changed"
                )
            },
            remedies::OBJECTS,
        );
        gap(
            self.tags.len(),
            &self.tags,
            GapKind::MissingObject,
            &|_| "a tag stands for it, and it cannot be read".to_owned(),
            remedies::OBJECTS,
        );
        gap(
            self.too_many,
            &none,
            GapKind::TooLarge,
            &|commits| {
                format!("{commits} touched more than {MOST_PATHS} paths, which were not counted")
            },
            "",
        );
        gap(
            self.later,
            &none,
            GapKind::NotGathered,
            &|commits| format!("{commits} of later than {} left out", wanted.as_of),
            "",
        );
        let since = wanted.since.map(day_since).unwrap_or_default();
        gap(
            self.earlier,
            &none,
            GapKind::NotGathered,
            &|commits| {
                format!(
                    "{commits} of before {since} left out: who knows what, and how much of it is whose, is told by the rest alone"
                )
            },
            "leave out `--history-since` to count all",
        );
        gaps
    }
}
