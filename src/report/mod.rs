//! Reports and answers as bytes: one file a format, which gets a finished report and a writer.
//!
//! Nothing here decides, opens a file or looks at the environment; how a terminal wants its text is
//! handed in as a [`Look`]. Everything that is printed may come from a hostile repository: each format
//! escapes it at the one place where it puts it into its output, with the functions of [`crate::text`].

#![cfg_attr(
    not(feature = "cli"),
    expect(dead_code, reason = "what only the reports drawn by miette use")
)]

mod approvals;
mod audit;
mod change;
#[cfg(feature = "cli")]
mod closing;
mod concise;
mod count;
mod doctor;
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod fuzzing;
mod github;
mod gitlab;
mod graph;
#[cfg(feature = "cli")]
mod human;
mod job_summary;
mod json;
mod junit;
mod look;
mod markdown;
mod nearest;
mod onboarding;
mod owners;
mod past;
mod policy;
mod problem;
mod rdjson;
mod rules;
mod sarif;
mod sentence;
mod services;
mod shown;
#[cfg(feature = "cli")]
mod snippet;
mod table;

#[cfg(any(test, feature = "fuzzing"))]
#[cfg_attr(
    not(test),
    allow(dead_code, clippy::unwrap_used, reason = "what tests alone use")
)]
mod samples;

pub use approvals::{human as approvals_human, json as approvals_json};
#[cfg(feature = "cli")]
pub use audit::human as audit_human;
pub use audit::{csv as audit_csv, json as audit_json, markdown as audit_markdown, merged};
#[cfg(feature = "cli")]
pub use closing::notes;
pub use concise::write as concise;
pub use doctor::{human as doctor_human, json as doctor_json};
pub use github::{failure as github_failure, write as github};
pub use gitlab::write as gitlab;
pub use graph::{dot as graph_dot, json as graph_json, mermaid as graph_mermaid};
#[cfg(feature = "cli")]
pub use human::{HumanOptions, write as human};
pub use job_summary::{failure as markdown_failure, write as markdown};
pub use json::write as json;
pub use junit::write as junit;
pub use look::Look;
pub use onboarding::write as onboarding;
pub use owners::{human as owners_human, json as owners_json, tsv as owners_tsv};
pub use owners::{summary_human, summary_json};
pub use past::{
    history_human, history_json, suggestions_json, suggestions_lines, what_if_human, what_if_json,
    who_human, who_json,
};
pub use policy::{policy, survey_line};
pub use problem::Problem;
#[cfg(feature = "cli")]
pub use problem::write as problems;
pub use rdjson::write as rdjson;
pub use rules::{explain, family, human as rules_human, json as rules_json};
pub use sarif::write as sarif;
pub use sentence::incomplete;
pub use services::{human as services_human, json as services_json};
