//! Changes run again past the ownership file: whom each of them needs.
//!
//! A change is what arrived as one on the line of first parents. It needs, for each path that it touches, the
//! owners of the line that decides over that path; a file that went elsewhere is touched at both places, as
//! the forge counts. The ownership file is the one of today, so that the answer says what the same work would
//! need now. Owners are names as they are written, equal whatever their case.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;

use super::Measures;
use crate::codeowners::{Matcher, OwnershipFile, OwnershipRule};
use crate::facts::{History, How, Landing};
use crate::graph::{Actor, Graph};
use crate::identity::name_of;

/// All changes of the longest window, over all repositories of a run.
#[derive(Debug, Default)]
pub struct Replay {
    groups: Vec<OwnerGroup>,
    actors: Vec<Actor>,
    repositories: Vec<Option<Replayed>>,
}

/// Owners who stand on one line together: any one of them can approve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnerGroup {
    /// The owners in lower case, each once, ascending: what groups are compared by.
    pub key: Box<[String]>,
    /// The owners as the first line has them, in its order.
    pub owners: Box<[String]>,
    /// Who they are, by places among [`Replay::actors`], each once, in the order of the line; of a line that
    /// names more than anybody would ask, the first ones. An owner that is no name at all is left out.
    pub actors: Box<[u32]>,
    /// Whom no approval can do without: the only owner, and the only person behind it. Empty for a group that
    /// no change needs.
    pub needs: Box<[u32]>,
}

/// The changes of one repository.
#[derive(Debug, Default)]
pub struct Replayed {
    /// Whether there is an ownership file that can be read; without one nothing needs anybody.
    pub has_file: bool,
    /// The groups that its ownership file names, by place among [`Replay::groups`], ascending.
    pub named: Vec<u32>,
    /// The newest first, as in [`History::changes`].
    pub changes: Vec<ReplayedChange>,
}

/// A change, and whom it needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplayedChange {
    /// Its place among [`History::changes`].
    pub landing: u32,
    /// When it arrived.
    pub landed: Timestamp,
    /// The person who wrote most of it, by place among the committers; none for a change of bots alone, or
    /// of nobody.
    pub author: Option<u32>,
    /// Whether there are authors, and all of them are bots.
    pub is_by_bots: bool,
    /// The groups that it needs, by place among [`Replay::groups`], each once, ascending.
    pub groups: Box<[u32]>,
    /// How many paths it touches: of a file that went elsewhere, both.
    pub paths: u32,
    /// How many of them nobody owns.
    pub unowned: u32,
}

/// Of more owners on one line only the first ones are looked at: the most people that any line is known to
/// ask are half of that.
pub(super) const MOST_OWNERS: usize = 100;

impl Replay {
    /// Runs the changes of all repositories of a run past their ownership files. Every path is decided over
    /// once, however many changes touch it.
    pub(super) fn of(measures: &Measures<'_>) -> Replay {
        let graph = measures.graph;
        let mut tables = Tables::default();
        let mut repositories = Vec::new();
        for (place, member) in graph.members().iter().enumerate() {
            let replayed = measures.history(place).map(|history| {
                let file = member.repository.ownership_files.in_use.present();
                let changes = match file {
                    Some(file) => {
                        let group_of = tables.enter(place, file, graph);
                        let mut named: Vec<u32> = group_of.iter().filter_map(|it| *it).collect();
                        named.sort_unstable();
                        named.dedup();
                        let decided = decide(history, file, &group_of);
                        let change = |at| replay(measures, place, history, at, &decided);
                        (named, (0..history.changes.len()).map(change).collect())
                    }
                    None => {
                        let change = |at| replay(measures, place, history, at, &[]);
                        (Vec::new(), (0..history.changes.len()).map(change).collect())
                    }
                };
                Replayed {
                    has_file: file.is_some(),
                    named: changes.0,
                    changes: changes.1,
                }
            });
            repositories.push(replayed);
        }
        tables.finish(repositories, graph)
    }

    /// All groups that any ownership file names, in the order of their keys.
    pub fn groups(&self) -> &[OwnerGroup] {
        &self.groups
    }

