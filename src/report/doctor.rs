//! What is configured, what can be read, and which rules would have nothing to judge by.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use super::look::{Ink, Look, wrap};
use super::sentence;
use crate::answers::{Diagnosis, Recording};
use crate::sources::forge::Account;
use crate::text::{count, list, number, terminal};

/// Rises when a key changes its meaning or goes; new keys do not raise it.
const SCHEMA_VERSION: u32 = 1;

/// Writes it for people. `token` says which token is at hand, and where it came from.
///
/// # Errors
/// Nothing can be written.
pub fn human(
    answer: &Diagnosis,
    token: Option<&str>,
    out: &mut dyn Write,
    look: Look,
) -> io::Result<()> {
    let mut line = |name: &str, ink: Ink, text: &str| {
        let lines = wrap(&terminal(text), look.width.saturating_sub(name.len() + 2));
        writeln!(
            out,
            "{} {}",
            look.paint(ink, format_args!("{name}:")),
            lines.join("\n  ")
        )
    };
    let place = match &answer.web {
        Some(web) => format!("{}, at {web}", answer.repository),
        None => format!("{}, which has no origin on a forge", answer.repository),
    };
    line("repository", Ink::Faint, &place)?;
    line("policy", Ink::Faint, &policy(answer))?;
    match &answer.forge {
        None => line("forge", Ink::Faint, "not asked; add --online")?,
        Some(forge) => line("forge", Ink::Faint, &forge.api)?,
    }
    let recording = answer.forge.as_ref().and_then(|it| it.recording.as_ref());
    if recording.is_none_or(|it| !it.is_replayed) {
        line(
            "token",
            Ink::Faint,
            token.unwrap_or("none: set GITHUB_TOKEN, or name a file with --token-file"),
        )?;
    }
    match answer.forge.as_ref().and_then(|it| it.account.as_ref()) {
        None => {}
        Some(Ok(account)) => account_lines(account, token, &mut line)?,
        Some(Err(gap)) => line("account", Ink::Warning, &sentence::gap(gap))?,
    }
    if let Some(recording) = recording {
        let ink = match recording.lacks.is_empty() {
            true => Ink::Good,
            false => Ink::Warning,
        };
        line("recording", ink, &recorded(recording))?;
        for what in &recording.lacks_for_audit {
            line("not recorded for an audit", Ink::Faint, what)?;
        }
    }
    for gap in &answer.gaps {
        line(gap.kind.name(), Ink::Warning, &sentence::gap(gap))?;
    }
    let skipping = rules(answer);
    let text = format!(
        "{} can judge, {} cannot",
        count(answer.judging, "rule"),
        number(skipping)
    );
    let ink = if skipping == 0 {
        Ink::Good
    } else {
        Ink::Warning
    };
    line("rules", ink, &text)?;
    for (why, rules) in by_reason(answer) {
        let rules: Vec<String> = rules.into_iter().map(str::to_owned).collect();
        line(
            "skipped",
            Ink::Faint,
            &format!("{why}: {}", list(&rules, 0)),
        )?;
    }
    Ok(())
}

/// What a recording lacks; of what, gaps and skipped rules tell.
fn recorded(recording: &Recording) -> String {
    let folder = &recording.folder;
    let lacks = match recording.lacks.len() {
        1 => "1 thing".to_owned(),
        more => format!("{} things", number(more)),
    };
    match (recording.is_replayed, recording.lacks.is_empty()) {
        (false, true) => format!("`{folder}` holds what the rules that are on ask for"),
        (false, false) => format!(
            "`{folder}` lacks {lacks} that the rules that are on ask for, as it could not be read"
        ),
        (true, true) if recording.lacks_for_audit.is_empty() => {
            format!("`{folder}` holds what the rules that are on ask for")
        }
        (true, true) => format!(
            "`{folder}` holds what `check` asks for; an audit, or a check by rules that are named, asks for more"
        ),
        (true, false) => {
            format!("`{folder}` lacks {lacks} that the rules that are on ask for")
        }
    }
}

fn account_lines(
    account: &Account,
    token: Option<&str>,
    line: &mut impl FnMut(&str, Ink, &str) -> io::Result<()>,
) -> io::Result<()> {
    let who = match (&account.login, token) {
        (Some(login), _) => login,
        (None, Some(_)) => "no user: an App, or a run of Actions",
        (None, None) => "nobody, who is shown what is public, and not all of that",
    };
    let scopes = match &account.scopes {
        None => String::new(),
        Some(scopes) if scopes.is_empty() => {
            ", without any scope: only what is public is shown".to_owned()
        }
        Some(scopes) => format!(", with the scopes {}", list(scopes, 0)),
    };
    line("account", Ink::Faint, &format!("{who}{scopes}"))?;
    let budget = account.budget.map(|(left, limit, resets)| {
        let number = |requests: u64| number(usize::try_from(requests).unwrap_or(usize::MAX));
        format!(
            "{} of {} requests are left until {resets}",
            number(left),
            number(limit)
        )
    });
    line(
        "budget",
        Ink::Faint,
        budget.as_deref().unwrap_or("nothing limits the requests"),
    )
}

