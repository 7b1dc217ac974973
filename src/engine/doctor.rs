//! What is configured, what can be read, and which rules would have nothing to judge by.

use std::collections::BTreeSet;
use std::path::PathBuf;

use jiff::civil::Date;

use super::{Error, HistoryRequest, OnlineRequest, Request, check_opened};
use crate::answers::{AskedForge, Diagnosis, Recording};
use crate::facts::{Gap, GapKind, Known};
use crate::findings::Report;
use crate::rules;
use crate::sources::forge::{self, Account};
use crate::sources::net::UNRECORDED;
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
/// A recording may be one of a check, which asks less than an audit: where that is all that it answers, the rules
/// of a check judge.
///
/// # Errors
/// As [`super::check`].
pub fn doctor(request: &DoctorRequest) -> Result<Diagnosis, Error> {
    let source = Source::open(&request.target, None)?;
    let origin = source.forge();
    let online = request.online.as_ref();
    let is_replayed = online.is_some_and(|it| it.network.replay.is_some());
    let account = online.filter(|_| !is_replayed).map(|it| {
        let owner = origin.as_ref().and_then(|it| it.path.split('/').next());
        // What is recorded is what the rules ask, and that comes behind.
        let mut network = it.network.clone();
        network.record = None;
        forge::account(&network, &it.host, owner)
    });
    // Named one by one, so that none is left out since nobody asked for its facts.
    let all = || rules::ids().into_iter().map(str::to_owned).collect();
    let mut report = judged(request, &source, all())?;
    let mut lacks = unrecorded(&report);
    let mut lacks_for_audit = Vec::new();
    if is_replayed && !lacks.is_empty() {
        let of_check = judged(request, &source, Vec::new())?;
        let lacks_for_check = unrecorded(&of_check);
        if lacks_for_check.len() < lacks.len() {
            lacks.retain(|it| !lacks_for_check.contains(it));
            (lacks, lacks_for_audit) = (lacks_for_check, lacks);
            report = of_check;
        }
    }
    let forge = online.map(|online| asked(online, account)).transpose()?;
    let forge = forge.map(|forge| AskedForge {
        recording: forge.recording.map(|recording| Recording {
            lacks: match recording.is_replayed {
                true => lacks,
                false => report
                    .unread_forge
                    .iter()
                    .map(|gap| gap.reason.clone())
                    .collect(),
            },
            lacks_for_audit,
            ..recording
        }),
        ..forge
    });
    let is_incomplete = report.incomplete().is_some();
    let partly = |gap: &Gap| !matches!(gap.kind, GapKind::Untracked | GapKind::NestedRoot);
    Ok(Diagnosis {
        repository: report.repository,
        web: origin.map(|forge| format!("https://{}/{}", forge.host, forge.path)),
        policy: report.policy,
        forge,
        judging: report.summary.rules,
        skipped: report.skipped,
        gaps: report.gaps.into_iter().filter(partly).collect(),
        is_incomplete,
    })
}

/// What rules make of the repository: those that are named, or those of a check where none is.
fn judged(request: &DoctorRequest, source: &Source, select: Vec<String>) -> Result<Report, Error> {
    let request = Request {
        target: request.target.clone(),
        revision: None,
        policy: request.policy.clone(),
        select,
        ignore: Vec::new(),
        as_of: request.as_of,
        baseline: None,
        since: None,
        history: Some(request.history.clone()),
        online: request.online.clone(),
    };
    check_opened(&request, source)
}

/// Which forge is asked, and by which recording if by any; what that lacks is not said yet.
fn asked(online: &OnlineRequest, account: Option<Known<Account>>) -> Result<AskedForge, Error> {
    let network = &online.network;
    let folder = network.replay.as_ref().or(network.record.as_ref());
    let api = match &network.replay {
        Some(folder) => forge::recorded_api(folder).map_err(|refusal| Error::Usage {
            message: refusal.to_string(),
            help: refusal.remedy().unwrap_or_default(),
        })?,
        None => network.api.clone(),
    };
    Ok(AskedForge {
        api,
        account,
        recording: folder.map(|folder| Recording {
            folder: folder.to_string_lossy().into_owned(),
            is_replayed: network.replay.is_some(),
            lacks: Vec::new(),
            lacks_for_audit: Vec::new(),
        }),
    })
}

/// What a recording had no answer to: of a repository, and of what rules could not judge by.
fn unrecorded(report: &Report) -> Vec<String> {
    let unread = report.unread_forge.iter().map(|gap| &gap.reason);
    let skipped = report.skipped.iter().map(|skip| &skip.reason);
    let all: BTreeSet<&String> = unread
        .chain(skipped)
        .filter(|reason| reason.contains(UNRECORDED))
        .collect();
    all.into_iter().cloned().collect()
}
