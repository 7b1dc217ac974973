//! `bailiwick init`: write a first policy that fits what is there.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use jiff::civil::Date;

use super::dialogue::Dialogue;
use super::exit::Exit;
use super::failure::Failure;
use super::output::{Existing, to_file_over, to_stdout};
use super::terminal::Terminal;
use super::today;
use crate::answers::{Draft, ExcludeSeen, Stage, Survey};
use crate::engine::{self, Request, Surveyed};
use crate::findings::{Baseline, Report};
use crate::policy::Level;
use crate::report;
use crate::text::{self, count, list};

/// The policy.
const POLICY: &str = "bailiwick.toml";

/// The baseline beside it.
const BASELINE: &str = "bailiwick-baseline.json";

/// Write a policy that fits the repository, with comments.
///
/// On a terminal it asks a few questions, unless options answer them.
#[derive(Debug, Args)]
pub(super) struct Init {
    /// The repository, or a folder in it; the policy is written to its root
    #[arg(default_value = ".", hide_default_value = true)]
    target: PathBuf,
    /// How strictly to begin [default: adopt]
    #[arg(long, value_name = "STAGE")]
    stage: Option<StageArgument>,
    /// Write what is found today to bailiwick-baseline.json, so that only what is new counts; the
    /// default for `adopt`
    #[arg(long, conflicts_with = "no_baseline")]
    baseline: bool,
    /// Write no baseline
    #[arg(long)]
    no_baseline: bool,
    /// Leave out nothing: list the third-party and generated files that were seen as a comment only
    #[arg(long)]
    no_excludes: bool,
    /// Ask nothing, and take the defaults
    #[arg(short, long, conflicts_with = "ask")]
    yes: bool,
    /// Ask what no option answers, even if stdin is not a terminal
    #[arg(long, conflicts_with = "print")]
    ask: bool,
    /// Write the policy to stdout, and no file
    #[arg(long, conflicts_with_all = ["baseline", "force"])]
    print: bool,
    /// Overwrite a policy, and a baseline, that exist
    #[arg(short, long)]
    force: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct StageArgument(Stage);

impl ValueEnum for StageArgument {
    fn value_variants<'a>() -> &'a [Self] {
        const ALL: [StageArgument; 3] = [
            StageArgument(Stage::Adopt),
            StageArgument(Stage::Recommended),
            StageArgument(Stage::Strict),
        ];
        &ALL
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(clap::builder::PossibleValue::new(self.0.name()).help(self.0.summary()))
    }
}

pub(super) fn run(arguments: &Init, terminal: &Terminal) -> Result<Exit, Failure> {
    let surveyed = engine::survey(&arguments.target)?;
    let survey = &surveyed.survey;
    if !arguments.print {
        refuse(arguments, &surveyed)?;
    }
    let mut draft = Draft {
        stage: arguments.stage.map_or(Stage::Adopt, |stage| stage.0),
        excludes: !arguments.no_excludes,
        baseline: None,
        day: today(),
    };
    let (mut stdin, mut stderr) = (io::stdin().lock(), io::stderr());
    let mut dialogue = asks(arguments, terminal).then(|| Dialogue::new(&mut stdin, &mut stderr));
    if let Some(dialogue) = &mut dialogue {
        choose(arguments, survey, &mut draft, dialogue)?;
    }
    if arguments.print {
        to_stdout(|out| report::policy(survey, &draft, out))?;
        return Ok(Exit::Clean);
    }

    // The policy is judged by before it is written, so that nothing is written that does not work.
    let found = engine::preview(&request(&surveyed, draft.day), &text_of(survey, &draft)?)?;
    if found.summary.files > 0 && wants_baseline(arguments, &found, &draft, dialogue)? {
        draft.baseline = Some(BASELINE);
    }
    let existing = match arguments.force {
        true => Existing::Replace,
        false => Existing::Keep,
    };
    let policy = surveyed.root.join(POLICY);
    let baseline = surveyed.root.join(BASELINE);
    if draft.baseline.is_some() {
        to_file_over(&baseline, existing, |out| Baseline::of(&found).write(out))?;
    }
    let text = text_of(survey, &draft)?;
    to_file_over(&policy, existing, |out| out.write_all(text.as_bytes()))?;
    if !terminal.quiet {
        let place = Place::of(&surveyed.root);
        // Nobody is left to be told if stderr is closed.
        let _ = told(survey, &draft, &found, &place, &mut io::stderr());
    }
    Ok(Exit::Clean)
}

/// Refuses where nothing can, or may, be written.
fn refuse(arguments: &Init, surveyed: &Surveyed) -> Result<(), Failure> {
    let root = surveyed.root.display();
    if !surveyed.has_worktree {
        return Err(Failure::new(
            format!("`{root}` is a bare repository, with no place for a policy"),
            "name a worktree of it; `--print` writes the policy to stdout",
        ));
    }
    // Whoever is asked may still decide for a baseline; then it is refused when it comes to be written.
    let by_stage = arguments.stage.is_none_or(|stage| stage.0.has_baseline());
    let has_baseline = arguments.baseline || by_stage && !arguments.no_baseline;
    for name in [POLICY, BASELINE] {
        if name == BASELINE && !has_baseline {
            continue;
        }
        let path = surveyed.root.join(name);
        let shown = path.display();
        if path.is_symlink() {
            return Err(Failure::new(
                format!("cannot write `{shown}`: it is a symbolic link"),
                "remove the link; `--print` writes the policy to stdout instead",
            ));
        }
        let exists = path.exists() || name == POLICY && surveyed.has_policy;
        if exists && !arguments.force {
            return Err(Failure::new(
                format!("`{shown}` exists already"),
                match name {
                    POLICY => "`--force` overwrites it; `--print` shows what would be written",
                    _ => "`--force` overwrites it; `--no-baseline` writes none",
                },
            ));
        }
    }
    Ok(())
}

/// Whether somebody is there to be asked, and was not told not to be.
fn asks(arguments: &Init, terminal: &Terminal) -> bool {
    let answered = arguments.yes
        || arguments.print
        || arguments.stage.is_some()
        || arguments.baseline
        || arguments.no_baseline
        || arguments.no_excludes;
    let someone = io::stdin().is_terminal() && io::stderr().is_terminal() && !terminal.quiet;
    arguments.ask || someone && !answered
}

/// Asks for what no option answers, but for the baseline, which depends on it.
fn choose(
    arguments: &Init,
    survey: &Survey,
    draft: &mut Draft,
    dialogue: &mut Dialogue<'_>,
) -> Result<(), Failure> {
    dialogue.say(&format!(
        "{}: {}",
        survey.repository,
        report::survey_line(survey)
    ))?;
    if arguments.stage.is_none() {
        let stages = Stage::ALL.map(|stage| (stage.name(), stage.summary()));
        draft.stage = Stage::ALL[dialogue.choose("How strictly?", &stages, 0)?];
    }
    if !arguments.no_excludes && !survey.excludes.is_empty() {
        for ExcludeSeen { pattern, files, .. } in &survey.excludes {
            dialogue.say(&format!("  {pattern}  {}", count(*files, "file")))?;
        }
        let question = "These look generated or like third-party code. Leave them out?";
        draft.excludes = dialogue.confirm(question, true)?;
    }
    Ok(())
}

fn wants_baseline(
    arguments: &Init,
    found: &Report,
    draft: &Draft,
    dialogue: Option<Dialogue<'_>>,
) -> Result<bool, Failure> {
    if arguments.baseline || arguments.no_baseline || found.findings.is_empty() {
        return Ok(arguments.baseline);
    }
    let default = draft.stage.has_baseline();
    match dialogue {
        None => Ok(default),
        Some(mut dialogue) => {
            let question = format!("{} today. Accept that in {BASELINE}?", findings(found));
            dialogue.confirm(&question, default)
        }
    }
}

fn text_of(survey: &Survey, draft: &Draft) -> Result<String, Failure> {
    let mut text = Vec::new();
    let written = report::policy(survey, draft, &mut text);
    let text = written.and_then(|()| String::from_utf8(text).map_err(io::Error::other));
    text.map_err(|error| {
        Failure::new(
            format!("cannot write the policy: {error}"),
            "please report this",
        )
    })
}

fn request(surveyed: &Surveyed, day: Date) -> Request {
    Request {
        history: None,
        online: None,
        target: surveyed.root.clone(),
        revision: None,
        policy: None,
        select: Vec::new(),
        ignore: Vec::new(),
        as_of: day,
        baseline: None,
        since: None,
    }
}

/// Tells what was written, and what comes next.
fn told(
    survey: &Survey,
    draft: &Draft,
    found: &Report,
    place: &Place,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut say = |line: String| writeln!(out, "{}", text::terminal(&line));
    let excludes = match survey.excludes.len() {
        0 => String::new(),
        _ if !draft.excludes => String::new(),
        excludes => format!("; {} left out", count(excludes, "pattern")),
    };
    say(format!(
        "wrote {} (stage {}): {}{excludes}",
        place.file(POLICY),
        draft.stage.name(),
        report::survey_line(survey)
    ))?;
    if draft.baseline.is_some() {
        say(format!(
            "wrote {}: {} accepted",
            place.file(BASELINE),
            findings(found)
        ))?;
    } else if found.summary.files > 0 {
        say(format!("found today: {}", findings(found)))?;
    }
    let owners = &survey.owners;
    if let Some(file) = &owners.file
        && owners.unreadable.is_none()
        && !owners.guards_policy
    {
        // One line for both files, where there are two.
        let pattern = draft.baseline.map_or(POLICY, |_| "bailiwick*");
        say(format!(
            "nobody owns the policy yet: add a last line `/{pattern} @owner` to {file}"
        ))?;
    }
    say(format!("next: {}", place.command(draft.baseline)))
}

/// `3 errors, 1 note`, or that there is nothing.
fn findings(found: &Report) -> String {
    let levels = [Level::Error, Level::Warning, Level::Note];
    let counts = levels.map(|level| (found.summary.at(level), level.name()));
    let counts = counts.into_iter().filter(|&(findings, _)| findings > 0);
    let counts: Vec<_> = counts
        .map(|(findings, name)| count(findings, name))
        .collect();
    match counts.as_slice() {
        [] => "nothing".into(),
        counts => list(counts, 0),
    }
}

/// The root as seen from where the user is.
struct Place {
    /// Empty for the current folder.
    root: PathBuf,
}

impl Place {
    fn of(root: &Path) -> Place {
        let here = std::env::current_dir().and_then(|here| here.canonicalize());
        let relative = here.ok().and_then(|here| root.strip_prefix(here).ok());
        Place {
            root: relative.unwrap_or(root).to_owned(),
        }
    }

    fn file(&self, name: &str) -> String {
        self.root.join(name).display().to_string()
    }

    /// The command that judges by what was written.
    fn command(&self, baseline: Option<&str>) -> String {
        let mut command = "bailiwick check".to_owned();
        if !self.root.as_os_str().is_empty() {
            command += &format!(" {}", quoted(&self.root.display().to_string()));
        }
        if let Some(baseline) = baseline {
            command += &format!(" --baseline {}", quoted(&self.file(baseline)));
        }
        command
    }
}

/// As a shell takes it for one word.
fn quoted(text: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+:\\".contains(c);
    match text.chars().all(is_plain) && !text.starts_with('-') {
        true => text.to_owned(),
        false => format!("'{}'", text.replace('\'', "'\\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_command_names_the_root_unless_one_is_there() {
        let command = |root: &str| Place { root: root.into() }.command(Some(BASELINE));
        let baseline = "--baseline bailiwick-baseline.json";
        assert_eq!(command(""), format!("bailiwick check {baseline}"));
        assert_eq!(
            command("a b/it's"),
            "bailiwick check 'a b/it'\\''s' --baseline 'a b/it'\\''s/bailiwick-baseline.json'"
        );
    }
}
