//! How a policy is written: comments, settings, settings that are off, and values as TOML has them.

use std::io::{self, Write};

use crate::answers::FolderSeen;
use crate::report::look::wrap;
use crate::report::shown;
use crate::text::{RepoPath, number, terminal};

/// How wide comments are, without `# `.
const WIDTH: usize = 98;

/// Where the policy is written to, line by line.
pub(super) struct Page<'o> {
    pub(super) out: &'o mut dyn Write,
}

impl Page<'_> {
    /// A comment for people.
    pub(super) fn say(&mut self, text: &str) -> io::Result<()> {
        for line in wrap(&terminal(text), WIDTH) {
            writeln!(self.out, "# {line}")?;
        }
        Ok(())
    }

    /// A comment that is one of several.
    pub(super) fn item(&mut self, text: &str) -> io::Result<()> {
        let lines = wrap(&terminal(text), WIDTH - 2);
        writeln!(self.out, "# - {}", lines.join("\n#   "))
    }

    /// A setting.
    pub(super) fn set(&mut self, line: &str) -> io::Result<()> {
        writeln!(self.out, "{line}")
    }

    /// Something to type.
    pub(super) fn command(&mut self, command: &str) -> io::Result<()> {
        writeln!(self.out, "#     {command}")
    }

    /// A setting that is off.
    pub(super) fn off(&mut self, line: &str) -> io::Result<()> {
        writeln!(self.out, "#{line}")
    }

    pub(super) fn space(&mut self) -> io::Result<()> {
        writeln!(self.out)
    }
}

/// A string as TOML has it.
pub(super) fn string(text: &str) -> String {
    toml::Value::from(text).to_string()
}

/// A list of strings as TOML has it.
pub(super) fn strings<S: AsRef<str>>(texts: impl IntoIterator<Item = S>) -> String {
    let texts = texts.into_iter().map(|text| string(text.as_ref()));
    format!("[{}]", texts.collect::<Vec<_>>().join(", "))
}

/// The first few of many, and how many more there are.
pub(super) fn first(all: &[String]) -> (&[String], usize) {
    const SHOWN: usize = 5;
    let shown = &all[..all.len().min(SHOWN)];
    (shown, all.len() - shown.len())
}

pub(super) fn folder_name(folder: &RepoPath) -> String {
    match folder.is_root() {
        true => "the root".into(),
        false => format!("`{}/`", shown::path(folder.as_bytes())),
    }
}

pub(super) fn folder_list(folders: &[FolderSeen]) -> Vec<String> {
    let shown = folders
        .iter()
        .map(|seen| format!("{} in {}", number(seen.files), folder_name(&seen.folder)));
    shown.collect()
}
