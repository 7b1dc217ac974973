//! What skips, gaps and acceptances say, in one line each. Not escaped: a format does that.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::{count, shown};
use crate::facts::Gap;
use crate::findings::{Acceptance, Finding, Incomplete, Report, Skip};
use crate::text;

/// `sparse file: why; what would help`, without the kind.
pub(super) fn gap(gap: &Gap) -> String {
    gap_within(gap, usize::MAX)
}

/// As [`gap`], with a reason of at most so many characters: what a reader types is whole.
pub(super) fn gap_within(gap: &Gap, characters: usize) -> String {
    let mut text = match &gap.path {
        Some(path) => format!("{}: {}", shown::path(path.as_bytes()), gap.reason),
        None => gap.reason.clone(),
    };
    if let Some(object) = &gap.object {
        text.push_str(&format!(" (object {object})"));
    }
    text = cut(&text, characters);
    remedy(&mut text, gap.remedy.as_deref());
    text
}

/// Missing data, one sentence for each cause: `2 files, such as `docs/a.md` (object 0123…): why; needed by 3 rules and
/// answers, such as debt/untracked-marker; what helps`.
pub(super) fn missing(gaps: &[Gap]) -> Vec<String> {
    let mut causes: BTreeMap<(&str, Option<&str>), Vec<&Gap>> = BTreeMap::new();
    for gap in gaps.iter().filter(|gap| gap.is_missing()) {
        let cause = (gap.reason.as_str(), gap.remedy.as_deref());
        causes.entry(cause).or_default().push(gap);
    }
    let sentences = causes.into_iter().map(|((reason, help), gaps)| {
        let name = |gap: &Gap| {
            let path = gap.path.as_ref();
            let path = path.map(|path| shown::path(path.as_bytes()).into_owned());
            let object = gap.object.as_ref().map(|object| format!("object {object}"));
            match (path, object) {
                (Some(path), Some(object)) => format!("{path} ({object})"),
                (path, object) => path.or(object).unwrap_or_default(),
            }
        };
        let named = gaps.first().map(|gap| name(gap)).unwrap_or_default();
        let mut text = match (gaps.len(), named.as_str()) {
            (_, "") => reason.to_owned(),
            (1, named) => format!("{named}: {reason}"),
            (many, named) => format!("{} facts, such as {named}: {reason}", text::number(many)),
        };
        let by: BTreeSet<&str> = gaps
            .iter()
            .flat_map(|gap| gap.needed_by.iter())
            .copied()
            .collect();
        let first = by.iter().next().copied().unwrap_or_default();
        text.push_str(&match by.len() {
            1 => format!("; needed by {first}"),
            many => format!("; needed by {first} and {} more", text::number(many - 1)),
        });
        remedy(&mut text, help);
        text
    });
    sentences.collect()
}

/// `rule could not judge 17 subjects: why; what would help`.
pub(super) fn skip(skip: &Skip) -> String {
    skip_within(skip, usize::MAX)
}

