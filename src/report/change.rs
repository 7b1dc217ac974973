//! What a report says of the change that it judges: one sentence each. Not escaped: a format does that.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::{graph, sentence};
use crate::findings::{Change, Report};
use crate::ownership::{Approval, Handover};
use crate::text::{count, list, number, terminal};

/// How many owners of a line, and how many files or services in a list, are named.
const NAMED: usize = 10;

/// How many folders and files of such a group are named.
const PLACES: usize = 5;

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
    let owners = deltas(&change.handovers);
    let told = owners.iter().take(MOST);
    all.extend(told.map(|delta| ("owners", delta.text())));
    if let Some(more) = owners.len().checked_sub(MOST + 1) {
        all.push(("owners", format!("and {} more groups of files", more + 1)));
    }
    let approvals = change.approvals.iter().take(MOST);
    all.extend(approvals.map(|it| ("approval", approval(it))));
    if let Some(more) = change.approvals.len().checked_sub(MOST + 1) {
        all.push(("approval", format!("and of {} more lines", more + 1)));
    }
    if !change.unverified.is_empty() {
        let names: Vec<String> = change.unverified.iter().map(|&it| it.into()).collect();
        let text = format!(
            "{} could not be worked out, since data is missing",
            list(&names, 0)
        );
        all.push(("unverified", text));
    }
    if let Some(edits) = edits(change) {
        all.push(("judges", edits));
    }
    if change.policy_differs {
        let text = "the change has another policy than the revision, which judged it; \
                    `policy-from` set to `head` judges by that of the change";
        all.push(("judges", text.to_owned()));
    }
    all
}

/// All that there is to say as one note on the ownership file, for formats that know nothing but findings
/// in files: the file's path, and a line each. None where no change is judged.
pub(super) fn note(report: &Report) -> Option<(String, Vec<String>)> {
    let change = report.change.as_ref()?;
    let lines = all(report).into_iter();
    let lines = lines.map(|(about, text)| format!("{about}: {text}"));
    let path = change.approved_by.as_deref().unwrap_or("README.md");
    Some((path.to_owned(), lines.collect()))
}

/// `origin/main (0123456789)`: a revision as it was asked for, and the commit that a change starts from.
pub(super) fn revision(asked: &str, base: &str) -> String {
    let base = match base {
        "" => "before the first commit",
        base => base.get(..HASH).unwrap_or(base),
    };
    format!("{} ({base})", name(asked))
}

/// `5 files differ since origin/main (0123456789); 12 findings stand as before, 2 are mended`.
pub(super) fn summary(change: &Change) -> String {
    let differ = match change.files {
        0 => "no file differs".to_owned(),
        1 => "1 file differs".to_owned(),
        files => format!("{} files differ", number(files)),
    };
    let mut text = format!("{differ} since {}", revision(&change.since, &change.base));
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

/// What becomes of the owners of some files, whoever else owns them: that they all gain one more owner is
/// told once, however many owners they have.
struct Delta<'c> {
    lost: Vec<String>,
    gained: Vec<String>,
    kept: Vec<String>,
    groups: Vec<&'c Handover>,
}

/// By what is lost and gained, in the order of the first group of each.
fn deltas(handovers: &[Handover]) -> Vec<Delta<'_>> {
    let names = |owners: &[String]| -> BTreeSet<String> {
        owners.iter().map(|owner| owner.to_lowercase()).collect()
    };
    let mut deltas: Vec<Delta<'_>> = Vec::new();
    let mut known: BTreeMap<(BTreeSet<String>, BTreeSet<String>), usize> = BTreeMap::new();
    for handover in handovers {
        let (before, after) = (names(&handover.before), names(&handover.after));
        let which = |owners: &'_ [String], others: &BTreeSet<String>, is_in: bool| {
            let owners = owners.iter().enumerate();
            let owners = owners.filter(|(_, it)| others.contains(&it.to_lowercase()) == is_in);
            owners.map(|(place, _)| place).collect::<Vec<usize>>()
        };
        let lost = which(&handover.before, &after, false);
        let gained = which(&handover.after, &before, false);
        let kept = which(&handover.after, &before, true);
        let named = |owners: &'_ [String], places: &[usize]| -> BTreeSet<String> {
            places.iter().map(|&it| owners[it].to_lowercase()).collect()
        };
        // Where nobody stays, before and after say it all.
        let key = (
            named(&handover.before, &lost),
            named(&handover.after, &gained),
        );
        let place = (!kept.is_empty())
            .then(|| known.get(&key).copied())
            .flatten();
        if let Some(place) = place {
            deltas[place].groups.push(handover);
            continue;
        }
        if !kept.is_empty() {
            known.insert(key, deltas.len());
        }
        let of = |owners: &'_ [String], places: Vec<usize>| {
            let owners = places.into_iter().map(|place| owners[place].clone());
            owners.collect::<Vec<String>>()
        };
        deltas.push(Delta {
            lost: of(&handover.before, lost),
            gained: of(&handover.after, gained),
            kept: of(&handover.after, kept),
            groups: vec![handover],
        });
    }
    deltas
}