    /// The group at a place.
    pub fn group(&self, place: u32) -> &OwnerGroup {
        &self.groups[place as usize]
    }

    /// All owners that any group names, and whom such a group cannot do without.
    pub fn actors(&self) -> &[Actor] {
        &self.actors
    }

    /// The owner at a place.
    pub fn actor(&self, place: u32) -> &Actor {
        &self.actors[place as usize]
    }

    /// The place of an actor, if any group names it.
    pub fn place_of(&self, actor: &Actor) -> Option<u32> {
        let found = self.actors.binary_search(actor).ok()?;
        u32::try_from(found).ok()
    }

    /// The changes of the repository at this place; none where its history was not read.
    pub fn repository(&self, place: usize) -> Option<&Replayed> {
        self.repositories.get(place)?.as_ref()
    }

    /// All repositories whose history was read, by place.
    pub fn repositories(&self) -> impl Iterator<Item = (usize, &Replayed)> {
        let all = self.repositories.iter().enumerate();
        all.filter_map(|(place, it)| Some((place, it.as_ref()?)))
    }
}

impl OwnerGroup {
    /// The owners as one writes them in a sentence: `@acme/web or @ann`.
    pub fn label(&self) -> String {
        const MOST_NAMED: usize = 3;
        let shown = self.owners.iter().take(MOST_NAMED).map(String::as_str);
        let shown = shown.collect::<Vec<_>>().join(" or ");
        match self.owners.len().saturating_sub(MOST_NAMED) {
            0 => shown,
            more => format!("{shown} or {more} more"),
        }
    }
}

impl Replayed {
    /// The changes that arrived since then, the newest first.
    pub fn since(&self, start: Timestamp) -> impl Iterator<Item = &ReplayedChange> {
        // A line of first parents is not always in the order of its dates.
        self.changes.iter().filter(move |it| it.landed >= start)
    }
}

/// All paths of a landing, by place: of a file that went elsewhere both, each once, ascending.
pub fn touched(landing: &Landing) -> Vec<u32> {
    let mut paths: Vec<u32> = Vec::with_capacity(landing.touched.len());
    for touched in &landing.touched {
        paths.push(touched.path);
        if let How::Moved(from) = touched.how {
            paths.push(from);
        }
    }
    paths.sort_unstable();
    paths.dedup();
    paths
}

/// By path of the history: the group that owns it plus one; 0 where nobody does, or no change touches it.
fn decide(history: &History, file: &OwnershipFile, group_of: &[Option<u32>]) -> Vec<u32> {
    let mut is_touched = vec![false; history.paths.len()];
    for path in history.changes.iter().flat_map(touched) {
        is_touched[path as usize] = true;
    }
    let matcher = Matcher::new(file.patterns());
    let mut walker = matcher.last_match();
    let mut decided = vec![0; history.paths.len()];
    // Paths are sorted, which is the order in which a walker is fastest.
    for (place, path) in history
        .paths
        .iter()
        .enumerate()
        .filter(|it| is_touched[it.0])
    {
        let rule = walker.find(path.as_bytes());
        let group = rule.and_then(|rule| group_of[rule]);
        decided[place] = group.map_or(0, |group| group + 1);
    }
    decided
}

/// Whom the change at a place of the history needs; `decided` is empty where there is no ownership file.
fn replay(
    measures: &Measures<'_>,
    repository: usize,
    history: &History,
    at: usize,
    decided: &[u32],
) -> ReplayedChange {
    let landing = &history.changes[at];
    let paths = touched(landing);
    let group = |path: &u32| decided.get(*path as usize)?.checked_sub(1);
    let mut groups: Vec<u32> = paths.iter().filter_map(group).collect();
    let owned = groups.len();
    groups.sort_unstable();
    groups.dedup();
    let committers = &measures.committers;
    let mut authors = landing.authors.iter();
    let mut authors = authors.by_ref().map(|&it| committers.who(repository, it));
    let author = authors.find(|&it| !committers.at(it).is_bot);
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    ReplayedChange {
        landing: number(at),
        landed: landing.landed,
        author,
        is_by_bots: author.is_none() && !landing.authors.is_empty(),
        groups: groups.into(),
        paths: number(paths.len()),
        unowned: number(paths.len() - owned),
    }
}

