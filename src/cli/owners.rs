//! `bailiwick owners`: who owns which path.

use std::io::{self, Read, Write};
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::exit::Exit;
use super::failure::Failure;
use super::output::{notes, to_stdout};
use super::terminal::Terminal;
use super::today;
use super::walk::Walk;
use crate::answers::OwnersAnswer;
use crate::engine::{self, OwnersPaths, OwnersRequest, SuggestRequest};
use crate::report;

/// Tell who owns which path, and which line of the ownership file says so.
#[derive(Debug, Args)]
pub(super) struct Owners {
    /// Tracked files, or folders, which stand for all tracked files in them [default: all files]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Read paths from stdin, one a line, relative to the root of the repository; they need not exist
    #[arg(long, conflicts_with = "paths")]
    stdin: bool,
    /// End paths on stdin, and lines of output, with NUL instead of a newline; the format is tsv then
    #[arg(short = '0', long = "null")]
    null: bool,
    /// Only paths that nobody owns
    #[arg(long, conflicts_with = "owner")]
    unowned: bool,
    /// Only paths of this owner, such as `@acme/payments`
    #[arg(long, value_name = "OWNER")]
    owner: Option<String>,
    /// Count by top-level folder and by owner instead of listing paths
    #[arg(long)]
    summary: bool,
    /// Suggest owners for paths that nobody owns, by who knows them: lines for the ownership file, each with
    /// its evidence
    #[arg(long, conflicts_with_all = ["paths", "stdin", "null", "unowned", "owner", "summary", "codeowners", "at"])]
    suggest: bool,
    /// Read this ownership file instead of the repository's own
    #[arg(long, value_name = "FILE")]
    codeowners: Option<PathBuf>,
    /// Read the tree of this revision instead of the worktree
    #[arg(long, value_name = "REV")]
    at: Option<String>,
    /// How to write the answer [default: human; tsv with -0]
    #[arg(long, value_name = "FORMAT")]
    format: Option<Format>,
    /// The repository, or a folder in it to which PATHs are relative [default: the current folder]
    #[arg(
        short = 'C',
        long,
        value_name = "DIR",
        default_value = ".",
        hide_default_value = true
    )]
    target: PathBuf,
    #[command(flatten)]
    walk: Walk,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// In columns: path, owners, deciding line
    Human,
    /// One line a path: the path, quoted as git does; owners; the number of the deciding line
    Tsv,
    /// Everything, for programs
    Json,
}

pub(super) fn run(arguments: &Owners, terminal: &Terminal) -> Result<Exit, Failure> {
    if arguments.suggest {
        return suggest(arguments, terminal);
    }
    let format = match (arguments.format, arguments.null) {
        (Some(format), _) => format,
        (None, true) if !arguments.summary => Format::Tsv,
        (None, _) => Format::Human,
    };
    if arguments.summary && format == Format::Tsv {
        return Err(Failure::new(
            "a summary is not one line a path, as tsv is",
            "use `--format json`, or leave out `--summary`",
        ));
    }
    let mut answer = engine::owners(OwnersRequest {
        target: arguments.target.clone(),
        revision: arguments.at.clone(),
        codeowners: arguments.codeowners.clone(),
        count_generated: arguments.summary,
        paths: paths(arguments)?,
    })?;
    filter(arguments, &mut answer);
    to_stdout(|out| write(arguments, format, &answer, out, terminal))?;
    if format != Format::Json {
        // JSON has the gaps.
        notes(&answer.gaps, terminal);
    }
    Ok(Exit::answered(&answer.gaps))
}

fn suggest(arguments: &Owners, terminal: &Terminal) -> Result<Exit, Failure> {
    let answer = engine::suggest(&SuggestRequest {
        target: arguments.target.clone(),
        as_of: today(),
        history: arguments.walk.request(),
    })?;
    to_stdout(|out| match arguments.format {
        Some(Format::Json) => report::suggestions_json(&answer, out),
        _ => report::suggestions_lines(&answer, out),
    })?;
    if arguments.format != Some(Format::Json) {
        notes(&answer.gaps, terminal);
    }
    Ok(Exit::answered(&answer.gaps))
}

fn paths(arguments: &Owners) -> Result<OwnersPaths, Failure> {
    if !arguments.stdin {
        return Ok(OwnersPaths::Tracked(arguments.paths.clone()));
    }
    let mut paths = Vec::new();
    match io::stdin().lock().read_to_end(&mut paths) {
        Ok(_) => Ok(OwnersPaths::Given {
            paths,
            separator: if arguments.null { b'\0' } else { b'\n' },
        }),
        Err(error) => Err(Failure::new(
            format!("cannot read paths from stdin: {error}"),
            "pipe a list of paths in, such as that of `git ls-files`",
        )),
    }
}

fn filter(arguments: &Owners, answer: &mut OwnersAnswer) {
    if arguments.unowned {
        answer.retain(|path| !path.is_owned());
    }
    if let Some(owner) = &arguments.owner {
        // Handles are the same whatever their case, and the `@` goes without saying.
        let bare = |owner: &str| owner.trim_start_matches('@').to_lowercase();
        let wanted = bare(owner);
        let lines = answer.lines().iter();
        let named = lines.map(|line| line.owners.iter().any(|owner| bare(owner) == wanted));
        let named: Vec<bool> = named.collect();
        answer.retain_lines(|line| line.is_some_and(|line| named[line]));
    }
}

fn write(
    arguments: &Owners,
    format: Format,
    answer: &OwnersAnswer,
    out: &mut dyn Write,
    terminal: &Terminal,
) -> io::Result<()> {
    let look = terminal.stdout;
    match (format, arguments.summary) {
        (Format::Human, false) => report::owners_human(answer, out, look),
        (Format::Human, true) => report::summary_human(answer, out, look),
        (Format::Json, false) => report::owners_json(answer, out),
        (Format::Json, true) => report::summary_json(answer, out),
        (Format::Tsv, _) => report::owners_tsv(answer, out, arguments.null),
    }
}
