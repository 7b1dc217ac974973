//! All findings of an audit as those of one report.

use crate::answers::{Audit, Failed};
use crate::facts::{Gap, Location, Place, Unsearched};
use crate::findings::{
    Accepted, Finding, Places, PolicyInfo, Report, Summary, Unasked, UnreadOwnership,
};
use crate::policy::Origin;
use crate::text::RepoPath;

/// One report of all repositories, in which paths start at the audited folder.
pub fn merged(audit: &Audit) -> Report {
    let mut all = Report {
        unasked: Unasked::default(),
        unread_history: None,
        unread_forge: Vec::new(),
        notes: Vec::new(),
        change: None,
        repository: audit.name.clone(),
        findings: Vec::new(),
        accepted: Vec::new(),
        skipped: Vec::new(),
        gaps: audit.gaps.clone(),
        unsearched: Unsearched::default(),
        undeclared: 0,
        unread_ownership: None,
        as_of: audit.as_of,
        commit: None,
        head: None,
        policy: policy(audit),
        summary: Summary::default(),
    };
    if let Some(first) = audit.repositories.first() {
        // What nobody asked for is the same for all of them.
        all.unasked = first.report.unasked.clone();
    }
    for audited in &audit.repositories {
        let (path, report) = (audited.path.as_str(), &audited.report);
        let findings = report.findings.iter().map(|it| finding(path, it));
        all.findings.extend(findings);
        if all.unread_history.is_none() {
            let unread = report.unread_history.clone();
            all.unread_history = unread.map(|gap| Gap {
                reason: format!("`{path}`: {}", gap.reason),
                ..gap
            });
        }
        let accepted = report.accepted.iter().map(|accepted| Accepted {
            finding: finding(path, &accepted.finding),
            by: accepted.by.clone(),
        });
        all.accepted.extend(accepted);
        for skip in &report.skipped {
            let same = all.skipped.iter_mut();
            let mut same = same.filter(|it| it.rule == skip.rule && it.reason == skip.reason);
            match same.next() {
                Some(same) => {
                    same.subjects += skip.subjects;
                    same.required |= skip.required;
                }
                None => all.skipped.push(skip.clone()),
            }
        }
        all.gaps.extend(report.gaps.iter().map(|it| gap(path, it)));
        for gap in &report.unread_forge {
            if !all.unread_forge.contains(gap) {
                all.unread_forge.push(gap.clone());
            }
        }
        all.undeclared += report.undeclared;
        if let Some(unread) = &report.unread_ownership {
            let known = all.unread_ownership.get_or_insert_with(|| UnreadOwnership {
                gap: gap(path, &unread.gap),
                wanted: false,
            });
            known.wanted |= unread.wanted;
        }
        let (sum, summary) = (&mut all.summary, &report.summary);
        sum.files += summary.files;
        if let Some(owned) = summary.owned {
            *sum.owned.get_or_insert_default() += owned;
        }
        sum.unknown += summary.unknown;
        sum.rules = sum.rules.max(summary.rules);
        sum.errors += summary.errors;
        sum.warnings += summary.warnings;
        sum.notes += summary.notes;
        sum.accepted += summary.accepted;
    }
    all.gaps.extend(audit.failed.iter().map(Failed::gap));
    all.skipped
        .sort_by(|a, b| (a.rule, &a.reason).cmp(&(b.rule, &b.reason)));
    all.findings.sort_by(|a, b| a.order().cmp(&b.order()));
    all.accepted
        .sort_by(|a, b| a.finding.order().cmp(&b.finding.order()));
    all
}

/// The policy that judged them: the organization's, else what they have in common.
fn policy(audit: &Audit) -> PolicyInfo {
    let mut policies = audit.repositories.iter().map(|it| (it, &it.report.policy));
    let Some((first, policy)) = policies.next() else {
        return PolicyInfo::default();
    };
    let is_pack = policy.name.starts_with("bailiwick:");
    if first.path == "." || is_pack && policies.all(|(_, other)| other == policy) {
        return policy.clone();
    }
    PolicyInfo {
        name: "that of each repository".into(),
        extends: Vec::new(),
    }
}

fn finding(repository: &str, finding: &Finding) -> Finding {
    let related = finding.related.iter();
    Finding {
        primary: location(repository, &finding.primary),
        related: related.map(|it| location(repository, it)).collect(),
        origin: match &finding.origin {
            Origin::Line(asked) => Origin::Line(location(repository, asked)),
            pack => pack.clone(),
        },
        // Its places are those in one repository; whoever mends it does so there.
        fix: None,
        places: match &finding.places {
            Places::One => Places::One,
            Places::Edits(all) => {
                Places::Edits(all.iter().map(|it| self::finding(repository, it)).collect())
            }
            Places::Summary(all) => {
                Places::Summary(all.iter().map(|it| location(repository, it)).collect())
            }
        },
        ..finding.clone()
    }
}

fn location(repository: &str, location: &Location) -> Location {
    let place = match &location.place {
        Place::File(path) => Place::File(below(repository, path)),
        Place::Repository if repository != "." => Place::File(RepoPath::from(repository)),
        place => place.clone(),
    };
    Location {
        place,
        ..location.clone()
    }
}

fn gap(repository: &str, gap: &Gap) -> Gap {
    let path = gap.path.clone().unwrap_or_default();
    Gap {
        path: Some(below(repository, &path)),
        ..gap.clone()
    }
}

fn below(repository: &str, path: &RepoPath) -> RepoPath {
    match (repository, path.is_root()) {
        (".", _) => path.clone(),
        (_, true) => RepoPath::from(repository),
        _ => RepoPath::new([repository.as_bytes(), b"/", path.as_bytes()].concat()),
    }
}
