//! bailiwick lints who owns an organization's code, and whether it is run the way it agreed.
//!
//! This page is the architecture: what the stages are, in which order to read them, and what holds
//! everywhere. The README says what the program is for; `policies/RULES.md` says what it checks.
//!
//! # Bird's-eye view
//!
//! Repositories and policies go in, a report comes out, in one direction and with no way back. `check` is
//! that for one repository, `audit` for all below a folder:
//!
//! ```text
//! Request → sources → facts, gaps → ownership, identity → graph → analysis → rules → findings → report → bytes, exit code
//!                                                           └───→ answers ──────────────↗
//! ```
//!
//! [`sources`] read a tree, its ownership file, its policy and the rosters that this names, and give
//! [`facts`]: plain data with its provenance. What could not be had is a gap, and never an error.
//! [`ownership`] resolves once which line decides over which file, [`identity`] who the owners are, and
//! [`graph`] joins all repositories of the run: services, teams, people, and what hangs on what.
//! The [`rules`] look at that through a [`rules::View`] and say what is wrong; [`policy`] says how bad that
//! is, for which subject; [`findings`] decide what is accepted and what counts; [`report`] writes it down.
//! Questions that are not lint, such as who owns a path, are [`answers`] from the same facts.
//!
//! # Code map
//!
//! In reading order. A room uses rooms above it and none below; [`engine`] alone knows them all.
//!
//! - [`text`]: files, byte spans, lines and columns, excerpts, did-you-mean, escaping.
//! - [`codeowners`]: a parser a dialect, one model of an ownership file, one matcher. Of use on its own.
//! - [`facts`]: what was read from one repository, where, and what could not be read.
//! - [`policy`]: TOML in three steps: what a file says, what of it is right, which settings hold for a rule
//!   and a subject. Packs, inline suppressions and the JSON schema are here.
//! - [`sources`]: bytes in, facts and gaps out. [`sources::repository`] opens worktrees, revisions, bare
//!   repositories and plain folders; [`sources::catalog`] reads rosters, descriptors and how things run;
//!   [`sources::evidence`] opens each file once for all that is asked of it: markers, suppressions,
//!   documents, alerts, descriptors. [`sources::forge`] asks what only GitHub knows, through [`sources::net`],
//!   the one way to the network. [`sources::event`] reads what started a run of GitHub Actions.
//! - [`identity`]: owners as written, resolved through rosters: known, unknown, or unverifiable.
//! - [`ownership`]: path → deciding line, for a tree.
//! - [`graph`]: one graph over all repositories of a run, with its questions as methods: who answers for a
//!   service and which link of the chain breaks, who can approve, what depends on what.
//! - [`analysis`]: measures over commits and graph, each with the source of its formula, each computed at
//!   most once a run.
//! - [`rules`]: a folder a family, a file a rule, one registry. A rule's doc comment is its page.
//! - [`findings`]: from violations to a report: levels, exceptions, suppressions, the baseline, in one place.
//! - [`answers`]: typed answers to questions that are not lint: who owns a path, what a repository without a
//!   policy looks like.
//! - [`report`]: a file a format; a first policy is one of them.
//! - [`engine`]: the pipeline on one page: [`engine::check`], [`engine::owners`] and [`engine::survey`].
//! - `cli` (feature `cli`): a file a command.
//! - `fuzzing` (feature `fuzzing`): what `fuzz/` checks for inputs without end. No public API.
//!
//! Beside `src/`: `policies/` holds the packs and what is generated from the rules, `examples/` a small
//! repository and library use, `tests/it` the program from outside, `benches/` the matcher beside a peer.
//! `action.yml` is the GitHub Action: its scripts in `.github/action` install and fetch, all else is the
//! hidden command `action`.
//!
//! # Words
//!
//! - An **owner** is `@user`, `@org/team` or an e-mail address, as written; a **person** or a **team** is what
//!   it resolves to through a **roster**.
//! - An **ownership rule** is a pattern with its owners; a **rule** alone is always a lint.
//! - A **service** is what a descriptor or a policy declares: something that runs and that someone answers
//!   for; a **journey** is what a customer does across services. A folder that merely looks deployable is a
//!   **candidate**.
//! - A **subject** is what a rule judges; a **verdict** is pass, fail with violations, skip with the gap, or
//!   not applicable. A **finding** is a violation at the level that the policy gives it.
//! - A **gap** is a fact that could not be had, why, and what would close it.
//! - A **pack** is a policy that ships with the program; a **baseline** is a file of accepted findings.
//!
//! # Invariants
//!
//! What is absent is as much the design as what is there:
//!
//! - Only [`sources`] reads repositories. [`engine`] reads nothing but the files that a request names
//!   (a baseline, an ownership file), and only `cli` writes files.
//! - Rules do no I/O, read no clock and no environment, and cannot fail. The day as of which dates are
//!   judged is part of the request.
//! - A rule that lacks a fact skips, and the report says so. Nothing passes for want of facts.
//! - [`report`] never decides; `cli` never judges, and is the only room that sees arguments, environment and
//!   terminal.
//! - No type of gix, miette, clap or toml leaves its stage.
//! - Nothing panics on input. Nothing that a repository holds is executed, and nothing in it or in its policy
//!   makes the program go online, read outside of the repository, or write. Only [`sources::net`] opens a socket,
//!   and only where a request asks for that.
//! - Output is deterministic: sorted, and with no order of a hash map in it.
//! - Whatever comes from a repository is escaped where a format puts it into its output.
//! - Without the features `git`, `github` and `cli` (all on by default) the crate builds without gix, octocrab, clap
//!   and miette, and reads plain folders.
//!
//! # Use
//!
//! ```
//! use bailiwick::engine::{self, Request};
//! use jiff::civil::date;
//!
//! let report = engine::check(&Request {
//!     target: "examples/shop".into(),
//!     revision: None,
//!     policy: None,
//!     select: Vec::new(),
//!     ignore: Vec::new(),
//!     as_of: date(2027, 1, 1),
//!     baseline: None,
//!     since: None,
//!     history: None,
//!     online: None,
//! })?;
//! assert!(report.findings.iter().any(|finding| finding.rule == "codeowners/dead-pattern"));
//! # Ok::<(), engine::Error>(())
//! ```
#![forbid(unsafe_code)]

pub mod analysis;
pub mod answers;
#[cfg(feature = "cli")]
pub mod cli;
pub mod codeowners;
pub mod engine;
pub mod facts;
pub mod findings;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
pub mod graph;
pub mod identity;
pub mod ownership;
pub mod policy;
#[cfg(test)]
mod reference;
pub mod report;
pub mod rules;
pub mod sources;
pub mod text;

/// Compiles and runs what the README shows of the library.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
