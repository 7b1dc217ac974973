//! Finding all files of a policy: the file itself, what it extends, and what these extend.
//!
//! Each file applies once, behind those that it extends, in the order in which they are named. Whatever
//! several files extend applies where it is named first.

use super::error::{PolicyError, Problems, Source, quoted, suggest};
use super::packs::{PACKS, Pack, RECOMMENDED};
use super::raw::{self, RawPolicy};
use super::reader::Spanned;
use super::version::{self, Refusal};
use crate::facts::{Gap, Place};
use crate::text::{RepoPath, Span, Text};

/// The longest chain of files of which each extends the next.
const DEEPEST: usize = 16;

/// The most files of one policy.
const MOST_FILES: usize = 64;

/// Reads the files that make up a policy.
pub trait PolicyFiles {
    /// The bytes of the file at `path`, which is relative to the folder that policies may not leave;
    /// `Err` says why it cannot be read, so that an unavailable file is never an absent one. Of a file larger than
    /// [`POLICY_LIMIT`](super::POLICY_LIMIT) any beginning that is larger will do. Links that lead out of
    /// that folder must not be followed.
    fn read(&self, path: &RepoPath) -> Result<Vec<u8>, Gap>;

    /// What reports call the file at `path`. A file of the judged repository, if nobody says otherwise.
    fn place(&self, path: &RepoPath) -> Place {
        Place::File(path.clone())
    }
}

/// A file of a policy.
#[derive(Debug)]
pub(super) struct Layer {
    pub(super) source: Source,
    /// Its path; none for a pack.
    pub(super) path: Option<RepoPath>,
    pub(super) raw: RawPolicy,
    /// What is wrong with it so far.
    pub(super) errors: Vec<PolicyError>,
}

