//! `bailiwick cache`: where what was read of histories is kept, and `bailiwick cache clean`.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::exit::Exit;
use super::failure::Failure;
use super::output::to_stdout;
use super::terminal::Terminal;
use crate::sources::store;
use crate::text;

/// Show where what was read of histories is kept from run to run, and how much that is.
#[derive(Debug, Args)]
pub(super) struct Cache {
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Remove all of it; the next run reads it anew
    Clean,
}

pub(super) fn run(arguments: &Cache, _terminal: &Terminal) -> Result<Exit, Failure> {
    let folder = folder().ok_or_else(|| {
        let help = "set `XDG_CACHE_HOME` to the absolute path of a folder";
        Failure::new("there is no folder for caches", help)
    })?;
    let shown = text::terminal(&folder.to_string_lossy()).into_owned();
    let failed = |error: std::io::Error| {
        Failure::new(
            format!("the cache `{shown}` cannot be read or removed: {error}"),
            "see to whom the folder belongs; `--no-cache` does without it",
        )
    };
    let line = match arguments.action {
        None => {
            let files = store::files(&folder).map_err(failed)?;
            let bytes = files.iter().map(|(_, bytes)| bytes).sum();
            format!("{shown}: {}", amount(files.len(), bytes))
        }
        Some(Action::Clean) => {
            let (files, bytes) = store::clean(&folder).map_err(failed)?;
            format!("{shown}: {} removed", amount(files, bytes))
        }
    };
    to_stdout(|out| writeln!(out, "{line}"))?;
    Ok(Exit::Clean)
}

fn amount(files: usize, bytes: u64) -> String {
    let plural = if files == 1 { "" } else { "s" };
    format!("{files} file{plural}, {bytes} bytes")
}

/// The folder for what may be read anew at any time, by the custom of the platform; none where nobody is
/// at home.
pub(super) fn folder() -> Option<PathBuf> {
    folder_by(
        |name| std::env::var_os(name),
        std::env::home_dir().as_deref(),
    )
}

/// As [`folder`], by these variables and this home.
fn folder_by(variable: impl Fn(&str) -> Option<OsString>, home: Option<&Path>) -> Option<PathBuf> {
    // By the XDG Base Directory Specification a path that is not absolute is none. The variable counts on
    // all platforms, since whoever sets it means it.
    let absolute = |name: &str| {
        let path = variable(name).map(PathBuf::from);
        path.filter(|path| path.is_absolute())
    };
    let home = home.filter(|home| home.is_absolute());
    let caches = absolute("XDG_CACHE_HOME").or_else(|| {
        if cfg!(windows) {
            absolute("LOCALAPPDATA")
        } else if cfg!(target_os = "macos") {
            home.map(|home| home.join("Library").join("Caches"))
        } else {
            home.map(|home| home.join(".cache"))
        }
    });
    caches.map(|caches| caches.join("bailiwick"))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn the_folder_is_that_of_the_platform() {
        let by = |xdg: Option<&str>, home: Option<&str>| {
            let variable =
                |name: &str| xdg.filter(|_| name == "XDG_CACHE_HOME").map(OsString::from);
            let folder = folder_by(variable, home.map(Path::new));
            folder.map(|it| it.to_string_lossy().into_owned())
        };
        assert_eq!(
            by(Some("/c"), Some("/home/ann")).as_deref(),
            Some("/c/bailiwick")
        );
        let own = if cfg!(target_os = "macos") {
            "Library/Caches"
        } else {
            ".cache"
        };
        let own = format!("/home/ann/{own}/bailiwick");
        assert_eq!(by(None, Some("/home/ann")), Some(own.clone()));
        assert_eq!(by(Some("relative"), Some("/home/ann")), Some(own));
        assert_eq!(by(None, None), None);
        assert_eq!(by(None, Some("")), None);
    }
}
