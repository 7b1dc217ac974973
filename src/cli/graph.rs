//! `bailiwick graph`: how repositories, services, teams and people hang together.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::exit::Exit;
use super::failure::Failure;
use super::output::{notes, to_stdout};
use super::terminal::Terminal;
use crate::engine::{self, QuestionRequest};
use crate::report;

/// Draw the ownership graph: repositories, ownership rules, services, journeys, teams and people.
#[derive(Debug, Args)]
pub(super) struct Graph {
    /// A repository, or a folder of repositories
    #[arg(default_value = ".", hide_default_value = true)]
    target: PathBuf,
    /// Only what is near this service; may be repeated
    #[arg(long, value_name = "NAME")]
    service: Vec<String>,
    /// Only what is near this owner: `@org/team`, `@user` or an e-mail address; may be repeated
    #[arg(long, value_name = "OWNER")]
    owner: Vec<String>,
    /// Only what is near this: a service, an owner, a journey, a system, a repository or an entity such as
    /// `group:default/core`; may be repeated
    #[arg(long, value_name = "NAME")]
    focus: Vec<String>,
    /// How near: this many edges away at most
    #[arg(long, value_name = "N", default_value_t = 2)]
    depth: usize,
    /// Read by this policy instead of the target's own
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// How to write the graph
    #[arg(long, value_name = "FORMAT", default_value = "dot")]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For Graphviz: pipe it to `dot -Tsvg`
    Dot,
    /// For Markdown on GitHub, in a `mermaid` block
    Mermaid,
    /// Nodes and edges with all that is known of them
    Json,
}

pub(super) fn run(arguments: &Graph, terminal: &Terminal) -> Result<Exit, Failure> {
    let focus = arguments.service.iter();
    let focus = focus.chain(&arguments.owner).chain(&arguments.focus);
    let answer = engine::graph(&QuestionRequest {
        target: arguments.target.clone(),
        policy: arguments.policy.clone(),
        focus: focus.cloned().collect(),
        depth: arguments.depth,
    })?;
    to_stdout(|out| match arguments.format {
        Format::Dot => report::graph_dot(&answer, out),
        Format::Mermaid => report::graph_mermaid(&answer, out),
        Format::Json => report::graph_json(&answer, out),
    })?;
    if arguments.format != Format::Json {
        notes(&answer.gaps, terminal);
    }
    Ok(Exit::answered(&answer.gaps))
}
