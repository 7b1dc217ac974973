//! Matches files against `.gitattributes`. In: the contents of those files. Out: the marks of others.
//!
//! Only tracked attribute files count: `info/attributes` and `core.attributesFile` differ from one
//! machine to the next, and the forge does not have them.

mod lines;
mod pattern;
mod sheet;

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::facts::{Gap, GapKind, Mark, Marks, Tree};
use crate::text::RepoPath;

use self::lines::{State, Subject, lines};
use self::pattern::{AttributePattern, Reached, Work};
use self::sheet::Sheet;

/// How many steps the search for all marks of a repository takes at most: a thousand for each file of two million.
/// Beyond that the marks are missing.
const MOST_STEPS: u64 = 1 << 31;

/// Attribute files beyond this many bytes are not read.
pub(super) const LIMIT: u64 = 4 << 20;

const NAME: &[u8] = b".gitattributes";
const GENERATED: &str = "linguist-generated";
const VENDORED: &str = "linguist-vendored";
const DOCUMENTATION: &str = "linguist-documentation";

/// The attributes that marks are made of; an attribute's number is its place here, and macros come behind.
const NAMES: [&str; 3] = [GENERATED, VENDORED, DOCUMENTATION];

/// The folder whose attribute file is at `path`, if one is.
pub(super) fn folder(path: &[u8]) -> Option<&[u8]> {
    let folder = path.strip_suffix(NAME)?;
    match folder {
        b"" => Some(folder),
        _ => folder.strip_suffix(b"/"),
    }
}

/// The marks of `files`, which are indices of `tree`, whose paths are relative to `prefix`. Each
/// sheet is a folder of the repository with the content of its attribute file.
///
/// # Errors
/// The patterns need more work than the budget allows.
pub(super) fn marks(
    sheets: &[(RepoPath, Vec<u8>)],
    prefix: &RepoPath,
    tree: &Tree,
    files: &[u32],
) -> Result<Marks, Gap> {
    bounded(sheets, prefix, tree, files, MOST_STEPS)
}

fn bounded(
    sheets: &[(RepoPath, Vec<u8>)],
    prefix: &RepoPath,
    tree: &Tree,
    files: &[u32],
    budget: u64,
) -> Result<Marks, Gap> {
    let attributes = Attributes::new(sheets);
    if attributes.sheets.is_empty() {
        return Ok(Marks::default());
    }
    let mut files = files.to_vec();
    files.sort_unstable();

    // Both are sorted: each sheet is opened when the first file of its folder comes, and closed
    // when the first one behind its folder comes.
    let mut search = Search::new(&attributes, budget);
    let mut next = attributes.sheets.iter().peekable();
    let mut path = Vec::new();
    let mut marked = Vec::new();
    for file in files {
        if file as usize >= tree.len() {
            break;
        }
        path.clear();
        path.extend_from_slice(prefix.as_bytes());
        if !path.is_empty() {
            path.push(b'/');
        }
        path.extend_from_slice(tree.path(file as usize));
        while let Some(sheet) = next.next_if(|(below, _)| below.as_slice() <= path.as_slice()) {
            search.close_until(&sheet.0);
            search.open.push(sheet);
        }
        search.close_until(&path);
        marked.push((file, search.mark(&path)));
        if search.work.left == 0 {
            let reason = format!("its patterns take more than {budget} steps to match");
            let gap = Gap::new(GapKind::TooLarge, reason).remedy("use fewer `*` in its patterns");
            let names = search.open.last().map_or(&[][..], |(below, _)| below);
            return Err(gap.at(RepoPath::new([names, NAME].concat())));
        }
    }
    Ok(Marks::new(marked))
}

/// The attribute files of a repository, without what marks no file.
struct Attributes {
    /// What the paths below the folder of a file start with, and its lines; sorted.
    sheets: Vec<(Vec<u8>, Sheet)>,
    /// By number of a line: what it assigns, the last first.
    lines: Vec<Vec<(u32, State)>>,
    /// By number of an attribute: what it assigns as a macro, the last first.
    macros: Vec<Vec<(u32, State)>>,
}

impl Attributes {
    fn new(sheets: &[(RepoPath, Vec<u8>)]) -> Attributes {
        let mut sheets: Vec<&(RepoPath, Vec<u8>)> = sheets.iter().collect();
        sheets.sort();
        let root = sheets.iter().find(|(folder, _)| folder.is_root());
        let (numbers, macros) = macros(root.map_or(&[], |(_, content)| content));
        let mut attributes = Attributes {
            sheets: Vec::new(),
            lines: Vec::new(),
            macros,
        };
        for (folder, content) in sheets {
            let mut below = folder.as_bytes().to_vec();
            if !below.is_empty() {
                below.push(b'/');
            }
            let sheet = attributes.sheet(content, folder.is_root(), &numbers);
            attributes.sheets.extend(sheet.map(|sheet| (below, sheet)));
        }
        // As paths are sorted, with their slash.
        attributes.sheets.sort_by(|one, two| one.0.cmp(&two.0));
        attributes
    }

    /// The lines of a file that assign something that matters.
    fn sheet(
        &mut self,
        content: &[u8],
        is_root: bool,
        numbers: &HashMap<Vec<u8>, u32>,
    ) -> Option<Sheet> {
        let mut kept = Vec::new();
        // By pattern, what later lines assign: that is what counts, so that the same is never assigned twice.
        let mut later: HashMap<AttributePattern, HashSet<u32>> = HashMap::new();
        let all: Vec<_> = lines(content, is_root).collect();
        for line in all.into_iter().rev() {
            let Subject::Files(pattern) = line.subject else {
                continue;
            };
            let mut assigned = numbered(&line.assignments, numbers);
            if assigned.is_empty() {
                continue;
            }
            let known = later.entry(pattern.clone()).or_default();
            assigned.retain(|&(attribute, _)| known.insert(attribute));
            if !assigned.is_empty() {
                kept.push((pattern, assigned));
            }
        }
        if kept.is_empty() {
            return None;
        }
        let mut sheet = Sheet::default();
        for (pattern, assigned) in kept.into_iter().rev() {
            let number = u32::try_from(self.lines.len()).unwrap_or(u32::MAX);
            sheet.add(pattern, number);
            self.lines.push(assigned);
        }
        sheet.finish();
        Some(sheet)
    }
}