impl Delta<'_> {
    /// `2 files go from @acme/a to @acme/b by line 7: lib/ (2 files)`, `1 file gains @acme/c beside
    /// @acme/a: x`.
    fn text(&self) -> String {
        let [first, more @ ..] = &self.groups[..] else {
            return String::new();
        };
        let all: usize = self.groups.iter().map(|group| group.files).sum();
        let files = count(all, "file");
        let verb = |one: &str, many: &str| {
            if all == 1 {
                one.to_owned()
            } else {
                many.to_owned()
            }
        };
        let kept = match more {
            [] => owners(&self.kept),
            _ => "their other owners".to_owned(),
        };
        let from_to = |from: &[String], to: &[String]| {
            let nobody = |some: &[String]| match some {
                [] => "nobody".to_owned(),
                some => owners(some),
            };
            let goes = verb("goes", "go");
            format!("{files} {goes} from {} to {}", nobody(from), nobody(to))
        };
        let mut text = match (
            first.is_new,
            &self.kept[..],
            &self.lost[..],
            &self.gained[..],
        ) {
            (true, ..) => {
                let files = files.replace(" file", " new file");
                format!("{files} {} no owner", verb("has", "have"))
            }
            (_, [], ..) => from_to(&first.before, &first.after),
            (_, _, [], gained) => {
                format!(
                    "{files} {} {} beside {kept}",
                    verb("gains", "gain"),
                    owners(gained)
                )
            }
            (_, _, lost, []) => {
                format!(
                    "{files} {} {} and {} {kept}",
                    verb("loses", "lose"),
                    owners(lost),
                    verb("keeps", "keep")
                )
            }
            (_, _, lost, gained) => format!("{} beside {kept}", from_to(lost, gained)),
        };
        if let (Some(line), []) = (first.line, more) {
            text.push_str(&format!(" by line {line}"));
        }
        format!("{text}: {}", self.paths())
    }

    /// Its largest folders and files: `lib/ (2 files), x and 3 more`.
    fn paths(&self) -> String {
        let mut named: Vec<(String, usize)> = Vec::new();
        named.extend(
            self.groups
                .iter()
                .flat_map(|group| group.paths.iter().cloned()),
        );
        named.sort_by_key(|(_, files)| Reverse(*files));
        let rest = self.groups.iter().map(|group| group.more).sum::<usize>();
        let rest = rest + named.len().saturating_sub(PLACES);
        named.truncate(PLACES);
        paths(&named, rest)
    }
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
        name(&approval.pattern),
        paths(&approval.paths, approval.more)
    )
}

/// `it edits what it is judged by: CODEOWNERS (ownership file)`.
pub(super) fn edits(change: &Change) -> Option<String> {
    let named = change.edits.iter().take(NAMED);
    let named: Vec<String> = named
        .map(|(path, edit)| format!("{} ({})", name(path), edit.name()))
        .collect();
    let more = change.edits.len() - named.len();
    (!named.is_empty()).then(|| {
        format!(
            "it edits what changes are judged by: {}",
            list(&named, more)
        )
    })
}

/// An owner, a pattern or a path, which a reader may type: whole, or how long it is.
fn name(name: &str) -> Cow<'_, str> {
    const CHARACTERS: usize = 500;
    sentence::whole(name, CHARACTERS)
}

/// `and 3 more`, if that many are not among the first.
fn more(all: usize, first: usize) -> Option<String> {
    let more = all.checked_sub(first).filter(|&more| more > 0)?;
    Some(format!("and {} more", number(more)))
}

fn owners(owners: &[String]) -> String {
    let named = owners.iter().take(NAMED);
    let named: Vec<String> = named.map(|owner| name(owner).into_owned()).collect();
    list(&named, owners.len() - named.len())
}

