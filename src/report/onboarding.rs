//! A checklist for whoever takes over, in Markdown: ready to become an issue.

use std::io::{self, Write};

use crate::answers::{Expert, Neighbour, Onboarding, OwnedService, Place, ToDo};
use crate::text::{count, list, markdown, markdown_code, number};

/// How many names stand in one line.
const MOST_NAMES: usize = 8;

/// Writes the checklist.
pub fn write(answer: &Onboarding, out: &mut dyn Write) -> io::Result<()> {
    let subject = markdown_code(&answer.subject);
    let services = count(answer.services.len(), "service");
    match answer.is_team {
        true => writeln!(out, "# Welcome to {subject}\n")?,
        false => writeln!(out, "# Taking over {subject}\n")?,
    }
    let read = match answer.repositories {
        1 => "1 repository".to_owned(),
        many => format!("{} repositories", number(many)),
    };
    writeln!(
        out,
        "As of {}, from {read}: {services}. Boxes that the repositories show as done are ticked.\n",
        answer.as_of
    )?;
    people(answer, out)?;
    if !answer.services.is_empty() {
        writeln!(out, "## What you run\n")?;
        for service in &answer.services {
            self::service(service, answer.is_team, out)?;
        }
    }
    if !answer.lines.is_empty() {
        let besides = match answer.services.is_empty() {
            true => "",
            false => " else",
        };
        writeln!(out, "## What{besides} you decide over\n")?;
        for line in &answer.lines {
            let files = count(line.files, "file");
            let pattern = markdown_code(&line.pattern);
            writeln!(out, "- {pattern}: {files} ({})", place(&line.place))?;
            for expert in &line.experts {
                writeln!(out, "  - [ ] {}", ask(expert, line.files, answer.is_team))?;
            }
        }
        more(answer.more_lines, "line", out)?;
    }
    if !answer.findings.is_empty() {
        writeln!(out, "## What is not as agreed\n")?;
        for todo in &answer.findings {
            let help = todo
                .help
                .as_ref()
                .map(|help| format!(" → {}", markdown(help)));
            writeln!(
                out,
                "- [ ] {}{}{} ({}, {})",
                markdown(&todo.message),
                alike(todo),
                help.unwrap_or_default(),
                markdown_code(todo.rule),
                place(&todo.place)
            )?;
        }
        more(answer.more_findings, "finding", out)?;
    }
    if !answer.reading.is_empty() {
        writeln!(out, "## What to read, in this order\n")?;
        for document in &answer.reading {
            writeln!(out, "- [ ] {}", place(document))?;
        }
        writeln!(out)?;
    }
    inherited(answer, out)?;
    if !answer.gaps.is_empty() {
        writeln!(out, "## What could not be read\n")?;
        for text in super::sentence::missing(&answer.gaps) {
            writeln!(out, "- {}", markdown(&text))?;
        }
        for gap in answer.gaps.iter().filter(|gap| !gap.is_missing()) {
            writeln!(out, "- {}", markdown(&super::sentence::gap(gap)))?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// Where else the same is to do.
fn alike(todo: &ToDo) -> String {
    if todo.alike.is_empty() {
        return String::new();
    }
    let shown: Vec<String> = todo.alike.iter().take(MOST_NAMES).map(place).collect();
    let rest = todo.alike.len() - shown.len();
    let all = match rest {
        0 => String::new(),
        _ => format!(
            "; {} lists all",
            markdown_code(&format!("bailiwick check --select {}", todo.rule))
        ),
    };
    format!(", and the like at {}{all}", list(&shown, rest))
}

fn people(answer: &Onboarding, out: &mut dyn Write) -> io::Result<()> {
    if !answer.owners.is_empty() {
        writeln!(out, "Who answers for it: {}.\n", names(&answer.owners))?;
    }
    if !answer.people.is_empty() {
        let lead = answer.lead.as_ref();
        let lead = lead.map_or(String::new(), |lead| {
            format!("; {} leads", names(std::slice::from_ref(lead)))
        });
        writeln!(out, "Your team: {}{lead}.\n", names(&answer.people))?;
    } else if answer.is_team {
        let how = "no roster says who is in it: name them under `[[teams]]` in the policy";
        writeln!(out, "- [ ] {how}\n")?;
    }
    Ok(())
}

fn service(service: &OwnedService, is_team: bool, out: &mut dyn Write) -> io::Result<()> {
    let tier = service.tier.map(|tier| format!("tier {tier}"));
    let kind = (service.kind != "service").then(|| markdown(&service.kind));
    let lifecycle = service.lifecycle.as_ref().map(|it| markdown(it));
    let facts: Vec<String> = [tier, kind, lifecycle].into_iter().flatten().collect();
    let facts = match facts.is_empty() {
        true => String::new(),
        false => format!(" ({})", facts.join(", ")),
    };
    writeln!(out, "### {}{facts}\n", markdown_code(&service.name))?;
    let files = count(service.files, "file");
    match &service.folder {
        Some(folder) => writeln!(
            out,
            "{files} in {}; declared in {}\n",
            place(folder),
            place(&service.declared)
        )?,
        None => writeln!(out, "{files}; declared in {}\n", place(&service.declared))?,
    }
    for item in &service.equipment {
        if item.links.is_empty() {
            let rule = item.rule.map(|rule| format!(" ({})", markdown_code(rule)));
            let rule = rule.unwrap_or_default();
            writeln!(
                out,
                "- [ ] {}: none → {}{rule}",
                item.what,
                markdown(item.how)
            )?;
        } else {
            let links: Vec<String> = item.links.iter().take(MOST_NAMES).map(place).collect();
            writeln!(out, "- [x] {}: {}", item.what, links.join(", "))?;
        }
    }
    for (what, neighbours) in [("needs", &service.needs), ("needed by", &service.needed_by)] {
        if !neighbours.is_empty() {
            let shown: Vec<String> = neighbours.iter().take(MOST_NAMES).map(neighbour).collect();
            let rest = neighbours.len() - shown.len();
            writeln!(out, "- {what} {}", list(&shown, rest))?;
        }
    }
    for coupled in &service.coupled {
        let shared = count(coupled.shared as usize, "change");
        writeln!(
            out,
            "- changes together with {}: {} % of the time, {shared}",
            neighbour(&coupled.service),
            coupled.degree
        )?;
    }
    for expert in &service.experts {
        writeln!(out, "- [ ] {}", ask(expert, service.files, is_team))?;
    }
    writeln!(out)
}

/// Whom to ask, and why.
fn ask(expert: &Expert, files: usize, is_team: bool) -> String {
    let name = markdown_code(&expert.name);
    let team = match (is_team, expert.owns) {
        (true, true) => ", of your team",
        (false, true) => ", of those who answer for it",
        (_, false) => "",
    };
    // Who changed it now and then need not know it.
    let knows = match expert.files {
        0 => String::new(),
        known => format!("knows {} of {}, ", number(known), count(files, "file")),
    };
    format!(
        "ask {name}{team}: {knows}{} there, the last on {}; last active on {}",
        count(expert.changes as usize, "change"),
        expert.last,
        expert.active
    )
}

fn inherited(answer: &Onboarding, out: &mut dyn Write) -> io::Result<()> {
    let markers = &answer.markers;
    if markers.count == 0 && answer.accepted.is_empty() {
        return Ok(());
    }
    writeln!(out, "## What you inherit\n")?;
    if markers.count > 0 {
        let shown = markers.shown.iter().map(|(at, since)| match since {
            Some(since) => format!("{} since {since}", place(at)),
            None => place(at),
        });
        let shown: Vec<String> = shown.collect();
        let rest = markers.count - shown.len();
        let marked = count(markers.count, "marker");
        writeln!(
            out,
            "- [ ] go through {marked} of unfinished work: {}{}",
            list(&shown, rest),
            if rest > 0 {
                listed(&markers.words)
            } else {
                String::new()
            }
        )?;
    }
    for accepted in &answer.accepted {
        let until = accepted.until.map(|until| format!(" until {until}"));
        writeln!(
            out,
            "- [ ] accepted{}: {} ({}): {}",
            until.unwrap_or_default(),
            markdown(&accepted.what.message),
            markdown_code(accepted.what.rule),
            markdown(&accepted.reason)
        )?;
    }
    writeln!(out)
}

/// What lists all markers with these words. A word that a shell would read as something else is left out, as
/// policies choose them.
fn listed(words: &[String]) -> String {
    let is_plain =
        |word: &&String| !word.is_empty() && word.bytes().all(|it| it.is_ascii_alphanumeric());
    let words: Vec<&str> = words.iter().filter(is_plain).map(String::as_str).collect();
    match words.is_empty() {
        true => String::new(),
        false => {
            let command = format!("git grep -nwE '{}'", words.join("|"));
            format!("; {} lists them", markdown_code(&command))
        }
    }
}

fn more(rest: usize, noun: &str, out: &mut dyn Write) -> io::Result<()> {
    match rest {
        0 => writeln!(out),
        rest => writeln!(out, "- and {}\n", count(rest, &format!("more {noun}"))),
    }
}

/// Handles in code, so that an issue with the list in it pings nobody.
fn names(names: &[String]) -> String {
    let shown: Vec<String> = names
        .iter()
        .take(MOST_NAMES)
        .map(|it| markdown_code(it))
        .collect();
    list(&shown, names.len() - shown.len())
}

fn neighbour(neighbour: &Neighbour) -> String {
    let name = markdown_code(&neighbour.name);
    match neighbour.owners.is_empty() {
        true => format!("{name} (nobody answers for it)"),
        false => format!("{name} ({})", names(&neighbour.owners)),
    }
}

fn place(place: &Place) -> String {
    let text = markdown_code(&place.text);
    match &place.url {
        // An address that closes the link early would be one of a hostile repository.
        Some(url) if !url.contains([' ', '(', ')', '<', '>', '\n']) => format!("[{text}]({url})"),
        _ => text,
    }
}
