//! A first policy as TOML, from what was seen: what holds is set, what is possible stands beside it as a
//! comment.
//!
//! Names of folders come from the repository. In strings the `toml` crate escapes them; in comments they
//! are escaped as for a terminal, which leaves no character that would end a comment.

mod page;
mod services;
#[cfg(test)]
mod tests;

use std::io::{self, Write};

use self::page::{Page, first, folder_list, folder_name, string, strings};
use self::services::services;
use super::count::percent;
use super::shown;
use crate::answers::{Draft, ExcludeKind, Stage, Survey};
use crate::policy::{MARKER_WORDS, RUNBOOKS, pattern_of_folder};
use crate::text::{count, list, number};

/// From how many markers on a further word is worth to be looked for.
const FEWEST_MARKERS: usize = 5;

/// Writes the policy.
pub fn policy(survey: &Survey, draft: &Draft, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page { out };
    head(survey, draft, &mut page)?;
    base(survey, draft, &mut page)?;
    files(survey, draft, &mut page)?;
    markers(survey, &mut page)?;
    documents(survey, &mut page)?;
    rosters(survey, &mut page)?;
    services(survey, &mut page)?;
    rules(survey, draft, &mut page)
}

/// `11,620 files, 97.2 % owned by CODEOWNERS`: a survey in one line.
pub fn survey_line(survey: &Survey) -> String {
    let all = survey.all;
    let files = count(all.files, "file");
    match &survey.owners.file {
        None => format!("{files}, no ownership file"),
        Some(file) => format!(
            "{files}, {} % owned by {}",
            percent(all.owned, all.files),
            shown::path(file.as_bytes())
        ),
    }
}

fn head(survey: &Survey, draft: &Draft, page: &mut Page<'_>) -> io::Result<()> {
    page.say(&format!(
        "The policy of `{}`: which rules hold, how strictly, and what is left out. `bailiwick rules` \
         lists the rules, `bailiwick explain RULE` tells of one. A line that starts with `#` and no space \
         is a setting that is off: take the `#` away to switch it on.",
        survey.repository
    ))?;
    page.set("#")?;
    page.say(&format!("Seen on {}:", draft.day))?;
    for line in seen(survey) {
        page.item(&line)?;
    }
    page.space()
}

/// What was seen, a line each.
fn seen(survey: &Survey) -> Vec<String> {
    let mut lines = Vec::new();
    let all = survey.all;
    let owners = &survey.owners;
    let files = count(all.files, "file");
    match (&owners.file, &owners.unreadable) {
        (None, _) => lines.push(format!(
            "{files}, and no ownership file: nobody is asked for a review"
        )),
        (Some(file), Some(why)) => {
            lines.push(format!(
                "{files}; the ownership file `{file}` counts for nothing: {why}"
            ));
        }
        (Some(file), None) => {
            let share = percent(all.owned, all.files);
            let invalid = match owners.invalid {
                0 => String::new(),
                invalid => format!(", and {} that the forge skips", count(invalid, "line")),
            };
            lines.push(format!(
                "{files}, {share} % owned by `{file}`: {}{invalid}",
                count(owners.lines, "line"),
            ));
            lines.push(who(survey));
        }
    }
    let worth = survey.markers.iter().filter(|marker| is_worth(marker));
    let all: Vec<_> = worth
        .map(|(word, markers)| format!("{} {word}", number(*markers)))
        .collect();
    if !all.is_empty() {
        lines.push(format!("markers in comments: {}", list(&all, 0)));
    }
    let documents = &survey.documents;
    for (what, folders) in [
        ("documents", &documents.documents),
        ("runbooks", &documents.runbooks),
    ] {
        if !folders.is_empty() {
            lines.push(format!("{what}: {}", list(&folder_list(folders), 0)));
        }
    }
    if !survey.nested_roots.is_empty() {
        let roots: Vec<_> = survey.nested_roots.iter().map(folder_name).collect();
        let (shown, more) = first(&roots);
        lines.push(format!(
            "roots of their own, which have a policy of their own: {}",
            list(shown, more)
        ));
    }
    if !survey.gaps.is_empty() {
        lines.push(format!(
            "not seen: {} could not be had (`bailiwick check -v` lists them)",
            count(survey.gaps.len(), "fact")
        ));
    }
    lines
}

