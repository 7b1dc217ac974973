//! What a report says of the change that it judges: one sentence each. Not escaped: a format does that.

use super::{graph, sentence};
use crate::findings::{Change, Report};
use crate::ownership::{Approval, Handover};
use crate::text::{count, list, number, terminal};

/// How many owners of a line, and how many files or services in a list, are named.
const NAMED: usize = 10;

/// A short hash, as people know it from git.
const HASH: usize = 10;

/// Of the groups of files whose owners change, and of the lines that decide, so many are told.
pub(super) const MOST: usize = 20;

/// All that there is to say, each with what it is about; what is asked of the reader comes first.
pub(super) fn all(report: &Report) -> Vec<(&'static str, String)> {
    let Some(change) = &report.change else {
        return Vec::new();
    };
    let mut all = vec![("change", summary(change))];
    let orphans = change.orphans.iter().take(NAMED);
    all.extend(orphans.map(|(service, why)| {
        (
            "orphan",
            format!("nobody answers for `{service}` any more: {why}"),
        )
    }));
    if let Some(more) = change.orphans.len().checked_sub(NAMED + 1) {
        all.push(("orphan", format!("and {} more services", more + 1)));
    }
    let owners = change.handovers.iter().take(MOST).map(handover);
    all.extend(owners.map(|text| ("owners", text)));
    if let Some(more) = change.handovers.len().checked_sub(MOST + 1) {
        all.push(("owners", format!("and {} more groups of files", more + 1)));
    }
    let approvals = change.approvals.iter().take(MOST);
    all.extend(approvals.map(|it| ("approval", approval(it))));
    if let Some(more) = change.approvals.len().checked_sub(MOST + 1) {
        all.push(("approval", format!("and of {} more lines", more + 1)));
    }
    if let Some(edits) = edits(change) {
        all.push(("judges", edits));
    }
    if change.policy_differs {
        let text = "the change has another policy than the revision, which judged it; \
                    `--policy-from head` judges by that of the change";
        all.push(("judges", text.to_owned()));
    }
    all
}

/// `5 files differ since origin/main (0123456789); 12 findings stand as before, 2 are mended`.
pub(super) fn summary(change: &Change) -> String {
    let differ = match change.files {
        0 => "no file differs".to_owned(),
        1 => "1 file differs".to_owned(),
        files => format!("{} files differ", number(files)),
    };
    let hash: String = change.base.chars().take(HASH).collect();
    let mut text = format!(
        "{differ} since {} ({hash})",
        sentence::cut(&change.since, 100)
    );
    match change.standing {
        0 => {}
        1 => text.push_str("; 1 finding stands as before"),
        standing => text.push_str(&format!("; {} findings stand as before", number(standing))),
    }
    match change.mends() {
        0 => {}
        mends => {
            let are = if mends == 1 { "is" } else { "are" };
            let rules: Vec<String> = change
                .mended
                .keys()
                .take(3)
                .map(|&rule| rule.into())
                .collect();
            let rules = list(&rules, change.mended.len() - rules.len());
            text.push_str(&format!("; {} {are} mended ({rules})", number(mends)));
        }
    }
    text
}

/// `2 files go from @acme/a to @acme/b by line 7: lib/ (2 files)`.
pub(super) fn handover(handover: &Handover) -> String {
    let files = count(handover.files, "file");
    let (goes, has) = match handover.files {
        1 => ("goes", "has"),
        _ => ("go", "have"),
    };
    let line = handover
        .line
        .map_or_else(String::new, |line| format!(" by line {line}"));
    let what = match (handover.is_new, &handover.before[..], &handover.after[..]) {
        (true, ..) => format!(
            "{} {has} no owner{line}",
            files.replace(" file", " new file")
        ),
        (_, [], after) => format!("{files} {goes} from nobody to {}{line}", owners(after)),
        (_, before, []) => format!("{files} {goes} from {} to nobody{line}", owners(before)),
        (_, before, after) => {
            format!(
                "{files} {goes} from {} to {}{line}",
                owners(before),
                owners(after)
            )
        }
    };
    format!("{what}: {}", paths(&handover.paths, handover.more))
}