/// As [`skip`], with a reason of at most so many characters: what a reader types is whole.
pub(super) fn skip_within(skip: &Skip, characters: usize) -> String {
    let required = if skip.required {
        ", though the policy requires it"
    } else {
        ""
    };
    let subjects = text::count(skip.subjects, "subject");
    let (rule, reason) = (skip.rule, cut(&skip.reason, characters));
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
    /// Remedies of real repositories are a tenth of that.
    const CHARACTERS: usize = 2_000;
    if let Some(remedy) = remedy {
        text.push_str("; ");
        text.push_str(&whole(remedy, CHARACTERS));
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
        Incomplete::Missing(gaps) => {
            let facts = text::count(gaps.len(), "fact");
            let first = gaps.first().copied().map(gap).unwrap_or_default();
            Some(format!(
                "{facts} that rules or answers need could not be read: {first}"
            ))
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

/// A text that a reader types, such as help or a name: whole, or how long it is. A part of it would be another
/// text.
pub(super) fn whole(text: &str, characters: usize) -> Cow<'_, str> {
    match text.chars().nth(characters) {
        None => Cow::Borrowed(text),
        Some(_) => {
            let all = text::number(text.chars().count());
            Cow::Owned(format!("(left out: a text of {all} characters)"))
        }
    }
}

/// Message and help in one text of so many characters: the message loses its end to make room for the help.
pub(super) fn with_help(finding: &Finding, characters: usize) -> String {
    /// At least so much of a message is shown.
    const MESSAGE: usize = 300;
    const BETWEEN: &str = ". Help: ";
    let message = message(finding);
    let Some(help) = &finding.help else {
        return cut(&message, characters);
    };
    let help = whole(help, characters.saturating_sub(MESSAGE + BETWEEN.len()));
    let room = characters.saturating_sub(help.chars().count() + BETWEEN.len());
    format!("{}{BETWEEN}{help}", cut(&message, room))
}

/// The message of a result in a format that has one place for it, and how many places it has beside that:
/// `617 comments name no owner (and 616 more places)`.
pub(super) fn message(finding: &Finding) -> String {
    let message = &finding.message;
    match finding.other_places().len() {
        0 => message.clone(),
        more => format!("{message} (and {})", text::count(more, "more place")),
    }
}

/// The first places beside the primary location, and how many more there are: `a.rs:7, b.rs:3 and 614 more
/// places`. None if there is no other. Not escaped, but for the places.
pub(super) fn also_at(finding: &Finding, most: usize) -> Option<String> {
    let others = finding.other_places();
    let shown: Vec<String> = others.iter().take(most).map(shown::line).collect();
    (!others.is_empty()).then(|| places(&shown, others.len() - shown.len()))
}

/// `a.rs:7, b.rs:3 and 614 more places`.
pub(super) fn places(shown: &[String], more: usize) -> String {
    match more {
        0 => text::list(shown, 0),
        more if shown.is_empty() => text::count(more, "more place"),
        more => format!(
            "{} and {}",
            shown.join(", "),
            text::count(more, "more place")
        ),
    }
}

/// The owners that should act, as written: as many as have room, and whether there are others.
pub(super) fn owners(finding: &Finding, characters: usize) -> String {
    fitting(&finding.owners, finding.more_owners, characters)
}

/// As many names as have room, and whether there are others.
pub(super) fn fitting(names: &[String], more: bool, characters: usize) -> String {
    let mut room = characters;
    let mut fits = |owner: &&String| {
        let length = owner.chars().count() + 1;
        let fits = length <= room;
        room = room.saturating_sub(length);
        fits
    };
    let shown: Vec<&str> = names
        .iter()
        .take_while(&mut fits)
        .map(String::as_str)
        .collect();
    let mut fitting = shown.join(" ");
    if more || shown.len() < names.len() {
        fitting.push_str(" and others");
    }
    fitting
}

/// The first characters of a text that nobody types, with an ellipsis if there were more. It ends with a whole
/// word, unless it has but one.
pub(super) fn cut(text: &str, characters: usize) -> String {
    match text.char_indices().nth(characters) {
        None => text.to_owned(),
        Some((end, _)) => {
            let kept = &text[..end];
            let last = kept.char_indices().next_back();
            let kept = last.map_or("", |(last, _)| &kept[..last]);
            // A part of a name would be another name.
            let words = kept.rsplit_once(' ').map(|(words, _)| words.trim_end());
            match words.filter(|words| !words.is_empty()) {
                Some(words) => format!("{words} …"),
                None => format!("{kept}…"),
            }
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
        assert_eq!(cut("only @acme/web can approve", 12), "only …");
        assert_eq!(
            cut("only @acme/web can approve", 26),
            "only @acme/web can approve"
        );
    }

    #[test]
    fn what_a_reader_types_is_whole_or_left_out() {
        let text = "write `/a/`";
        assert_eq!(whole(text, text.len()), text);
        assert_eq!(whole(text, 10), "(left out: a text of 11 characters)");
        let owners = ["@acme/one", "@acme/two"].map(str::to_owned);
        assert_eq!(fitting(&owners, false, 20), "@acme/one @acme/two");
        assert_eq!(fitting(&owners, true, 20), "@acme/one @acme/two and others");
        assert_eq!(fitting(&owners, false, 19), "@acme/one and others");
        let gap = Gap::new(crate::facts::GapKind::Absent, "a reason of some words");
        let gap = gap.remedy("git fetch --refetch --no-filter");
        assert_eq!(
            gap_within(&gap, 10),
            "a reason …; git fetch --refetch --no-filter"
        );
    }
}