/// What a line assigns to attributes that matter, the last first.
fn numbered(assignments: &[(&[u8], State)], numbers: &HashMap<Vec<u8>, u32>) -> Vec<(u32, State)> {
    let assignments = assignments.iter().rev();
    let known = assignments.filter_map(|&(name, state)| Some((*numbers.get(name)?, state)));
    known.collect()
}

/// What a line or a macro assigns, by the numbers of the attributes.
type Assignments = Vec<(u32, State)>;

/// The numbers of attributes that matter, and what the macros among them assign: those that lead to a mark.
fn macros(root: &[u8]) -> (HashMap<Vec<u8>, u32>, Vec<Assignments>) {
    // The last definition of a name counts.
    let mut defined: BTreeMap<Vec<u8>, Vec<(&[u8], State)>> = BTreeMap::new();
    for line in lines(root, true) {
        if let Subject::Macro(name) = line.subject {
            defined.insert(name.into_owned(), line.assignments);
        }
    }
    let mut used_by: HashMap<&[u8], Vec<&[u8]>> = HashMap::new();
    for (name, assignments) in &defined {
        for (assigned, _) in assignments {
            used_by.entry(assigned).or_default().push(name);
        }
    }
    let mut order: Vec<&[u8]> = NAMES.iter().map(|name| name.as_bytes()).collect();
    let mut seen: HashSet<&[u8]> = order.iter().copied().collect();
    let mut next = 0;
    while let Some(&name) = order.get(next) {
        next += 1;
        let users = used_by.remove(name).unwrap_or_default();
        order.extend(users.into_iter().filter(|user| seen.insert(user)));
    }
    let numbers = order.iter().map(|name| name.to_vec()).zip(0..).collect();
    let macros = order.iter().map(|name| {
        let assignments = defined.get(*name);
        assignments.map_or(Vec::new(), |all| numbered(all, &numbers))
    });
    let macros = macros.collect();
    (numbers, macros)
}

/// The sheets of the folders on the way to a path, and what was found with them.
struct Search<'a> {
    attributes: &'a Attributes,
    open: Vec<&'a (Vec<u8>, Sheet)>,
    /// By the lines that match, the last first. Paths mostly have the same lines as others.
    known: HashMap<Vec<u32>, Mark>,
    /// How many numbers are kept in `known`.
    kept: usize,
    /// By attribute: the search that assigned it, and what.
    assigned: Vec<(u64, State)>,
    searches: u64,
    reached: Reached,
    work: Work,
    found: Vec<u32>,
}

impl<'a> Search<'a> {
    /// Beyond this many numbers nothing more is kept.
    const MOST_KEPT: usize = 1 << 22;

    fn new(attributes: &'a Attributes, budget: u64) -> Self {
        Search {
            attributes,
            open: Vec::new(),
            known: HashMap::new(),
            kept: 0,
            assigned: vec![(0, State::Unset); attributes.macros.len()],
            searches: 0,
            reached: Reached::default(),
            work: Work { left: budget },
            found: Vec::new(),
        }
    }

    fn close_until(&mut self, path: &[u8]) {
        while self
            .open
            .pop_if(|(below, _)| !path.starts_with(below))
            .is_some()
        {}
    }

    fn mark(&mut self, path: &[u8]) -> Mark {
        self.found.clear();
        for (below, sheet) in &self.open {
            let path = &path[below.len()..];
            sheet.find(path, &mut self.reached, &mut self.work, &mut self.found);
        }
        if self.found.is_empty() {
            return Mark::default();
        }
        // Lines are numbered from the root down, so that the last that matches has the highest number.
        self.found.sort_unstable_by(|one, two| two.cmp(one));
        if let Some(mark) = self.known.get(&self.found) {
            return *mark;
        }
        let mark = self.resolve();
        if self.kept < Self::MOST_KEPT {
            self.kept += self.found.len();
            self.known.insert(self.found.clone(), mark);
        }
        mark
    }

    /// What the lines that match assign: to each attribute the first assignment counts, and one that is set brings
    /// what it assigns as a macro, before what comes behind it.
    fn resolve(&mut self) -> Mark {
        self.searches += 1;
        let Attributes { lines, macros, .. } = self.attributes;
        let mut ahead = Vec::new();
        for &line in &self.found {
            ahead.push(lines[line as usize].iter());
            while let Some(assignments) = ahead.last_mut() {
                let Some(&(attribute, state)) = assignments.next() else {
                    ahead.pop();
                    continue;
                };
                self.work.take(1);
                let assigned = &mut self.assigned[attribute as usize];
                if assigned.0 == self.searches {
                    continue;
                }
                *assigned = (self.searches, state);
                if state == State::Set {
                    ahead.push(macros[attribute as usize].iter());
                }
            }
        }
        let value = |attribute: usize| {
            let (search, state) = self.assigned[attribute];
            (search == self.searches).then(|| state.as_bool()).flatten()
        };
        Mark {
            generated: value(0),
            vendored: value(1),
            documentation: value(2),
        }
    }
}

#[cfg(test)]
mod tests;