/// `one of @acme/a, @acme/b for line 7 (`/lib/`): lib/x.rs`.
pub(super) fn approval(approval: &Approval) -> String {
    let one = if approval.owners.len() == 1 {
        ""
    } else {
        "one of "
    };
    format!(
        "{one}{} for line {} (`{}`): {}",
        owners(&approval.owners),
        approval.line,
        sentence::cut(&approval.pattern, 200),
        paths(&approval.paths, approval.more)
    )
}

/// `it edits what it is judged by: CODEOWNERS (ownership file)`.
pub(super) fn edits(change: &Change) -> Option<String> {
    let named = change.edits.iter().take(NAMED);
    let named: Vec<String> = named
        .map(|(path, edit)| format!("{} ({})", sentence::cut(path, 200), edit.name()))
        .collect();
    let more = change.edits.len() - named.len();
    (!named.is_empty()).then(|| {
        format!(
            "it edits what changes are judged by: {}",
            list(&named, more)
        )
    })
}

fn owners(owners: &[String]) -> String {
    let named = owners.iter().take(NAMED);
    let named: Vec<String> = named.map(|owner| sentence::cut(owner, 100)).collect();
    list(&named, owners.len() - named.len())
}

fn paths(paths: &[(String, usize)], more: usize) -> String {
    let named = paths.iter().map(|(path, files)| {
        let path = sentence::cut(path, 200);
        match files {
            1 => path,
            files => format!("{path} ({})", count(*files, "file")),
        }
    });
    list(&named.collect::<Vec<_>>(), more)
}

/// The graph of what the change touches, as Mermaid draws it: who approves by which line, and which files
/// go from whom to whom. None where there is nothing to draw. Escaped: labels are quoted text in which
/// nothing is markup.
pub(super) fn mermaid(change: &Change) -> Option<String> {
    /// More nodes than that are no picture any more.
    const DRAWN: usize = 12;
    if change.approvals.is_empty() && change.handovers.is_empty() {
        return None;
    }
    let label = |text: &str| graph::entities(&terminal(&sentence::cut(text, 60)));
    let mut drawn = String::from("flowchart LR\n");
    let mut draw = |line: String| {
        drawn.push_str("  ");
        drawn.push_str(&line);
        drawn.push('\n');
    };
    // Owners by name, in whatever case; each is drawn once.
    let mut owners: Vec<String> = Vec::new();
    let mut node = |owner: &str, draw: &mut dyn FnMut(String)| {
        let name = owner.to_lowercase();
        let known = owners.iter().position(|it| *it == name);
        let place = known.unwrap_or(owners.len());
        if known.is_none() {
            draw(format!("o{place}([\"{}\"])", label(owner)));
            owners.push(name);
        }
        place
    };
    for (at, approval) in change.approvals.iter().take(DRAWN).enumerate() {
        let pattern = label(&format!("{} (line {})", approval.pattern, approval.line));
        draw(format!("l{at}[\"{pattern}\"]"));
        for owner in approval.owners.iter().take(3) {
            let owner = node(owner, &mut draw);
            draw(format!("o{owner} -->|approves| l{at}"));
        }
    }
    for (at, handover) in change.handovers.iter().take(DRAWN).enumerate() {
        let files = label(&paths(&handover.paths, handover.more));
        draw(format!("h{at}[\"{files}\"]"));
        for owner in handover.before.iter().take(3) {
            let owner = node(owner, &mut draw);
            draw(format!("o{owner} -.->|had| h{at}"));
        }
        for owner in handover.after.iter().take(3) {
            let owner = node(owner, &mut draw);
            draw(format!("h{at} ==>|goes to| o{owner}"));
        }
    }
    Some(drawn)
}
