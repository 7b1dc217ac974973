//! Who owns what, and which line says so: the answer of `bailiwick owners`.

use std::path::{Component, Path, PathBuf};

use super::error::read_named;
use super::member::remarks;
use super::{Error, missing};
use crate::answers::{DecidingLine, OwnersAnswer};
use crate::codeowners::{Dialect, Matcher, OwnershipFile};
use crate::facts::{FileKind, GapKind, Lookup, Repository};
use crate::ownership::Ownership;
use crate::rules::Need;
use crate::rules::lacking::{Needed, of_need};
use crate::sources;
use crate::sources::repository::Source;
use crate::text::{RepoPath, Text};

/// What to answer.
#[derive(Debug)]
pub struct OwnersRequest {
    /// The repository, or a folder in it.
    pub target: PathBuf,
    /// The revision to read; none for the worktree.
    pub revision: Option<String>,
    /// The ownership file to go by instead of the repository's own.
    pub codeowners: Option<PathBuf>,
    /// Whether to find out which files without owner are generated or vendored.
    pub count_generated: bool,
    /// Which paths.
    pub paths: OwnersPaths,
}

/// Which paths to answer for.
#[derive(Debug)]
pub enum OwnersPaths {
    /// Tracked files: these, relative to the target, and those below them; all below the target if
    /// there are none.
    Tracked(Vec<PathBuf>),
    /// Paths as they are, relative to the repository's root, tracked or not.
    Given {
        /// All of them.
        paths: Vec<u8>,
        /// What stands behind each.
        separator: u8,
    },
}

/// The name of the answer.
const ANSWER: &str = "owners";

/// Answers who owns what.
///
/// # Errors
/// The target or the ownership file that the request names cannot be read. With an ownership file and
/// given paths no repository is looked at.
pub fn owners(request: OwnersRequest) -> Result<OwnersAnswer, Error> {
    let named = request.codeowners.as_deref().map(read_file).transpose()?;
    match (&request.paths, named) {
        (OwnersPaths::Given { paths, separator }, Some(file)) => {
            let mut answer = OwnersAnswer::new(None, Some(path_of(&file)));
            answer_given(&mut answer, &file, paths, *separator);
            Ok(answer)
        }
        (_, named) => of_repository(&request, named),
    }
}

fn of_repository(
    request: &OwnersRequest,
    named: Option<OwnershipFile>,
) -> Result<OwnersAnswer, Error> {
    let source = Source::open(&request.target, request.revision.as_deref())?;
    let mut repository = sources::read(&source);
    if let Some(named) = named {
        repository.ownership_files.in_use = Lookup::Present(named);
    }
    let tracked = matches!(request.paths, OwnersPaths::Tracked(_));
    let ownership = match tracked {
        true => Ownership::of(&mut repository),
        false => Ownership::default(),
    };
    // Without the lines that decide there is no answer, least of all "nobody".
    let file = missing::codeowners(&repository)?;
    let mut answer = OwnersAnswer::new(Some(repository.name.clone()), file.map(path_of));
    let mut needed = Needed::default();
    if matches!(request.paths, OwnersPaths::Tracked(_)) {
        let files = of_need(Need::Tree, &repository);
        files.iter().for_each(|gap| needed.add(gap, ANSWER));
    }
    match &request.paths {
        OwnersPaths::Given { paths, separator } => match file {
            Some(file) => answer_given(&mut answer, file, paths, *separator),
            None => pieces(paths, *separator).for_each(|path| answer.push(path, None)),
        },
        OwnersPaths::Tracked(wanted) => {
            file.into_iter()
                .for_each(|file| add_lines(&mut answer, file));
            let tree = &repository.tree;
            let mut unowned = Vec::new();
            for folder in folders(source.scope(), wanted)? {
                let own = tree.find(folder.as_bytes());
                let below = tree.below(&folder);
                if own.is_none() && below.is_empty() && !tree.is_empty() && !folder.is_root() {
                    return Err(untracked(&folder, &repository));
                }
                for index in own.into_iter().chain(below) {
                    let line = ownership.deciding(index);
                    let owned = line
                        .zip(file)
                        .is_some_and(|(line, file)| !file.rules()[line].owners().is_empty());
                    if !owned {
                        unowned.push(u32::try_from(index).unwrap_or(u32::MAX));
                    }
                    answer.push(tree.path(index), line);
                }
            }
            if request.count_generated && source.has_attributes() {
                let (marks, unread) = source.marks(tree, &unowned);
                unread.iter().for_each(|(_, gap)| needed.add(gap, ANSWER));
                let marked = unowned
                    .iter()
                    .filter(|&&index| marks.of(index as usize).is_left_to_machines());
                answer.unowned_generated = Some(marked.count());
            }
        }
    }
    let others = repository.gaps.iter().filter(|gap| !needed.has(gap));
    let remarks = remarks(others);
    answer.gaps = [needed.gaps(), remarks].concat();
    Ok(answer)
}