/// Groups by the order in which they first came, over all repositories.
#[derive(Default)]
struct Tables {
    places: HashMap<Box<[String]>, u32>,
    groups: Vec<Entered>,
}

struct Entered {
    key: Box<[String]>,
    owners: Box<[String]>,
    actors: Vec<Actor>,
    /// The line that named it first.
    said: (usize, usize),
}

impl Tables {
    /// By rule of a file: its group, if it names anybody.
    fn enter(
        &mut self,
        repository: usize,
        file: &OwnershipFile,
        graph: &Graph<'_>,
    ) -> Vec<Option<u32>> {
        let rules = file.rules().iter().enumerate();
        let group = |(place, rule): (usize, &OwnershipRule)| {
            let mut key: Vec<String> = rule.owners().iter().map(|it| it.normalized()).collect();
            key.sort_unstable();
            key.dedup();
            let key: Box<[String]> = key.into();
            if key.is_empty() {
                return None;
            }
            if let Some(&known) = self.places.get(&key) {
                return Some(known);
            }
            let mut actors: Vec<Actor> = Vec::new();
            for owner in rule.owners().iter().take(MOST_OWNERS) {
                let name = name_of(owner.kind(), owner.text());
                let actor = name.map(|name| graph.actor(&name));
                actors.extend(actor.filter(|it| !actors.contains(it)));
            }
            let number = u32::try_from(self.groups.len()).unwrap_or(u32::MAX);
            self.places.insert(key.clone(), number);
            self.groups.push(Entered {
                key,
                owners: rule.owner_names().collect(),
                actors,
                said: (repository, place),
            });
            Some(number)
        };
        rules.map(group).collect()
    }

    /// The groups in the order of their keys, and all places that are told by them.
    fn finish(self, mut repositories: Vec<Option<Replayed>>, graph: &Graph<'_>) -> Replay {
        let mut order: Vec<usize> = (0..self.groups.len()).collect();
        order.sort_by(|&a, &b| self.groups[a].key.cmp(&self.groups[b].key));
        let mut place = vec![0; order.len()];
        for (new, &old) in (0_u32..).zip(&order) {
            place[old] = new;
        }
        let mut is_needed = vec![false; order.len()];
        for replayed in repositories.iter_mut().flatten() {
            let renumber = |groups: &mut [u32]| {
                groups.iter_mut().for_each(|it| *it = place[*it as usize]);
                groups.sort_unstable();
            };
            renumber(&mut replayed.named);
            for change in &mut replayed.changes {
                renumber(&mut change.groups);
                change
                    .groups
                    .iter()
                    .for_each(|&it| is_needed[it as usize] = true);
            }
        }
        let needs = |at: usize| -> Vec<Actor> {
            let (repository, rule) = self.groups[order[at]].said;
            let approval = is_needed[at].then(|| graph.approval(repository, rule));
            let approval = approval.flatten();
            approval.map_or(Vec::new(), |it| it.indispensable.clone())
        };
        let needs: Vec<Vec<Actor>> = (0..order.len()).map(needs).collect();
        let named = self.groups.iter().map(|it| &it.actors);
        let actors = named.chain(&needs).flatten().cloned();
        let places: BTreeMap<Actor, ()> = actors.map(|actor| (actor, ())).collect();
        let actors: Vec<Actor> = places.into_keys().collect();
        let all = |of: &[Actor]| -> Box<[u32]> {
            let found = of.iter().filter_map(|it| actors.binary_search(it).ok());
            found.filter_map(|it| u32::try_from(it).ok()).collect()
        };
        let groups = order.iter().zip(&needs).map(|(&old, needs)| {
            let group = &self.groups[old];
            OwnerGroup {
                key: group.key.clone(),
                owners: group.owners.clone(),
                actors: all(&group.actors),
                needs: all(needs),
            }
        });
        Replay {
            groups: groups.collect(),
            actors,
            repositories,
        }
    }
}

#[cfg(test)]
mod tests;
