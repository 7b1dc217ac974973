//! What skips, gaps and acceptances say, in one line each. Not escaped: a format does that.

use super::{count, shown};
use crate::facts::Gap;
use crate::findings::{Acceptance, Incomplete, Report, Skip};
use crate::text;

/// `sparse file: why; what would help`, without the kind.
pub(super) fn gap(gap: &Gap) -> String {
    let mut text = match &gap.path {
        Some(path) => format!("{}: {}", shown::path(path.as_bytes()), gap.reason),
        None => gap.reason.clone(),
    };
    remedy(&mut text, gap.remedy.as_deref());
    text
}

/// `rule could not judge 17 subjects: why; what would help`.
pub(super) fn skip(skip: &Skip) -> String {
    let required = if skip.required {
        ", though the policy requires it"
    } else {
        ""
    };
    let subjects = text::count(skip.subjects, "subject");
    let (rule, reason) = (skip.rule, &skip.reason);
    let mut text = format!("{rule} could not judge {subjects}{required}: {reason}");
    remedy(&mut text, skip.remedy.as_deref());
    text
}

/// `14 rules judge by it; add --history`; none if there are no such rules.
pub(super) fn unasked(rules: &[&str], option: &str, lists: bool) -> Option<String> {
    let judge = match rules.len() {
        0 => return None,
        1 => "judges",
        _ => "judge",
    };
    let count = text::count(rules.len(), "rule");
    let names = match lists {
        true => format!(": {}", rules.join(", ")),
        false => String::new(),
    };
    Some(format!("{count} {judge} by it; add {option}{names}"))
}

fn remedy(text: &mut String, remedy: Option<&str>) {
    if let Some(remedy) = remedy {
        text.push_str("; ");
        text.push_str(remedy);
    }
}

/// `12 files of unknown type were not searched for comments: 9 .png and 3 .xyz`; none if all were.
pub(super) fn unsearched(report: &Report) -> Option<String> {
    /// Names that people use are shorter; a longer one is cut.
    const CHARACTERS: usize = 16;
    let unsearched = &report.unsearched;
    let were = match unsearched.files {
        0 => return None,
        1 => "was",
        _ => "were",
    };
    let extensions = unsearched.extensions.iter();
    let shown = extensions
        .map(|(name, files)| format!("{} .{}", text::number(*files), cut(name, CHARACTERS)));
    let extensions = match text::list(&shown.collect::<Vec<_>>(), 0) {
        list if unsearched.more_extensions == 0 => list,
        list => format!("{list}, and others"),
    };
    let files = text::count(unsearched.files, "file");
    Some(format!(
        "{files} of unknown type {were} not searched for comments: {extensions}"
    ))
}

/// `3 folders look deployable and nothing declares them: …`; none for a single one, which may be all there
/// is to run.
pub(super) fn undeclared(report: &Report) -> Option<String> {
    (report.undeclared > 1).then(|| {
        let folders = text::count(report.undeclared, "folder");
        let way = "`bailiwick init --print` suggests `[services] roots` for them";
        format!("{folders} look deployable and nothing declares them: {way}")
    })
}

/// Why a finding does not count: `excepted until 2027-03-31: reason`.
pub(super) fn acceptance(by: &Acceptance) -> String {
    let (how, reason, until) = match by {
        Acceptance::Baseline => return "in the baseline".into(),
        Acceptance::Suppression { reason, until } => ("suppressed", reason, until),
        Acceptance::Exception { reason, until } => ("excepted", reason, until),
    };
    match until {
        Some(until) => format!("{how} until {until}: {reason}"),
        None => format!("{how}: {reason}"),
    }
}

/// `1,234 of 1,300 files owned (94.9 %)`, or why that is not known; none where there are no files.
pub(super) fn coverage(report: &Report) -> Option<String> {
    let summary = &report.summary;
    let unread = report.unread_ownership.as_ref();
    match (summary.files, summary.owned) {
        (0, _) => None,
        (_, None) => unread.map(|unread| unknown_owners(&unread.gap)),
        (files, Some(owned)) => {
            let files = files - summary.unknown;
            let share = count::percent(owned, files);
            let (owned, files) = (text::number(owned), text::count(files, "file"));
            let unknown = match summary.unknown {
                0 => String::new(),
                unknown => format!("; of {} it is unknown", text::number(unknown)),
            };
            Some(format!("{owned} of {files} owned ({share} %){unknown}"))
        }
    }
}

fn unknown_owners(unread: &Gap) -> String {
    format!("who owns what is unknown: {}", gap(unread))
}

/// `bailiwick.toml (extends bailiwick:recommended)`.
pub(super) fn policy(report: &Report) -> String {
    let policy = &report.policy;
    match policy.extends.as_slice() {
        [] => policy.name.clone(),
        extends => format!("{} (extends {})", policy.name, extends.join(", ")),
    }
}

/// Why nothing was checked, if nothing was.
pub(super) fn unchecked(report: &Report) -> Option<&'static str> {
    let summary = &report.summary;
    match (summary.files, summary.rules) {
        (0, _) => Some("no file is tracked"),
        (_, 0) => Some("no rule ran"),
        _ => None,
    }
}

/// Why a run is no answer to all that was asked, if it is none: a lowercase fragment, not escaped.
pub fn incomplete(report: &Report) -> Option<String> {
    match report.incomplete()? {
        Incomplete::NoFiles | Incomplete::NoRules => {
            unchecked(report).map(|why| format!("nothing was checked: {why}"))
        }
        Incomplete::OwnershipFile(gap) => Some(unknown_owners(gap)),
        Incomplete::History(gap) => {
            Some(format!("the history says too little: {}", self::gap(gap)))
        }
        Incomplete::Forge(gaps) => {
            let first = gaps.first().map(gap).unwrap_or_default();
            let more = match gaps.len() {
                0 | 1 => String::new(),
                many => format!(" (and {})", text::count(many - 1, "more fact")),
            };
            Some(format!("the forge was asked in vain: {first}{more}"))
        }
        Incomplete::Required(rules) => {
            const SHOWN: usize = 5;
            let shown: Vec<_> = rules
                .iter()
                .take(SHOWN)
                .map(|rule| rule.to_string())
                .collect();
            let rules = text::list(&shown, rules.len() - shown.len());
            Some(format!(
                "{rules} could not judge, though the policy requires it"
            ))
        }
    }
}

/// `14 rules found nothing to mend in 1,300 files of shop.`
pub(super) fn clean(report: &Report) -> String {
    let summary = &report.summary;
    let rules = text::count(summary.rules, "rule");
    let files = text::count(summary.files, "file");
    let nothing = match summary.accepted {
        0 if report.change.is_some() => "nothing new to mend".into(),
        0 => "nothing to mend".into(),
        accepted => format!("nothing new to mend ({} accepted)", text::number(accepted)),
    };
    format!(
        "{rules} found {nothing} in {files} of {}.",
        report.repository
    )
}

/// The first characters of a text, with an ellipsis where there were more.
pub(super) fn cut(text: &str, characters: usize) -> String {
    match text.char_indices().nth(characters) {
        None => text.to_owned(),
        Some((end, _)) => {
            let kept = &text[..end];
            let kept = kept
                .char_indices()
                .next_back()
                .map_or("", |(last, _)| &kept[..last]);
            format!("{kept}…")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_text_has_as_many_characters_as_asked_for() {
        assert_eq!(cut("äöü", 3), "äöü");
        assert_eq!(cut("äöüß", 3), "äö…");
        assert_eq!(cut("", 0), "");
    }
}
