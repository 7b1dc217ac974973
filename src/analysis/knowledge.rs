//! Who knows which file, by the degree of authorship.
//!
//! Source of formula and constants: Avelino, Passos, Hora and Valente, *A Novel Approach for Estimating Truck
//! Factors*, ICPC 2016, and the authors' tool (<https://github.com/aserg-ufmg/Truck-Factor>), which differs
//! from the paper's prose: see [`Authorship`]. What is ours: the histories of a file's former names are
//! joined without regard to when it was called so, and bots are left out, so that what they change makes
//! nobody's knowledge older.

use jiff::Timestamp;

use crate::facts::{FileKind, History, Tree};
use crate::identity::Committers;
use crate::sources::evidence::is_source;

pub(crate) use crate::sources::evidence::SOURCE_FILES;

/// A degree of authorship is that of an author from here on, however high that of others is.
const ABSOLUTE: f64 = 3.293;

/// Of the highest degree of a file an author has more than this share.
const NORMALIZED: f64 = 0.75;

/// Of so many former names of a file the history is joined, the nearest first: renames that git guesses can
/// tie thousands of empty files together.
const MOST_NAMES: usize = 256;

/// Who knows the files of a repository, as they are at its head.
///
/// Speaks of files by their places in the [`Tree`] that it was made for, and of people by their places among
/// the [`Committers`].
#[derive(Debug, Default)]
pub struct Knowledge {
    /// By file: where those who know it start; one more for the end.
    starts: Vec<u32>,
    experts: Vec<Expert>,
    /// By file: whether it is a source file.
    sources: Vec<bool>,
}

/// What somebody has to do with a file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Expert {
    /// Who it is, by place.
    pub who: u32,
    /// Whether they added the file, at this path or a former one.
    pub created: bool,
    /// Whether they were the first who did.
    pub is_first: bool,
    /// How often they changed it; adding it is none of these.
    pub changes: u32,
    /// When they last touched it.
    pub last: Timestamp,
    /// The degree of authorship by the tool: whoever added the file created it.
    pub doa: f64,
}

/// Who counts as an author of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Authorship {
    /// As the tool has it: a degree of more than 0.75 of the file's highest, and one of 3.293 or the file
    /// added. Whoever added the file, be it again, created it.
    #[default]
    Tool,
    /// As the paper has it: both thresholds, and only the first who added the file created it.
    Paper,
}

/// The degree of authorship: of who created the file or not, changed it so often, and whose file others
/// changed so often.
pub fn degree_of_authorship(created: bool, changes: u32, by_others: u32) -> f64 {
    let first = if created { 1.098 } else { 0.0 };
    ABSOLUTE + first + 0.164 * f64::from(changes) - 0.321 * f64::from(by_others).ln_1p()
}

impl Knowledge {
    /// Who knows the files of this tree, by what the commits of the repository at this place say. `sources` says
    /// of each file whether it is a source file; without it its path does.
    pub fn of(
        repository: usize,
        tree: &Tree,
        sources: Option<&[bool]>,
        history: &History,
        committers: &Committers,
    ) -> Knowledge {
        let mut knowledge = Knowledge {
            starts: Vec::with_capacity(tree.len() + 1),
            ..Knowledge::default()
        };
        let person = |author: u32| {
            let who = committers.who(repository, author);
            (!committers.at(who).is_bot).then_some(who)
        };
        let mut names = Names::new(history);
        let mut found: Vec<Part> = Vec::new();
        for (file, path) in tree.paths().enumerate() {
            knowledge.start();
            let is_file = tree.kind(file) == FileKind::File;
            let is_source = match sources {
                Some(sources) => sources.get(file).copied().unwrap_or_default(),
                None => is_source(path),
            };
            knowledge.sources.push(is_file && is_source);
            let Some(place) = history.place_of(path).filter(|_| is_file) else {
                continue;
            };
            found.clear();
            for &name in names.of(place) {
                for touch in history.touches_of(name) {
                    // Whoever only removed it knows nothing of it.
                    if (touch.added.is_some() || touch.changes > 0)
                        && let Some(who) = person(touch.author)
                    {
                        found.push(Part {
                            who,
                            added: touch.added,
                            changes: touch.changes,
                            last: touch.last,
                        });
                    }
                }
            }
            knowledge.add(&mut found);
        }
        knowledge.start();
        knowledge
    }

    fn start(&mut self) {
        let start = u32::try_from(self.experts.len()).unwrap_or(u32::MAX);
        self.starts.push(start);
    }