fn policy(answer: &Diagnosis) -> String {
    match answer.policy.extends.is_empty() {
        true => answer.policy.name.clone(),
        false => format!(
            "{} (extends {})",
            answer.policy.name,
            list(&answer.policy.extends, 0)
        ),
    }
}

/// How many rules could not judge something.
fn rules(answer: &Diagnosis) -> usize {
    let rules = answer.skipped.iter().map(|skip| skip.rule);
    rules.collect::<std::collections::BTreeSet<_>>().len()
}

/// Why rules could not judge, with what would help, and which those are.
fn by_reason(answer: &Diagnosis) -> BTreeMap<String, Vec<&'static str>> {
    let mut reasons: BTreeMap<String, Vec<&'static str>> = BTreeMap::new();
    for skip in &answer.skipped {
        let why = match &skip.remedy {
            Some(remedy) => format!("{}; {remedy}", skip.reason),
            None => skip.reason.clone(),
        };
        let rules = reasons.entry(why).or_default();
        if !rules.contains(&skip.rule) {
            rules.push(skip.rule);
        }
    }
    reasons
}

#[derive(Serialize)]
struct Document<'a> {
    schema_version: u32,
    repository: &'a str,
    web: Option<&'a str>,
    policy: &'a str,
    /// Which token is at hand, and where it came from; null for none.
    token: Option<&'a str>,
    /// Null if nobody wanted it to be asked.
    forge: Option<Forge<'a>>,
    /// How many rules could judge.
    judging: usize,
    skipped: Vec<Skipped<'a>>,
    gaps: Vec<String>,
}

#[derive(Serialize)]
struct Forge<'a> {
    api: &'a str,
    login: Option<&'a str>,
    scopes: Option<&'a [String]>,
    /// How many requests are left; null where nothing limits them, or where it is not known.
    left: Option<u64>,
    /// Why it says nothing of whoever asks; null if it does, and where a recording answers.
    unread: Option<String>,
    /// The recording that is written or replayed; null for none.
    recording: Option<Folder<'a>>,
}

#[derive(Serialize)]
struct Folder<'a> {
    folder: &'a str,
    /// Whether it is replayed, and not written.
    replayed: bool,
    /// What it lacks of what the rules that judge here ask.
    lacks: &'a [String],
    /// Where these are the rules of a check: what it lacks beside that of what an audit asks.
    lacks_for_audit: &'a [String],
}

#[derive(Serialize)]
struct Skipped<'a> {
    rule: &'a str,
    reason: &'a str,
    remedy: Option<&'a str>,
    subjects: usize,
}

/// Writes it as a JSON document.
///
/// # Errors
/// Nothing can be written.
pub fn json(answer: &Diagnosis, token: Option<&str>, out: &mut dyn Write) -> io::Result<()> {
    let forge = answer.forge.as_ref().map(|forge| {
        let account = forge.account.as_ref().and_then(|it| it.as_ref().ok());
        Forge {
            api: &forge.api,
            login: account.and_then(|it| it.login.as_deref()),
            scopes: account.and_then(|it| it.scopes.as_deref()),
            left: account.and_then(|it| it.budget).map(|(left, ..)| left),
            unread: forge
                .account
                .as_ref()
                .and_then(|it| it.as_ref().err())
                .map(sentence::gap),
            recording: forge.recording.as_ref().map(|it| Folder {
                folder: &it.folder,
                replayed: it.is_replayed,
                lacks: &it.lacks,
                lacks_for_audit: &it.lacks_for_audit,
            }),
        }
    });
    let skipped = answer.skipped.iter().map(|skip| Skipped {
        rule: skip.rule,
        reason: &skip.reason,
        remedy: skip.remedy.as_deref(),
        subjects: skip.subjects,
    });
    let document = Document {
        schema_version: SCHEMA_VERSION,
        repository: &answer.repository,
        web: answer.web.as_deref(),
        policy: &answer.policy.name,
        token,
        forge,
        judging: answer.judging,
        skipped: skipped.collect(),
        gaps: answer.gaps.iter().map(sentence::gap).collect(),
    };
    let text = serde_json::to_string_pretty(&document).map_err(io::Error::other)?;
    writeln!(out, "{}", crate::text::json(&text))
}
