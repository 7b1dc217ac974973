//! A history as plain maps from paths to files, and the same as objects of git.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use gix::ObjectId;
use gix::hash::Kind as Hash;
use gix::objs::{Kind, compute_hash};

use crate::fuzzing::Code;

/// Paths whose order in trees differs from that of their bytes, or that are unusual.
const PATHS: [&[u8]; 16] = [
    b"a",
    b"a/b",
    b"a/b/c",
    b"a.b",
    b"a-",
    b"a0",
    b"a/b.c",
    b"a/b0",
    b"z/y/x",
    b"z/y",
    b"ab",
    b"A",
    b"\xff",
    b"a\nb",
    b"d/e/f/g",
    b".mailmap",
];

/// Names and addresses, as commits have them.
pub(super) const AUTHORS: [(&str, &str); 4] = [
    ("Ann", "ann@acme.test"),
    ("Bob B", "bob@acme.test"),
    ("", "eve@acme.test"),
    ("Zoë", ""),
];

const MODES: [&str; 3] = ["100644", "100755", "120000"];

/// The most commits of one input.
const MOST: usize = 24;

/// The bytes of an input, zeros behind its end.
pub(super) struct Bytes<'d>(&'d [u8]);

impl<'d> Bytes<'d> {
    pub(super) fn new(data: &'d [u8]) -> Bytes<'d> {
        Bytes(data)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn next(&mut self) -> u8 {
        match self.0.split_first() {
            Some((&first, rest)) => {
                self.0 = rest;
                first
            }
            None => 0,
        }
    }

    pub(super) fn number(&mut self) -> u16 {
        u16::from_le_bytes([self.next(), self.next()])
    }

    pub(super) fn rest(&self) -> &'d [u8] {
        self.0
    }
}

/// The mode and the content of a file.
type File = (&'static str, Vec<u8>);

/// The files of a commit, by their paths.
type Files = BTreeMap<&'static [u8], File>;

/// A commit of the model.
pub(super) struct Commit {
    /// Places of other commits.
    pub(super) parents: Vec<usize>,
    pub(super) author: usize,
    pub(super) second: i64,
    pub(super) is_revert: bool,
    pub(super) files: Files,
}

/// Commits; the last one is `HEAD`.
#[derive(Default)]
pub(super) struct Model {
    pub(super) commits: Vec<Commit>,
}

impl Model {
    /// Runs a program: of each commit its parents and author, then what it writes and removes.
    pub(super) fn play(bytes: &mut Bytes<'_>) -> Model {
        let mut model = Model::default();
        while !bytes.is_empty() && model.commits.len() < MOST {
            let (how, who) = (bytes.next(), bytes.next());
            if how == 0xff {
                break;
            }
            let count = model.commits.len();
            let other = |high: u8| (count > 0).then(|| usize::from(high) % count);
            let last = count.checked_sub(1);
            let first = if how & 3 == 3 { other(how >> 4) } else { last };
            let second = if how & 12 == 12 {
                other(who >> 4)
            } else {
                None
            };
            let mut parents: Vec<usize> = first.into_iter().chain(second).collect();
            parents.dedup();
            let mut files = first.map_or_else(Files::new, |it| model.commits[it].files.clone());
            for _ in 0..who >> 2 & 3 {
                let (path, file) = (bytes.next(), bytes.next());
                write(&mut files, PATHS[usize::from(path) % PATHS.len()], file);
            }
            model.commits.push(Commit {
                parents,
                author: usize::from(who & 3),
                second: 1_000 + i64::try_from(count).unwrap_or_default(),
                is_revert: how & 64 != 0,
                files,
            });
        }
        model
    }

    /// Places of the commits that the last one has in its history, itself included.
    pub(super) fn reached(&self) -> Vec<usize> {
        let mut reached = BTreeSet::new();
        let mut left: Vec<usize> = self.commits.len().checked_sub(1).into_iter().collect();
        while let Some(place) = left.pop() {
            if reached.insert(place) {
                left.extend(&self.commits[place].parents);
            }
        }
        reached.into_iter().collect()
    }

    /// What a commit did to which path, sorted.
    pub(super) fn changes(&self, place: usize) -> Vec<(u8, Vec<u8>)> {
        let none = Files::new();
        let commit = &self.commits[place];
        let parent = commit.parents.first();
        let (old, new) = (
            parent.map_or(&none, |&it| &self.commits[it].files),
            &commit.files,
        );
        let paths: BTreeSet<&[u8]> = old.keys().chain(new.keys()).copied().collect();
        let changes = paths.into_iter().filter_map(|path| {
            let how = match (old.get(path), new.get(path)) {
                (None, _) => b'A',
                (_, None) => b'D',
                (old, new) if old != new => b'M',
                _ => return None,
            };
            Some((how, path.to_vec()))
        });
        let mut changes: Vec<_> = changes.collect();
        changes.sort();
        changes
    }
}

/// Writes or removes a file; what is in its way goes.
fn write(files: &mut Files, path: &'static [u8], file: u8) {
    if file == 0 {
        files.remove(path);
        return;
    }
    let is_below = |path: &[u8], folder: &[u8]| {
        let rest = path.strip_prefix(folder);
        rest.is_some_and(|rest| rest.starts_with(b"/"))
    };
    files.retain(|other, _| !is_below(other, path) && !is_below(path, other));
    let content = match path {
        b".mailmap" => format!("New{file} <new@acme.test> <ann@acme.test>\n"),
        _ => format!("{}\n", file & 15).repeat(8),
    };
    let mode = MODES[usize::from(file >> 4) % MODES.len()];
    files.insert(path, (mode, content.into_bytes()));
}

/// A bare repository with the commits of a model.
pub(super) struct Repository {
    folder: PathBuf,
    commits: Vec<ObjectId>,
    objects: Vec<PathBuf>,
}

impl Repository {
    pub(super) fn write(folder: &Path, model: &Model, is_packed: bool, code: Code) -> Repository {
        let mut repository = Repository {
            folder: folder.to_path_buf(),
            commits: Vec::new(),
            objects: Vec::new(),
        };
        for name in ["objects", "refs"] {
            fs::create_dir(folder.join(name)).expect("a folder");
        }
        let config = "[core]\n\trepositoryformatversion = 0\n\tbare = true\n";
        fs::write(folder.join("config"), config).expect("a file");
        for commit in &model.commits {
            let files: Vec<_> = commit
                .files
                .iter()
                .map(|(path, file)| (*path, file))
                .collect();
            let tree = repository.tree(&files, code);
            let mut text = format!("tree {tree}\n");
            for &parent in &commit.parents {
                text += &format!("parent {}\n", repository.commits[parent]);
            }
            let (name, address) = AUTHORS[commit.author];
            for role in ["author", "committer"] {
                text += &format!("{role} {name} <{address}> {} +0000\n", commit.second);
            }
            text += if commit.is_revert {
                "\nRevert \"x\"\n"
            } else {
                "\nx\n"
            };
            let id = repository.object(Kind::Commit, text.as_bytes());
            repository.commits.push(id);
        }
        let head = repository.commits.last().expect("a commit");
        let head = match is_packed {
            true => {
                let packed = format!(
                    "# pack-refs with: peeled fully-peeled sorted \n{head} refs/heads/main\n"
                );
                fs::write(folder.join("packed-refs"), packed).expect("a file");
                "ref: refs/heads/main\n".to_owned()
            }
            false => format!("{head}\n"),
        };
        fs::write(folder.join("HEAD"), head).expect("a file");
        repository
    }

    /// The hash of a commit of the model.
    pub(super) fn commit(&self, place: usize) -> &[u8] {
        self.commits[place].as_bytes()
    }

    /// Adds bytes that need not be references to the packed ones.
    pub(super) fn add_references(&self, bytes: &[u8]) {
        let file = self.folder.join("packed-refs");
        let mut content = fs::read(&file).unwrap_or_default();
        content.extend_from_slice(bytes);
        fs::write(file, content).expect("a file");
    }

    /// Damages one object, or removes it. Returns false if its content may be another one now.
    pub(super) fn damage(&self, which: u8, how: u8, at: u8) -> bool {
        let file = &self.objects[usize::from(which) % self.objects.len()];
        let mut content = fs::read(file).expect("an object");
        let at = usize::from(at) % content.len();
        match how % 4 {
            0 => {}
            1 => fs::remove_file(file).expect("an object"),
            2 => fs::write(file, &content[..at]).expect("an object"),
            _ => {
                content[at] ^= how | 1;
                fs::write(file, content).expect("an object");
                return false;
            }
        }
        true
    }

    /// Writes the folder that holds these files, given by what is left of their paths.
    fn tree(&mut self, files: &[(&[u8], &File)], code: Code) -> ObjectId {
        let mut folders: BTreeMap<&[u8], Vec<_>> = BTreeMap::new();
        let mut entries: Vec<(Vec<u8>, &[u8], &str, ObjectId)> = Vec::new();
        for &(path, file) in files {
            match memchr::memchr(b'/', path) {
                Some(slash) => {
                    let rest = (&path[slash + 1..], file);
                    folders.entry(&path[..slash]).or_default().push(rest);
                }
                None => {
                    let id = self.object(Kind::Blob, &file.1);
                    entries.push((path.to_vec(), path, file.0, id));
                }
            }
        }
        for (name, files) in folders {
            let id = self.tree(&files, code);
            let end: &[u8] = if code.is_planted() { b"" } else { b"/" };
            entries.push(([name, end].concat(), name, "40000", id));
        }
        entries.sort();
        let mut tree = Vec::new();
        for (_, name, mode, id) in entries {
            tree.extend_from_slice(mode.as_bytes());
            tree.push(b' ');
            tree.extend_from_slice(name);
            tree.push(0);
            tree.extend_from_slice(id.as_bytes());
        }
        self.object(Kind::Tree, &tree)
    }

    fn object(&mut self, kind: Kind, data: &[u8]) -> ObjectId {
        let id = compute_hash(Hash::Sha1, kind, data).expect("no collision");
        let hex = id.to_string();
        let folder = self.folder.join("objects").join(&hex[..2]);
        let file = folder.join(&hex[2..]);
        if !file.exists() {
            fs::create_dir_all(&folder).expect("a folder");
            let fast = flate2::Compression::fast();
            let mut out = flate2::write::ZlibEncoder::new(Vec::new(), fast);
            write!(out, "{kind} {}\0", data.len()).expect("memory takes all");
            out.write_all(data).expect("memory takes all");
            fs::write(&file, out.finish().expect("memory takes all")).expect("an object");
            self.objects.push(file);
        }
        id
    }
}