    /// Adds who did what to one file.
    fn add(&mut self, found: &mut Vec<Part>) {
        found.sort_unstable_by_key(|part| part.who);
        found.dedup_by(|next, part| {
            let same = next.who == part.who;
            if same {
                part.added = match (part.added, next.added) {
                    (Some(one), Some(other)) => Some(one.min(other)),
                    (one, other) => one.or(other),
                };
                part.changes = part.changes.saturating_add(next.changes);
                part.last = part.last.max(next.last);
            }
            same
        });
        let first = found.iter().filter_map(|part| part.added).min();
        let first = found
            .iter()
            .position(|it| it.added.is_some() && it.added == first);
        let all = found
            .iter()
            .fold(0_u32, |all, part| all.saturating_add(part.changes));
        let start = self.experts.len();
        for (place, part) in found.iter().enumerate() {
            let created = part.added.is_some();
            self.experts.push(Expert {
                who: part.who,
                created,
                is_first: first == Some(place),
                changes: part.changes,
                last: part.last,
                doa: degree_of_authorship(created, part.changes, all - part.changes),
            });
        }
        self.experts[start..].sort_by(|a, b| {
            let by_degree = b.doa.total_cmp(&a.doa);
            let by_changes = b.changes.cmp(&a.changes);
            let by_date = b.last.cmp(&a.last);
            by_degree
                .then(by_changes)
                .then(by_date)
                .then(a.who.cmp(&b.who))
        });
    }

    /// How many files there are.
    pub fn len(&self) -> usize {
        self.sources.len()
    }

    /// Whether there is no file.
    pub fn is_empty(&self) -> bool {
        self.sources.is_empty()
    }

    /// Whether a file is written by people in a programming or markup language.
    pub fn is_source(&self, file: usize) -> bool {
        self.sources.get(file).copied().unwrap_or_default()
    }

    /// Whoever added or changed a file, with the highest degree of authorship first; of equal ones whoever
    /// changed it more often, then later, then by place.
    pub fn experts(&self, file: usize) -> &[Expert] {
        match self.starts.get(file..file + 2) {
            Some(&[start, end]) => &self.experts[start as usize..end as usize],
            _ => &[],
        }
    }

    /// The authors of a file, in the order of [`Knowledge::experts`].
    pub fn authors(&self, file: usize, by: Authorship) -> impl Iterator<Item = &Expert> {
        let experts = self.experts(file);
        let all: u32 = experts
            .iter()
            .fold(0, |all, it| all.saturating_add(it.changes));
        let degree = move |it: &Expert| match by {
            Authorship::Tool => it.doa,
            Authorship::Paper => degree_of_authorship(it.is_first, it.changes, all - it.changes),
        };
        let highest = experts.iter().map(degree).fold(0.0, f64::max);
        experts.iter().filter(move |it| {
            let is_enough = degree(it) >= ABSOLUTE || (by == Authorship::Tool && it.created);
            // What never exceeds nothing is no share of anything: there are no authors then.
            is_enough && highest > 0.0 && degree(it) / highest > NORMALIZED
        })
    }
}

/// What somebody did to a file under one of its names.
struct Part {
    who: u32,
    added: Option<Timestamp>,
    changes: u32,
    last: Timestamp,
}

/// Finds what files were called before.
pub(super) struct Names<'h> {
    history: &'h History,
    /// By path: for which search it was last found.
    seen: Vec<u32>,
    search: u32,
    found: Vec<u32>,
}

impl<'h> Names<'h> {
    pub(super) fn new(history: &'h History) -> Names<'h> {
        Names {
            history,
            seen: vec![0; history.paths.len()],
            search: 0,
            found: Vec::new(),
        }
    }

    /// The path at a place and the nearest of all that files there were called before, transitively.
    pub(super) fn of(&mut self, place: u32) -> &[u32] {
        self.search += 1;
        self.found.clear();
        self.find(place);
        let moves = &self.history.moves;
        let mut at = 0;
        while at < self.found.len() && self.found.len() < MOST_NAMES {
            let to = self.found[at];
            let start = moves.partition_point(|it| it.to < to);
            for from in moves[start..].iter().take_while(|it| it.to == to) {
                if self.found.len() < MOST_NAMES {
                    self.find(from.from);
                }
            }
            at += 1;
        }
        &self.found
    }

    fn find(&mut self, place: u32) {
        let seen = &mut self.seen[place as usize];
        if *seen != self.search {
            *seen = self.search;
            self.found.push(place);
        }
    }
}

#[cfg(test)]
pub(super) mod tests;
