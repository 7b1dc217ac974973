//! What a repository looks like before it has a policy, and what one would find: the answers of
//! `bailiwick init`.

use std::path::{Path, PathBuf};

use super::{Error, Request, judge, resolve};
use crate::answers::{FURTHER_WORDS, Foreign, Survey};
use crate::facts::{Candidate, Catalog, GapKind, Location, Looked, ServiceCandidate};
use crate::findings::Report;
use crate::policy::{MARKER_WORDS, POLICY_LIMIT, Reading, says_root};
use crate::sources::repository::Source;
use crate::sources::{self, PolicyChoice, candidates};
use crate::text::RepoPath;

/// What was seen of a repository, and where its policy belongs.
#[derive(Debug)]
pub struct Surveyed {
    /// What was seen.
    pub survey: Survey,
    /// The folder that the policy belongs into: the root of the repository that holds the target.
    pub root: PathBuf,
    /// Whether that is a folder in which people work: not a bare repository.
    pub has_worktree: bool,
    /// Whether it has a policy already, readable or not.
    pub has_policy: bool,
}

/// Looks at the repository that holds `target`, whatever policy it has.
///
/// # Errors
/// The target cannot be opened.
pub fn survey(target: &Path) -> Result<Surveyed, Error> {
    let source = Source::open(target, None)?;
    let mut repository = sources::read(&source);

    // What is to be left out: by names, but for what attributes leave out already.
    let foreign = Foreign::find(&repository.tree);
    let files = foreign.files();
    let (marks, gaps) = source.marks(&repository.tree, &files);
    repository.gaps.extend(gaps);
    let is_left_out = |file: u32| marks.of(file as usize).is_left_to_machines();
    let excludes = foreign.excludes(&repository.tree, is_left_out);

    let words = MARKER_WORDS.iter().chain(&FURTHER_WORDS);
    let mut reading = Reading::default();
    reading.words = words.map(|&word| word.to_owned()).collect();
    let looked = Looked {
        markers: true,
        descriptors: true,
        ..Looked::default()
    };
    let (evidence, gaps) = sources::evidence::read(
        &source,
        &repository.tree,
        &repository.gaps,
        &RepoPath::default(),
        looked,
        &reading,
    );
    repository.evidence = evidence;
    for gap in gaps {
        if !repository.gaps.contains(&gap) {
            repository.gaps.push(gap);
        }
    }

    let ownership = resolve(&repository);
    let mut catalog = Catalog::default();
    sources::catalog::assemble(
        &mut catalog,
        &mut Vec::new(),
        &repository.tree,
        &repository.evidence,
        &reading,
        &sources::catalog::Origin {
            name: &repository.name,
            organization: repository.organization.as_deref(),
        },
    );
    let mut candidates = candidates::read(&repository.tree);
    add(&mut candidates, &catalog.candidates);
    let mut survey = Survey::of(
        &repository,
        &ownership,
        excludes,
        candidates,
        &reading.words,
    );
    let policy = source.read_own(&RepoPath::from(sources::POLICY_FILE), POLICY_LIMIT as u64);
    survey.declares_root = policy.as_ref().is_ok_and(|policy| says_root(policy));
    Ok(Surveyed {
        survey,
        root: source.root().to_owned(),
        has_worktree: source.has_worktree(),
        has_policy: !matches!(
            policy.map_err(|gap| gap.kind),
            Err(GapKind::Absent | GapKind::Untracked)
        ),
    })
}

/// Adds what files say of how things run to what their names say.
fn add(candidates: &mut Vec<ServiceCandidate>, deployable: &[Candidate]) {
    for candidate in deployable {
        let place = candidates.binary_search_by(|it| it.folder.cmp(&candidate.folder));
        let place = place.unwrap_or_else(|place| {
            let new = ServiceCandidate {
                folder: candidate.folder.clone(),
                ..ServiceCandidate::default()
            };
            candidates.insert(place, new);
            place
        });
        // What builds it comes first, and may run it, too.
        let mut files = candidate.evidence.iter().filter_map(Location::path);
        let (first, others) = (files.next(), files);
        let known = &mut candidates[place];
        known.run.extend(others.chain(first).take(1).cloned());
        known.build.extend(first.cloned());
        for files in [&mut known.build, &mut known.run] {
            files.sort();
            files.dedup();
        }
    }
}

/// Judges a whole repository by a policy that is not written yet, as if it stood in the root. The rest of
/// the request holds as for [`super::check`].
///
/// # Errors
/// As of [`super::check`].
pub fn preview(request: &Request, policy: &str) -> Result<Report, Error> {
    let source = Source::open(&request.target, request.revision.as_deref())?;
    let choice = PolicyChoice::Draft {
        source: &source,
        path: RepoPath::from(sources::POLICY_FILE),
        text: policy.as_bytes().to_vec(),
    };
    judge(request, &source, &choice)
}
