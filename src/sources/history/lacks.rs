//! What could not be read of a history, or was left out of it.

use super::Wanted;
use super::graph::{Graph, State};
use super::sum::Sum;
use super::trees::MOST_PATHS;
use super::walk::Chunk;
use crate::facts::{Gap, GapKind, day_since};

/// What closes a gap of objects.
const REFETCH: &str =
    "`git fetch --refetch` completes a partial clone; `git fsck` shows what is damaged";

/// How many commits each gap is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Lacks {
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
        Lacks {
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
        self.missing > 0 || self.unreadable > 0 || self.only_exact > 0
    }

    /// A gap for each.
    pub(super) fn gaps(&self, wanted: &Wanted<'_>) -> Vec<Gap> {
        let mut gaps = Vec::new();
        let mut gap =
            |count: usize, kind: GapKind, what: &dyn Fn(String) -> String, remedy: &str| {
                if count > 0 {
                    let commits = match count {
                        1 => "1 commit".to_owned(),
                        count => format!("{count} commits"),
                    };
                    let gap = Gap::new(kind, what(commits));
                    gaps.push(match remedy {
                        "" => gap,
                        remedy => gap.remedy(remedy),
                    });
                }
            };
        gap(
            self.boundary,
            GapKind::MissingObject,
            &|commits| {
                format!(
                    "the clone is shallow: it ends at {commits}, whose files and whose parents are not known"
                )
            },
            "git fetch --unshallow",
        );
        gap(
            self.missing,
            GapKind::MissingObject,
            &|commits| format!("{commits} cannot be read, nor what comes before"),
            REFETCH,
        );
        gap(
            self.unreadable,
            GapKind::MissingObject,
            &|commits| {
                format!("it cannot be told what {commits} changed: folders are missing or damaged")
            },
            REFETCH,
        );
        gap(
            self.only_exact,
            GapKind::NotGathered,
            &|commits| {
                format!(
                    "contents are missing: in {commits} files were followed only where nothing but their path changed"
                )
            },
            REFETCH,
        );
        gap(
            self.too_many,
            GapKind::TooLarge,
            &|commits| {
                format!("{commits} touched more than {MOST_PATHS} paths, which were not counted")
            },
            "",
        );
        gap(
            self.later,
            GapKind::NotGathered,
            &|commits| format!("{commits} of later than {} left out", wanted.as_of),
            "",
        );
        let since = wanted.since.map(day_since).unwrap_or_default();
        gap(
            self.earlier,
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
