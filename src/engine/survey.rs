//! What a repository looks like before it has a policy, and what one would find: the answers of
//! `bailiwick init`.

use std::path::{Path, PathBuf};

use super::{Error, Request, judge};
use crate::answers::{FURTHER_WORDS, Foreign, Survey};
use crate::facts::{GapKind, Looked};
use crate::findings::Report;
use crate::ownership::Ownership;
use crate::policy::{MARKER_WORDS, POLICY_LIMIT, PathPatterns, Reading, says_root};
use crate::sources::repository::Source;
use crate::sources::{self, PolicyChoice, catalog};
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
    repository.gaps.extend(gaps.into_iter().map(|(_, gap)| gap));
    let is_left_out = |file: u32| marks.of(file as usize).is_left_to_machines();
    let excludes = foreign.excludes(&repository.tree, is_left_out);

    let patterns: Vec<String> = excludes.iter().map(|seen| seen.pattern.clone()).collect();
    let words = MARKER_WORDS.iter().chain(&FURTHER_WORDS);
    let mut reading = Reading::default();
    reading.words = words.map(|&word| word.to_owned()).collect();
    // Nothing in there is judged by the policy that is going to be written.
    reading.exclude = PathPatterns::new(&patterns).unwrap_or_default();
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
        None,
    );
    repository.evidence = evidence;
    for gap in gaps {
        if !repository.gaps.contains(&gap) {
            repository.gaps.push(gap);
        }
    }

    // What the policy declares that is there already is no part of it: another one takes its place.
    catalog::assemble(
        &mut repository.catalog,
        &mut repository.rosters,
        &repository.tree,
        &repository.evidence,
        &reading,
        &catalog::Origin {
            name: &source.name(),
            organization: repository.organization.as_deref(),
        },
    );

    let ownership = Ownership::of(&mut repository);
    let mut survey = Survey::of(&repository, &ownership, excludes, &reading.words);
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
