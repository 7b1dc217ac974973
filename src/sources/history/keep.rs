//! What was walked, in the form in which it is kept on disk, and back.
//!
//! Who and when stands apart from what was changed: as many hashes as there are commits, and what
//! they say of who wrote them, each once; then for each commit its number of parents with two bits (the
//! lowest: it takes something back; the next: what it did is kept), its author by number, how much later
//! than the commit before it was committed, how much later than that it was written, in seconds; and for
//! each parent how many commits of the chunk further on it is, or 0 and its hash.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use gix::ObjectId;

use super::authors::Idents;
use super::graph::{Graph, Said, State};
use super::records::{Bytes, Change, Outcome, Reader, Writer, put, put_signed, put_slice};
use super::walk::Chunk;
use crate::sources::repository::Git;
use crate::sources::store::{Database, Kept, Kind};

const IS_REVERT: u64 = 1;
const IS_KNOWN: u64 = 2;

/// More rows than this, and the smallest are taken out; the next run reads their commits as one.
const MOST_ROWS: usize = 256;

/// A row of less commits than this is a small one.
const FEW: usize = 256;

/// Where something is kept of a repository. Of one with objects that stand in for others nothing may be: what
/// commits say there is another thing as soon as somebody takes those away.
pub(super) fn database(git: &Git, folder: &Path, what: &[&[u8]]) -> Database {
    let common = git.common_dir();
    let common = std::fs::canonicalize(&common).unwrap_or(common);
    let place = common.as_os_str().as_encoded_bytes();
    // A repository of SHA-256 names that takes the place of another one has a database of its own.
    let format: &[&[u8]] = match git.hash_width() {
        20 => &[],
        _ => &[b"sha256"],
    };
    Database::new(folder, &[&[place], what, format].concat())
}

/// What was kept of a repository.
#[derive(Default)]
pub(super) struct Memory {
    pub(super) graph: Graph,
    pub(super) idents: Idents,
    /// Commits with what they did.
    pub(super) chunks: Vec<Chunk>,
    /// Merges with what differs from their first parents.
    pub(super) merges: Vec<Chunk>,
    /// The row of each of `chunks`.
    rows: Vec<i64>,
    /// By number: whether a commit is kept, and whether it is with what it did.
    kept: Vec<(bool, bool)>,
    kept_merges: HashSet<u32>,
}

impl Memory {
    /// What rows hold, of a repository whose hashes have `width` bytes. None if one of them holds anything else.
    pub(super) fn recall(rows: Vec<Kept>, width: usize) -> Option<Memory> {
        let mut memory = Memory::default();
        for row in rows {
            match row.kind {
                Kind::Commits => {
                    let commits = memory.heads(&row.heads, width)?;
                    memory.rows.push(row.id);
                    memory.chunks.push(chunk(commits, row.changes));
                }
                Kind::Merges => {
                    let mut bytes = Bytes(&row.heads);
                    let commits = ids(&mut bytes, width)?.map(|id| memory.graph.number(id));
                    let commits: Vec<u32> = commits.collect();
                    // Heads of commits start as those of merges do.
                    if !bytes.0.is_empty() {
                        return None;
                    }
                    memory.kept_merges.extend(&commits);
                    memory.merges.push(chunk(commits, row.changes));
                }
            }
        }
        Some(memory)
    }

    /// Whether it is kept what a commit did.
    pub(super) fn knows(&self, commit: u32) -> bool {
        self.kept.get(commit as usize).is_some_and(|kept| kept.1)
    }

    /// Whether it is kept what a merge changed on the line of first parents.
    pub(super) fn knows_merge(&self, commit: u32) -> bool {
        self.kept_merges.contains(&commit)
    }