fn paths(paths: &[(String, usize)], more: usize) -> String {
    let named = paths.iter().map(|(path, files)| {
        let path = name(path);
        match files {
            1 => path.into_owned(),
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
    /// So many owners of a line, and of those who leave or come, are drawn.
    const OWNERS: usize = 3;
    let label = |text: &str| graph::entities(&terminal(text));
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
            draw(format!("o{place}([\"{}\"])", label(&self::name(owner))));
            owners.push(name);
        }
        place
    };
    for (at, approval) in change.approvals.iter().take(DRAWN).enumerate() {
        let pattern = name(&approval.pattern);
        let pattern = label(&format!("{pattern} (line {})", approval.line));
        draw(format!("l{at}[\"{pattern}\"]"));
        for owner in approval.owners.iter().take(OWNERS) {
            let owner = node(owner, &mut draw);
            draw(format!("o{owner} -->|approves| l{at}"));
        }
        if let Some(more) = more(approval.owners.len(), OWNERS) {
            draw(format!("l{at}more([\"{more}\"]) -->|approve| l{at}"));
        }
    }
    if let Some(more) = more(change.approvals.len(), DRAWN) {
        draw(format!("lmore[\"{more} lines\"]"));
    }
    // Who leaves and who comes; owners that stay are no part of a change.
    let deltas = deltas(&change.handovers);
    for (at, delta) in deltas.iter().take(DRAWN).enumerate() {
        draw(format!("h{at}[\"{}\"]", label(&delta.paths())));
        for owner in delta.lost.iter().take(OWNERS) {
            let owner = node(owner, &mut draw);
            draw(format!("o{owner} -.->|had| h{at}"));
        }
        if let Some(more) = more(delta.lost.len(), OWNERS) {
            draw(format!("h{at}lost([\"{more}\"]) -.->|had| h{at}"));
        }
        for owner in delta.gained.iter().take(OWNERS) {
            let owner = node(owner, &mut draw);
            draw(format!("h{at} ==>|goes to| o{owner}"));
        }
        if let Some(more) = more(delta.gained.len(), OWNERS) {
            draw(format!("h{at} ==>|goes to| h{at}gained([\"{more}\"])"));
        }
    }
    if let Some(more) = more(deltas.len(), DRAWN) {
        draw(format!("hmore[\"{more} groups of files\"]"));
    }
    Some(drawn)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn handover(before: &str, after: &str, files: usize, path: &str) -> Handover {
        let names = |text: &str| text.split_whitespace().map(str::to_owned).collect();
        Handover {
            before: names(before),
            after: names(after),
            is_new: before == "new",
            line: Some(7),
            files,
            paths: vec![(path.to_owned(), files)],
            more: 0,
        }
    }

    #[test]
    fn draws_who_leaves_and_who_comes() {
        let change = Change {
            handovers: vec![
                handover("@a @b @c @out", "@a @b @c @in @too", 3, "src/"),
                handover("@x", "@1 @2 @3 @4 @5", 1, "y"),
            ],
            approvals: vec![Approval {
                line: 3,
                pattern: "/src/".to_owned(),
                owners: ["@a", "@b", "@c", "@out", "@d"].map(str::to_owned).to_vec(),
                files: 1,
                paths: Vec::new(),
                more: 0,
            }],
            ..Change::default()
        };
        expect_test::expect![[r#"
            flowchart LR
              l0["/src/ (line 3)"]
              o0(["@a"])
              o0 -->|approves| l0
              o1(["@b"])
              o1 -->|approves| l0
              o2(["@c"])
              o2 -->|approves| l0
              l0more(["and 2 more"]) -->|approve| l0
              h0["src/ (3 files)"]
              o3(["@out"])
              o3 -.->|had| h0
              o4(["@in"])
              h0 ==>|goes to| o4
              o5(["@too"])
              h0 ==>|goes to| o5
              h1["y"]
              o6(["@x"])
              o6 -.->|had| h1
              o7(["@1"])
              h1 ==>|goes to| o7
              o8(["@2"])
              h1 ==>|goes to| o8
              o9(["@3"])
              h1 ==>|goes to| o9
              h1 ==>|goes to| h1gained(["and 2 more"])
        "#]]
        .assert_eq(&mermaid(&change).unwrap());
        let many = (0..20).map(|number| handover("@a", &format!("@b{number}"), 1, "x"));
        let many = Change {
            handovers: many.collect(),
            ..Change::default()
        };
        let drawn = mermaid(&many).unwrap();
        assert!(
            drawn.ends_with("hmore[\"and 8 more groups of files\"]\n"),
            "{drawn}"
        );
    }

    #[test]
    fn states_once_what_is_gained_and_lost() {
        let handovers = [
            handover("@a", "", 1, "lost"),
            handover("@a @x", "@b @x", 9, "swapped/"),
            handover("@a", "@a @new", 3, "a/"),
            handover("@b", "@B @new", 5, "b/"),
            handover("@c", "@new", 2, "c/"),
            handover("@a @b", "@a", 1, "less"),
            handover("", "@a", 1, "more"),
            handover("new", "", 2, "new/"),
        ];
        let told: Vec<String> = deltas(&handovers).iter().map(Delta::text).collect();
        assert_eq!(
            told,
            [
                "1 file goes from @a to nobody by line 7: lost",
                "9 files go from @a to @b beside @x by line 7: swapped/ (9 files)",
                "8 files gain @new beside their other owners: b/ (5 files) and a/ (3 files)",
                "2 files go from @c to @new by line 7: c/ (2 files)",
                "1 file loses @b and keeps @a by line 7: less",
                "1 file goes from nobody to @a by line 7: more",
                "2 new files have no owner by line 7: new/ (2 files)",
            ]
        );
    }
}