/// The paths that the user named, from the root of the repository.
pub(super) fn folders(scope: &RepoPath, wanted: &[PathBuf]) -> Result<Vec<RepoPath>, Error> {
    if wanted.is_empty() {
        return Ok(vec![scope.clone()]);
    }
    let from_root = |path: &PathBuf| {
        let mut parts: Vec<&[u8]> = scope.as_bytes().split(|&byte| byte == b'/').collect();
        parts.retain(|part| !part.is_empty());
        for component in path.components() {
            match component {
                Component::CurDir => {}
                Component::Normal(name) => parts.push(name.as_encoded_bytes()),
                Component::ParentDir if !parts.is_empty() => {
                    parts.pop();
                }
                Component::ParentDir | Component::RootDir | Component::Prefix(_) => {
                    return Err(Error::Usage {
                        message: format!("`{}` is not below the repository", path.display()),
                        help:
                            "name paths relative to the folder that you are in, or to that of `-C`"
                                .into(),
                    });
                }
            }
        }
        Ok(RepoPath::new(parts.join(&b'/')))
    };
    wanted.iter().map(from_root).collect()
}

/// Why there is no answer for a path: it may be a file of another repository, whose own ownership file says who
/// owns it.
pub(super) fn untracked(path: &RepoPath, repository: &Repository) -> Error {
    if let Some((root, what)) = other_root(path, repository) {
        let (root, path) = (root.to_string_lossy(), path.to_string_lossy());
        let rest = path.strip_prefix(&*root).unwrap_or_default();
        let rest = rest.trim_start_matches('/');
        let rest = if rest.is_empty() { "." } else { rest };
        return Error::Usage {
            message: format!(
                "`{path}` is none of this repository's files: `{root}` is {what}, with an ownership file of its own"
            ),
            help: format!("ask for `{rest}` from there, with `-C` and that folder"),
        };
    }
    Error::Usage {
        message: format!(
            "no tracked file is at or below `{}`",
            path.to_string_lossy()
        ),
        help: "ask for paths that git does not track with `--stdin`".into(),
    }
}

/// The root of its own in which a path lies, and what makes it one.
fn other_root(path: &RepoPath, repository: &Repository) -> Option<(RepoPath, &'static str)> {
    let nested = repository.gaps.iter().filter_map(|gap| {
        let root = gap
            .path
            .as_ref()
            .filter(|_| gap.kind == GapKind::NestedRoot)?;
        path.is_within(root).then(|| root.clone())
    });
    let nested = nested.map(|root| (root, "a root of its own, as its `bailiwick.toml` says"));
    let tree = &repository.tree;
    let mut above = std::iter::successors(Some(path.parent()), |it| {
        (!it.is_root()).then(|| it.parent())
    });
    let submodule = above.find(|folder| {
        let at = tree.find(folder.as_bytes());
        at.is_some_and(|at| tree.kind(at) == FileKind::Submodule)
    });
    let submodule = submodule.map(|root| (root, "a repository of its own, a submodule"));
    nested.chain(submodule).next()
}

fn answer_given(answer: &mut OwnersAnswer, file: &OwnershipFile, paths: &[u8], separator: u8) {
    add_lines(answer, file);
    let matcher = Matcher::new(file.patterns());
    let mut walker = matcher.last_match();
    answer.reserve(memchr::memchr_iter(separator, paths).count(), paths.len());
    for path in pieces(paths, separator) {
        answer.push(path, walker.find(plain(path)));
    }
}

/// The paths of a list, of which the last may lack its separator.
fn pieces(paths: &[u8], separator: u8) -> impl Iterator<Item = &[u8]> {
    let paths = paths.strip_suffix(&[separator]).unwrap_or(paths);
    let none = paths.is_empty();
    let pieces = paths
        .split(move |&byte| byte == separator)
        .filter(move |_| !none);
    // What Windows writes ends its lines with `\r\n`.
    pieces.map(move |path| match path.strip_suffix(b"\r") {
        Some(path) if separator == b'\n' => path,
        _ => path,
    })
}

/// A path as the repository has it: without the `./` that some tools write, or a leading slash.
fn plain(path: &[u8]) -> &[u8] {
    let path = path.strip_prefix(b"./").unwrap_or(path);
    path.strip_prefix(b"/").unwrap_or(path)
}

fn add_lines(answer: &mut OwnersAnswer, file: &OwnershipFile) {
    for rule in file.rules() {
        answer.add_line(DecidingLine {
            number: rule.line(),
            pattern: rule.pattern_text().into_owned(),
            owners: rule.owner_names().collect(),
        });
    }
}

fn path_of(file: &OwnershipFile) -> String {
    file.text().path().to_string_lossy().into_owned()
}

fn read_file(path: &Path) -> Result<OwnershipFile, Error> {
    let dialect = Dialect::GitHub;
    let failed = |why: String| Error::File {
        message: format!("cannot read the ownership file `{}`: {why}", path.display()),
        help: "name a file such as `.github/CODEOWNERS`".into(),
    };
    let text = read_named(path, dialect.size_limit() - 1).map_err(failed)?;
    let shown = RepoPath::new(path.as_os_str().as_encoded_bytes());
    Ok(OwnershipFile::parse(dialect, Text::new(shown, text)))
}
