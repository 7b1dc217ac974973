//! What is configured, what can be read, and which rules would have nothing to judge by.

use std::path::PathBuf;

use jiff::civil::Date;

use super::{Error, HistoryRequest, OnlineRequest, Request, check};
use crate::answers::{AskedForge, Diagnosis};
use crate::facts::{Gap, GapKind};
use crate::rules;
use crate::sources::forge;
use crate::sources::repository::Source;

/// What to look at.
#[derive(Clone, Debug)]
pub struct DoctorRequest {
    /// The repository.
    pub target: PathBuf,
    /// The policy to judge by instead of the repository's own.
    pub policy: Option<PathBuf>,
    /// The day as of which dates are judged.
    pub as_of: Date,
    /// Which commits are read.
    pub history: HistoryRequest,
    /// Whether the forge is asked, and how.
    pub online: Option<OnlineRequest>,
}

/// Lets all rules judge, and tells which could not, and why; what they find is not the question.
///
/// # Errors
/// As [`check`].
pub fn doctor(request: &DoctorRequest) -> Result<Diagnosis, Error> {
    let online = request.online.as_ref();
    let account = online.map(|it| forge::account(&it.network, &it.host));
    let report = check(&Request {
        target: request.target.clone(),
        revision: None,
        policy: request.policy.clone(),
        // Named one by one, so that none is left out since nobody asked for its facts.
        select: rules::ids().into_iter().map(str::to_owned).collect(),
        ignore: Vec::new(),
        as_of: request.as_of,
        baseline: None,
        since: None,
        history: Some(request.history.clone()),
        online: request.online.clone(),
    })?;
    let source = Source::open(&request.target, None)?;
    let web = source
        .forge()
        .map(|forge| format!("https://{}/{}", forge.host, forge.path));
    let mut skipping: Vec<&str> = report.skipped.iter().map(|skip| skip.rule).collect();
    skipping.dedup();
    let is_incomplete = report.incomplete().is_some();
    let partly = |gap: &Gap| !matches!(gap.kind, GapKind::Untracked | GapKind::NestedRoot);
    Ok(Diagnosis {
        repository: report.repository,
        web,
        policy: report.policy,
        forge: online.zip(account).map(|(online, account)| AskedForge {
            api: online.network.api.clone(),
            account,
        }),
        judging: report.summary.rules,
        skipped: report.skipped,
        gaps: report.gaps.into_iter().filter(partly).collect(),
        is_incomplete,
    })
}