impl Layer {
    /// What reports call it.
    pub(super) fn name(&self) -> String {
        match self.source.pack {
            Some(name) => name.into(),
            None => self.source.name(),
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Target<'p> {
    Pack(&'static Pack),
    File(&'p RepoPath),
}

impl PartialEq for Pack {
    fn eq(&self, other: &Pack) -> bool {
        self.name == other.name
    }
}

/// The files of one policy.
pub(super) struct Layers<'f> {
    files: Option<&'f dyn PolicyFiles>,
    /// Finished, in the order in which they apply.
    pub(super) layers: Vec<Layer>,
    /// What is wrong with the first file, if it could not even be read.
    pub(super) errors: Vec<PolicyError>,
    /// The first file that is unavailable, if one is.
    pub(super) unread: Option<Gap>,
    /// Begun, finished or not.
    begun: Vec<Name>,
    /// The chain from the first file to the one that is being read.
    chain: Vec<Name>,
}

/// Either the name of a pack or the path of a file.
#[derive(Clone, PartialEq)]
enum Name {
    Pack(&'static str),
    File(RepoPath),
}

/// Why a file cannot be part of the policy: a message, and perhaps help.
type Refused = (String, Option<String>);

impl<'f> Layers<'f> {
    /// A pack and all that it extends.
    pub(super) fn of_pack(pack: &'static Pack) -> Layers<'static> {
        let mut layers = Layers::new(None);
        // The first one of all is refused only where it cannot be read.
        let _ = layers.add(Target::Pack(pack));
        layers
    }

    /// A file and all that it extends.
    pub(super) fn of_file(path: &RepoPath, files: &'f dyn PolicyFiles) -> Layers<'f> {
        let mut layers = Layers::new(Some(files));
        if let Err((message, help)) = layers.add(Target::File(path)) {
            let text = Text::new(path.clone(), Vec::new());
            let source = Source::new(files.place(path), text);
            let mut problems = Problems::new(&source);
            problems.push(Span::new(0, 0), message, help);
            layers.errors = problems.into_errors();
        }
        layers
    }

    fn new(files: Option<&'f dyn PolicyFiles>) -> Self {
        Layers {
            files,
            layers: Vec::new(),
            errors: Vec::new(),
            unread: None,
            begun: Vec::new(),
            chain: Vec::new(),
        }
    }

    /// Adds a file behind all that it extends, if it is not there yet.
    fn add(&mut self, target: Target<'_>) -> Result<(), Refused> {
        let name = match target {
            Target::Pack(pack) => Name::Pack(pack.name),
            Target::File(path) => Name::File(path.clone()),
        };
        self.admit(&name)?;
        if self.begun.contains(&name) {
            return Ok(());
        }
        self.begun.push(name.clone());
        let source = self.read(target)?;
        let mut problems = Problems::new(&source);
        let raw = read_version(&mut problems);
        self.chain.push(name);
        match &raw.extends {
            Some(extends) => {
                for reference in extends {
                    self.add_reference(reference, target, &mut problems);
                }
            }
            None if target == Target::Pack(RECOMMENDED) => {}
            None => self.add(Target::Pack(RECOMMENDED))?,
        }
        self.chain.pop();
        let errors = problems.into_errors();
        let path = match target {
            Target::Pack(_) => None,
            Target::File(path) => Some(path.clone()),
        };
        self.layers.push(Layer {
            source,
            path,
            raw,
            errors,
        });
        Ok(())
    }

    /// Refuses cycles, long chains and great numbers.
    fn admit(&self, name: &Name) -> Result<(), Refused> {
        let refused = |message, help: &str| Err((message, Some(help.to_string())));
        if let Some(start) = self.chain.iter().position(|begun| begun == name) {
            let through: Vec<_> = self.chain[start + 1..].iter().map(Name::quoted).collect();
            let message = match through.is_empty() {
                true => "the file extends itself".into(),
                false => {
                    let through = through.join(" and ");
                    format!("{} extends itself through {through}", name.quoted())
                }
            };
            return refused(message, "remove one of these `extends`");
        }
        if self.chain.len() > DEEPEST {
            let message = format!("policies extend each other more than {DEEPEST} levels deep");
            return refused(message, "extend fewer files, side by side");
        }
        if self.begun.len() >= MOST_FILES && !self.begun.contains(name) {
            let message = format!("the policy extends more than {MOST_FILES} files");
            return refused(message, "put them into fewer files");
        }
        Ok(())
    }

    fn add_reference(
        &mut self,
        reference: &Spanned<String>,
        from: Target<'_>,
        problems: &mut Problems<'_>,
    ) {
        let text = reference.value.as_str();
        let is_pack = text.starts_with("bailiwick:");
        let mut packs = PACKS.iter();
        let added = if let Some(pack) = packs.find(|pack| pack.name == text) {
            self.add(Target::Pack(pack))
        } else if is_pack {
            let names = PACKS.iter().map(|pack| pack.name);
            let message = format!("there is no pack {}", quoted(text));
            return problems.push_unknown(reference.span, message, text, names);
        } else {
            let base = match from {
                Target::Pack(_) => &RepoPath::default(),
                Target::File(path) => path,
            };
            let Some(path) = resolve(base, reference, problems) else {
                return;
            };
            let short = PACKS
                .iter()
                .map(|pack| pack.name.trim_start_matches("bailiwick:"));
            let meant = suggest(text, short);
            self.add(Target::File(&path)).map_err(|(message, help)| {
                let meant = meant.map(|meant| format!("did you mean `bailiwick:{meant}`?"));
                (message, help.or(meant))
            })
        };
        if let Err((message, help)) = added {
            problems.push(reference.span, message, help);
        }
    }

    /// The text of a pack or file.
    fn read(&mut self, target: Target<'_>) -> Result<Source, Refused> {
        let (path, files) = match (target, self.files) {
            (Target::Pack(pack), _) => {
                let text = Text::new(RepoPath::from(pack.name), pack.text.into());
                let mut source = Source::new(Place::External(pack.name.into()), text);
                source.pack = Some(pack.name);
                return Ok(source);
            }
            (Target::File(path), Some(files)) => (path, files),
            (Target::File(_), None) => return Err(("a pack extends packs only".into(), None)),
        };
        match files.read(path) {
            Ok(bytes) => Ok(Source::new(
                files.place(path),
                Text::new(path.clone(), bytes),
            )),
            Err(gap) => {
                let path = quoted(&path.to_string_lossy());
                let message = format!("{path} cannot be read: {}", gap.reason);
                let unread = Some(gap).filter(|gap| gap.kind.is_unavailable());
                self.unread = self.unread.take().or(unread);
                Err((message, None))
            }
        }
    }
}

/// What a file says, unless it was written for another version of the program.
fn read_version(problems: &mut Problems<'_>) -> RawPolicy {
    let raw = raw::read(problems);
    let Some(required) = &raw.required_version else {
        return raw;
    };
    match version::check(&required.value, env!("CARGO_PKG_VERSION")) {
        Ok(()) => {}
        Err(Refusal::Malformed(message, help)) => problems.push(required.span, message, help),
        Err(Refusal::Unsatisfied(message, help)) => {
            // Whatever else seems wrong may be right in the version that is asked for.
            *problems = Problems::new(problems.source());
            problems.push(required.span, message, help);
            return RawPolicy::default();
        }
    }
    raw
}

impl Name {
    fn quoted(&self) -> String {
        match self {
            Name::Pack(name) => quoted(name),
            Name::File(path) => quoted(&path.to_string_lossy()),
        }
    }
}

/// The path, from the root, of a file that the policy file at `from` names. A policy can only name files
/// below the root: anything else is an error where it is named.
pub(super) fn resolve(
    from: &RepoPath,
    reference: &Spanned<String>,
    problems: &mut Problems<'_>,
) -> Option<RepoPath> {
    let text = reference.value.as_str();
    let mut reject = |message: &str, help: &str| {
        let message = format!("{} {message}", quoted(text));
        problems.push(reference.span, message, help.to_string());
        None
    };
    let is_odd = |c: char| c.is_control() || matches!(c, '\\' | ':');
    if text.contains("://") {
        return reject(
            "is a URL",
            "copy the file into the repository; policies are not fetched",
        );
    }
    if text.is_empty() || text.ends_with('/') {
        return reject(
            "names no file",
            "write the path of a file, relative to this one",
        );
    }
    if text.starts_with(['/', '~']) || text.contains(is_odd) {
        return reject(
            "is no relative path",
            "write it relative to this file, with `/` between folders",
        );
    }
    let folder = match from.as_bytes().iter().rposition(|&byte| byte == b'/') {
        Some(end) => &from.as_bytes()[..end],
        None => &[],
    };
    let mut segments: Vec<&[u8]> = folder.split(|&byte| byte == b'/').collect();
    segments.retain(|segment| !segment.is_empty());
    for segment in text.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                if segments.pop().is_none() {
                    let help = "only files below the root can be named; copy it there";
                    return reject("leads out of the repository", help);
                }
            }
            segment => segments.push(segment.as_bytes()),
        }
    }
    match segments.last() {
        Some(_) if !text.ends_with("/..") && !text.ends_with("/.") => {}
        _ => {
            return reject(
                "names no file",
                "write the path of a file, relative to this one",
            );
        }
    }
    Some(RepoPath::new(segments.join(&b'/')))
}
