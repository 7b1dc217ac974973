//! Tags, and which of them are releases.

use std::collections::BTreeSet;

use gix::ObjectId;
use memchr::{memchr, memmem, memrchr};

use super::commit::{seconds, timestamp};
use super::gather::commit_id;
use super::graph::{Claims, Graph};
use super::objects::Objects;
use super::sum::Sum;
use crate::facts::Tag;
use crate::sources::repository::Git;

/// A tag may name a tag, and so on; nobody does that more than once or twice.
const DEEPEST: usize = 16;

/// What was found of tags.
pub(super) struct Tags {
    pub(super) all: Vec<Tag>,
    /// What some stand for, and could not be read.
    pub(super) missing: BTreeSet<ObjectId>,
}

/// Those of these tags, by name and what each stands for, that are on commits that were walked, with what is new
/// in each release.
pub(super) fn read(git: &Git, tags: &[(String, ObjectId)], graph: &Graph, sum: &Sum<'_>) -> Tags {
    let mut objects = Objects::new(git.shared().to_thread_local());
    let mut missing = BTreeSet::new();
    let tags = tags.iter().filter_map(|(name, id)| {
        let (commit, date) = peel(&mut objects, graph, *id, &mut missing)?;
        let date = date.unwrap_or(graph.at(commit).committed);
        sum.is_there(date).then(|| (date, name.clone(), commit))
    });
    let mut tags: Vec<(i64, String, u32)> = tags.collect();
    tags.sort();
    let mut claims = Claims::new(graph);
    let tags = tags.into_iter().map(|(date, name, commit)| {
        let written = match is_release(&name) {
            true => sum.written(&mut claims, commit, date),
            false => Vec::new(),
        };
        Tag {
            date: timestamp(date),
            name,
            commit: commit_id(graph.at(commit).id),
            written,
        }
    });
    Tags {
        all: tags.collect(),
        missing,
    }
}

/// The walked commit that a tag stands for, and the date that the outermost tag object has.
fn peel(
    objects: &mut Objects,
    graph: &Graph,
    id: ObjectId,
    missing: &mut BTreeSet<ObjectId>,
) -> Option<(u32, Option<i64>)> {
    let (mut id, mut date) = (id, None);
    for depth in 0..DEEPEST {
        if let Some(commit) = graph.find(&id) {
            return graph.is_reached(commit).then_some((commit, date));
        }
        // A commit that was not walked is none, and an object that is missing may come.
        if !objects.has(id) {
            missing.insert(id);
        }
        let tag = objects.tag(id).ok()?;
        let head = memmem::find(tag, b"\n\n").map_or(tag, |end| &tag[..end]);
        if depth == 0 {
            let tagger = memmem::find(head, b"\ntagger ").map(|at| &head[at + 1..]);
            let line = tagger.map(|line| &line[..memchr(b'\n', line).unwrap_or(line.len())]);
            date = line.and_then(seconds);
        }
        let named = head
            .strip_prefix(b"object ")?
            .get(..id.kind().len_in_hex())?;
        id = ObjectId::from_hex(named).ok()?;
    }
    None
}

/// Whether a tag's name is a version of two or three numbers, perhaps with a `v`, and perhaps behind a
/// prefix that ends in `-`, `_` or `/`. What has something behind the numbers is no release yet.
fn is_release(name: &str) -> bool {
    let bytes = name.as_bytes();
    let end = |byte: u8| memrchr(byte, bytes).map_or(0, |at| at + 1);
    let start = end(b'-').max(end(b'_')).max(end(b'/'));
    let version = &name[start..];
    let version = version.strip_prefix('v').unwrap_or(version);
    let parts: Vec<&str> = version.split('.').collect();
    let is_number = |part: &&str| !part.is_empty() && part.bytes().all(|it| it.is_ascii_digit());
    matches!(parts.len(), 2 | 3) && parts.iter().all(is_number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_releases() {
        for name in ["v1.2.3", "1.2", "app/v1.2.3", "app-1.2.3", "a_b/c-10.20"] {
            assert!(is_release(name), "{name}");
        }
        for name in [
            "v1.2.3-rc1",
            "v1.2.3-rc.1",
            "v1",
            "1.2.3.4",
            "v1.2.",
            "latest",
            "",
            "v1.x",
            "vv1.2",
            "xv1.2",
            "1.2-",
        ] {
            assert!(!is_release(name), "{name}");
        }
    }
}