    fn heads(&mut self, heads: &[u8], width: usize) -> Option<Vec<u32>> {
        let mut bytes = Bytes(heads);
        let commits = ids(&mut bytes, width)?;
        let commits: Vec<u32> = commits.map(|id| self.graph.number(id)).collect();
        let count = bytes.number()?;
        let mut authors = Vec::new();
        for _ in 0..count {
            authors.push(self.idents.number(bytes.slice()?));
        }
        let mut before = 0_i64;
        let mut parents = Vec::new();
        for (place, &commit) in commits.iter().enumerate() {
            let flags = bytes.number()?;
            let author = usize::try_from(bytes.number()?).ok()?;
            let committed = before.wrapping_add(bytes.signed()?);
            let authored = committed.wrapping_add(bytes.signed()?);
            before = committed;
            parents.clear();
            for _ in 0..flags >> 2 {
                parents.push(match usize::try_from(bytes.number()?).ok()? {
                    0 => object_id(bytes.take(width)?)?,
                    further => {
                        let parent = commits.get(place.checked_add(further)?)?;
                        self.graph.at(*parent).id
                    }
                });
            }
            // The first to be read counts; they are all the same.
            if self.graph.at(commit).state == State::Named {
                let said = Said {
                    author: *authors.get(author)?,
                    authored,
                    committed,
                    is_revert: flags & IS_REVERT != 0,
                };
                self.graph.set(commit, said, parents.drain(..));
            }
            let place = commit as usize;
            if place >= self.kept.len() {
                self.kept.resize(self.graph.commits.len(), (false, false));
            }
            self.kept[place].0 = true;
            self.kept[place].1 |= flags & IS_KNOWN != 0;
        }
        bytes.0.is_empty().then_some(commits)
    }
}

/// What is worth keeping of a run.
pub(super) struct News<'n> {
    pub(super) graph: &'n Graph,
    pub(super) idents: &'n Idents,
    pub(super) memory: &'n Memory,
}