/// Who owns files.
fn who(survey: &Survey) -> String {
    let owners = &survey.owners;
    let people = match owners.people.len() {
        1 => "1 person".to_owned(),
        people => format!("{} people", number(people)),
    };
    if owners.teams.is_empty() {
        return match owners.people.len() {
            0 => "owners: none".into(),
            _ => format!(
                "owners: {people} and no team, so that the rules on who owns what are notes at most"
            ),
        };
    }
    let handles: Vec<_> = owners
        .organizations
        .iter()
        .map(|it| format!("@{it}"))
        .collect();
    let (shown, more) = first(&handles);
    let teams = count(owners.teams.len(), "team");
    let teams = format!("owners: {teams} of {}", list(shown, more));
    match (owners.people.len(), owners.without_team) {
        (0, _) => teams,
        (_, 0) => format!("{teams}, {people} beside them"),
        (_, lines) => format!("{teams}, {people}; {} without a team", count(lines, "line")),
    }
}

fn base(survey: &Survey, draft: &Draft, page: &mut Page<'_>) -> io::Result<()> {
    if survey.declares_root {
        page.say("This folder is a root of its own, whatever repository it lies in.")?;
        page.set("root = true")?;
        page.space()?;
    }
    page.say("Where the rules and their levels come from.")?;
    match (draft.stage, draft.baseline) {
        (_, Some(baseline)) => {
            page.say(&format!(
                "What was found on {} is in `{baseline}`. With it, only what is new counts:",
                draft.day
            ))?;
            page.command(&format!("bailiwick check --baseline {baseline}"))?;
            page.say(
                "Written anew with `--write-baseline`, it loses what was mended and gains what is new; once \
                 it is empty, it can go.",
            )?;
        }
        (Stage::Adopt, None) => {
            page.say("To begin with what is new, write down what is found today, and hand it in:")?;
            page.command("bailiwick check --write-baseline baseline.json")?;
            page.command("bailiwick check --baseline baseline.json")?;
        }
        _ => {}
    }
    match draft.stage {
        Stage::Strict => page.say(&format!(
            "Milder: \"{}\", {}.",
            Stage::Recommended.pack(),
            Stage::Recommended.summary()
        ))?,
        _ => page.say(&format!(
            "Stricter: \"{}\", {}.",
            Stage::Strict.pack(),
            Stage::Strict.summary()
        ))?,
    }
    page.set(&format!("extends = [{}]", string(draft.stage.pack())))?;
    page.space()?;
    page.say("Versions that may judge by this policy; others say so instead of misreading it.")?;
    page.set(&format!("required-version = {}", string(&version())))?;
    page.space()?;
    page.say(
        "When people last looked through it; `policy/overdue-review` reminds you of the next time.",
    )?;
    page.set(&format!("reviewed = {}", draft.day))?;
    page.space()
}

/// The versions from this one on.
fn version() -> String {
    format!(
        ">={}.{}",
        env!("CARGO_PKG_VERSION_MAJOR"),
        env!("CARGO_PKG_VERSION_MINOR")
    )
}

fn files(survey: &Survey, draft: &Draft, page: &mut Page<'_>) -> io::Result<()> {
    if survey.excludes.is_empty() {
        return Ok(());
    }
    let on = draft.excludes;
    page.say(
        "Not judged. `vendor/`, `third_party/`, `node_modules/`, `testdata/`, `fixtures/` and what \
         `.gitattributes` marks as generated or vendored are left out anyway.",
    )?;
    let indent = if on { "    " } else { "" };
    let mut line = |text: &str| if on { page.set(text) } else { page.off(text) };
    line("[files]")?;
    line("exclude = [")?;
    for seen in &survey.excludes {
        let why = match seen.kind {
            ExcludeKind::ThirdParty => "third-party code",
            ExcludeKind::Generated => "generated",
            ExcludeKind::Built => "built",
        };
        let (pattern, files) = (string(&seen.pattern), count(seen.files, "file"));
        line(&format!("{indent}{pattern}, # {files}: {why}"))?;
    }
    line("]")?;
    page.space()
}

