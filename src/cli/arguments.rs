//! What can be typed. Each command's own arguments stand in its file.

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::{
    action, approvals, audit, cache, check, doctor, explain, graph, history, init, onboard, owners,
    rules, services, whatif, who,
};

/// Lints who owns your code and whether it is run the way you agreed.
#[derive(Debug, Parser)]
#[command(
    name = "bailiwick",
    version,
    max_term_width = 100,
    after_help = "`bailiwick check` in a repository is the start; `bailiwick help COMMAND` tells all options."
)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
    #[command(flatten)]
    pub(super) global: Global,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    Check(check::Check),
    Audit(audit::Audit),
    Init(init::Init),
    Onboard(onboard::Onboard),
    Owners(owners::Owners),
    History(history::History),
    Who(who::Who),
    Approvals(approvals::Approvals),
    Whatif(whatif::WhatIf),
    Services(services::Services),
    Graph(graph::Graph),
    Rules(rules::Rules),
    Explain(explain::Explain),
    Doctor(doctor::Doctor),
    Cache(cache::Cache),
    // For `action.yml` alone: people have no use for it.
    #[command(hide = true)]
    Action(action::Action),
}

/// What every command understands.
#[derive(Debug, Args)]
#[command(next_help_heading = "For every command")]
pub(super) struct Global {
    /// When to use colours; `auto` does on a terminal, unless NO_COLOR or CLICOLOR_FORCE say otherwise
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(super) color: Color,
    /// Print results alone: no counts and no notes
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(super) quiet: bool,
    /// Also list what was accepted, skipped or not read, and why
    #[arg(short, long, global = true)]
    pub(super) verbose: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    Auto,
    Always,
    Never,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_declaration_holds_together() {
        use clap::CommandFactory;
        Arguments::command().debug_assert();
    }

    #[test]
    fn help_of_check_ends_with_the_exit_codes() {
        use clap::CommandFactory;
        let mut command = Arguments::command();
        let check = command.find_subcommand_mut("check").unwrap();
        let help = check.render_long_help().to_string();
        let table = crate::cli::exit::TABLE;
        assert!(help.trim_end().ends_with(table.trim_end()), "{help}");
    }
}