impl News<'_> {
    /// Rows to add.
    pub(super) fn rows(&self, chunks: &[Chunk], merges: &[Chunk]) -> Vec<Kept> {
        let commits = chunks.iter().filter_map(|chunk| self.commits(chunk));
        let merges = merges.iter().filter_map(|chunk| self.merges(chunk));
        commits.chain(merges).collect()
    }

    /// Rows to take out. When most of what is kept is of commits that are gone: those that hold mostly
    /// such ones. When there are many rows: the small ones.
    pub(super) fn old_rows(&self) -> Vec<i64> {
        let memory = self.memory;
        let used = |chunk: &Chunk| {
            let commits = chunk.commits.iter();
            commits.filter(|&&it| self.graph.is_reached(it)).count()
        };
        let all: usize = memory.chunks.iter().map(|chunk| chunk.commits.len()).sum();
        let all_used: usize = memory.chunks.iter().map(used).sum();
        let (is_stale, is_split) = (all_used * 2 < all, memory.chunks.len() > MOST_ROWS);
        let rows = memory.rows.iter().zip(&memory.chunks);
        let rows = rows.filter(|(_, chunk)| {
            let is_unused = used(chunk) * 2 < chunk.commits.len();
            (is_stale && is_unused) || (is_split && chunk.commits.len() < FEW)
        });
        rows.map(|(&row, _)| row).collect()
    }

    /// A chunk of commits, without those of which nothing is worth keeping: what lies at the boundary of
    /// a shallow clone is another thing in a deeper one, and what could not be read may be there tomorrow.
    fn commits(&self, chunk: &Chunk) -> Option<Kept> {
        let (mut paths, mut outcomes, mut all) = (Vec::new(), Vec::new(), Vec::new());
        let mut reader = Reader::new(&chunk.changes)?;
        for _ in &chunk.commits {
            let start = all.len();
            let name = |path: &[u8]| {
                paths.push(path.to_vec());
                u32::try_from(paths.len() - 1).unwrap_or(u32::MAX)
            };
            let outcome = reader.commit(name, |change| all.push(change))?;
            outcomes.push((outcome, start..all.len()));
        }
        let is_known = |outcome: Outcome| matches!(outcome, Outcome::Whole | Outcome::TooMany);
        let is_kept = |commit: u32| {
            let kept = self.memory.kept.get(commit as usize);
            kept.is_some_and(|kept| kept.0)
        };
        let stays = |commit: u32, outcome: Outcome| {
            let is_whole = self.graph.at(commit).state == State::Reached;
            is_whole && (is_known(outcome) || !is_kept(commit))
        };
        let mut writer = Writer::default();
        let mut commits = Vec::new();
        for (&commit, (outcome, changes)) in chunk.commits.iter().zip(&outcomes) {
            if !stays(commit, *outcome) {
                continue;
            }
            commits.push((commit, is_known(*outcome)));
            if !is_known(*outcome) {
                writer.end(Outcome::Unknown);
                continue;
            }
            for &change in &all[changes.clone()] {
                let mut path = |path: u32| writer.path(&paths[path as usize]);
                let change = match change {
                    Change::Added(at) => Change::Added(path(at)),
                    Change::Changed(at) => Change::Changed(path(at)),
                    Change::Removed(at) => Change::Removed(path(at)),
                    Change::Moved(from, to) => Change::Moved(path(from), path(to)),
                };
                writer.push(change);
            }
            writer.end(*outcome);
        }
        (!commits.is_empty()).then(|| Kept {
            id: 0,
            kind: Kind::Commits,
            heads: self.heads(&commits),
            changes: writer.finish(),
        })
    }

    /// A chunk of merges, if all of them could be read.
    fn merges(&self, chunk: &Chunk) -> Option<Kept> {
        if chunk.unreadable > 0 || chunk.only_exact > 0 {
            return None;
        }
        let mut heads = Vec::new();
        put(&mut heads, chunk.commits.len() as u64);
        for &commit in &chunk.commits {
            heads.extend_from_slice(self.graph.at(commit).id.as_bytes());
        }
        Some(Kept {
            id: 0,
            kind: Kind::Merges,
            heads,
            changes: chunk.changes.clone(),
        })
    }

    fn heads(&self, commits: &[(u32, bool)]) -> Vec<u8> {
        let mut out = Vec::new();
        put(&mut out, commits.len() as u64);
        let mut places = HashMap::new();
        for (place, &(commit, _)) in commits.iter().enumerate() {
            places.insert(commit, place);
            out.extend_from_slice(self.graph.at(commit).id.as_bytes());
        }
        let (mut authors, mut author_places) = (Vec::new(), HashMap::new());
        for &(commit, _) in commits {
            let author = self.graph.at(commit).author;
            author_places.entry(author).or_insert_with(|| {
                authors.push(author);
                authors.len() as u64 - 1
            });
        }
        put(&mut out, authors.len() as u64);
        for author in authors {
            put_slice(&mut out, &self.idents.all()[author as usize]);
        }
        let mut before = 0_i64;
        for (place, &(commit, is_known)) in commits.iter().enumerate() {
            let said = self.graph.said(commit);
            let parents = self.graph.parents(commit);
            let revert = if said.is_revert { IS_REVERT } else { 0 };
            let known = if is_known { IS_KNOWN } else { 0 };
            put(&mut out, (parents.len() as u64) << 2 | known | revert);
            put(&mut out, author_places[&said.author]);
            put_signed(&mut out, said.committed.wrapping_sub(before));
            put_signed(&mut out, said.authored.wrapping_sub(said.committed));
            before = said.committed;
            for parent in parents {
                let further = places.get(parent).and_then(|it| it.checked_sub(place));
                match further.filter(|&further| further > 0) {
                    Some(further) => put(&mut out, further as u64),
                    None => {
                        put(&mut out, 0);
                        out.extend_from_slice(self.graph.at(*parent).id.as_bytes());
                    }
                }
            }
        }
        out
    }
}

fn chunk(commits: Vec<u32>, changes: Vec<u8>) -> Chunk {
    Chunk {
        commits,
        changes,
        ..Chunk::default()
    }
}

/// How many hashes, and those, of `width` bytes each.
fn ids<'b>(
    bytes: &mut Bytes<'b>,
    width: usize,
) -> Option<impl Iterator<Item = ObjectId> + use<'b>> {
    let count = usize::try_from(bytes.number()?).ok()?;
    let ids = bytes.take(count.checked_mul(width)?)?;
    Some(ids.chunks_exact(width).filter_map(object_id))
}

fn object_id(bytes: &[u8]) -> Option<ObjectId> {
    ObjectId::try_from(bytes).ok()
}