fn markers(survey: &Survey, page: &mut Page<'_>) -> io::Result<()> {
    let further = survey
        .markers
        .iter()
        .filter(|marker| is_worth(marker) && !MARKER_WORDS.contains(&marker.0.as_str()));
    let further: Vec<&str> = further.map(|(word, _)| word.as_str()).collect();
    if further.is_empty() {
        return Ok(());
    }
    page.say(&format!(
        "What starts a tech-debt marker. {} also seen, and not looked for otherwise.",
        match further.len() {
            1 => format!("{} was", further[0]),
            _ => format!("{} were", further.join(", ")),
        }
    ))?;
    page.off("[markers]")?;
    let words = MARKER_WORDS.iter().chain(&further);
    page.off(&format!("words = {}", strings(words.copied())))?;
    page.space()
}

/// Whether a word and how often it was seen are worth to be told.
fn is_worth((word, markers): &(String, usize)) -> bool {
    *markers >= FEWEST_MARKERS || MARKER_WORDS.contains(&word.as_str())
}

fn documents(survey: &Survey, page: &mut Page<'_>) -> io::Result<()> {
    let documents = &survey.documents;
    let links = &documents.documents;
    let runbooks = &documents.like_runbooks;
    if links.is_empty() && runbooks.is_empty() {
        return Ok(());
    }
    if !links.is_empty() {
        page.say("Documents whose links are followed, beside README, CONTRIBUTING and SECURITY.")?;
    }
    if !runbooks.is_empty() {
        page.say(&format!(
            "Runbooks, if not in folders named `runbooks` or `runbook` alone: {}?",
            list(&folder_list(runbooks), 0)
        ))?;
    }
    page.off("[documents]")?;
    if !links.is_empty() {
        let patterns = links.iter().map(|seen| pattern_of_folder(&seen.folder));
        page.off(&format!("links = {}", strings(patterns)))?;
    }
    if !runbooks.is_empty() {
        let own = runbooks.iter().map(|seen| pattern_of_folder(&seen.folder));
        let patterns = RUNBOOKS.iter().map(ToString::to_string).chain(own);
        page.off(&format!("runbooks = {}", strings(patterns)))?;
    }
    page.space()
}

fn rosters(survey: &Survey, page: &mut Page<'_>) -> io::Result<()> {
    // A roster is written for one's own organization, which comes first.
    let Some(own) = survey.owners.organizations.first() else {
        return Ok(());
    };
    page.say(&format!(
        "Who is in which team. Whether a team or a member of @{own} exists cannot be told from the \
         repository; with a complete roster, an owner who is not in it is an error.",
    ))?;
    page.off("[[rosters]]")?;
    page.off("file = \"people.toml\"")?;
    page.off(&format!("covers = {}", strings([format!("@{own}")])))?;
    page.space()
}

fn rules(survey: &Survey, draft: &Draft, page: &mut Page<'_>) -> io::Result<()> {
    page.say(
        "Levels, `off`, `note`, `warning` or `error`, and options of single rules or families (\"debt/*\"). \
         `[[overrides]]` set them for some paths or owners; `[[exceptions]]` accept findings for a reason.",
    )?;
    page.off("[rules]")?;
    if !survey.organization_mode() {
        page.say("For example:")?;
        return page.off("\"debt/untracked-marker\" = \"off\"");
    }
    let owners = &survey.owners;
    let judged = survey.judged;
    let is_strict = draft.stage == Stage::Strict;
    if owners.unreadable.is_none() && judged.files > 0 {
        // Rounded down, so that what stands today passes.
        let today = judged.owned.saturating_mul(100) / judged.files;
        let asked = if is_strict {
            "; the strict rules ask for 90"
        } else {
            ""
        };
        page.say(&format!(
            "{} % of the files that are judged have an owner{asked}. To keep at least that:",
            percent(judged.owned, judged.files)
        ))?;
        page.off(&format!(
            "\"ownership/unowned-file\" = {{ level = \"warning\", minimum-coverage = {today} }}"
        ))?;
    }
    if owners.without_team > 0 && !is_strict {
        page.say(&format!(
            "{} {} persons and no team. People leave, teams stay:",
            count(owners.without_team, "line"),
            match owners.without_team {
                1 => "names",
                _ => "name",
            }
        ))?;
        page.off("\"ownership/personal-owner\" = \"warning\"")?;
    }
    if !survey.markers.is_empty() && !is_strict {
        page.say("Every marker names an owner:")?;
        page.off("\"debt/ownerless-marker\" = \"note\"")?;
    }
    Ok(())
}
