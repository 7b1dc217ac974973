//! The options of commands that may ask the forge.

use std::fs;
use std::io::{self, IsTerminal as _, Read as _, Write as _};
use std::path::{Path, PathBuf};

use clap::Args;

use super::cache;
use super::failure::Failure;
use super::terminal::Terminal;
use crate::engine::OnlineRequest;
use crate::sources::net::{Credential, Network, Progress, Proxies, Secret};
use crate::sources::refuse_planted;
use crate::text;

/// Whether and how the forge is asked.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Asking the forge")]
pub(super) struct Online {
    /// Ask GitHub for what it alone knows, with the token of GITHUB_TOKEN or GH_TOKEN, and try the links
    /// of runbooks; without this option nothing goes over the network
    #[arg(long)]
    online: bool,
    /// Take the token from this file
    #[arg(long, value_name = "FILE", requires = "online")]
    token_file: Option<PathBuf>,
    /// Where the API is, for GitHub Enterprise: `https://github.example.com/api/v3`
    #[arg(
        long,
        value_name = "URL",
        env = "GITHUB_API_URL",
        default_value = Network::GITHUB,
        hide_env_values = true
    )]
    api_url: String,
    /// Links may lead to this host, though its address is a private one; may be repeated
    #[arg(long, value_name = "HOST", requires = "online")]
    allow_host: Vec<String>,
    /// Write all answers to this folder; they hold no token
    #[arg(
        long,
        value_name = "DIR",
        requires = "online",
        conflicts_with = "replay"
    )]
    record: Option<PathBuf>,
    /// Take all answers from a folder that --record wrote; nothing goes over the network
    #[arg(long, value_name = "DIR")]
    replay: Option<PathBuf>,
    /// Ask as the GitHub App of this id
    #[cfg(feature = "github-app")]
    #[arg(long, value_name = "ID", requires_all = ["app_key", "online"], conflicts_with = "token_file")]
    app_id: Option<u64>,
    /// The file with the private key of the App
    #[cfg(feature = "github-app")]
    #[arg(long, value_name = "FILE", requires = "app_id")]
    app_key: Option<PathBuf>,
}

/// How large a file with a token or a key can be.
const SECRET_LIMIT: u64 = 64 * 1024;

impl Online {
    /// As if `--online` were given, for an API.
    pub(super) fn at(api: &str) -> Online {
        Online {
            online: true,
            api_url: api.to_owned(),
            ..Online::default()
        }
    }

    /// How the forge is to be asked; none if it is not to be.
    pub(super) fn request(
        &self,
        keeps: bool,
        terminal: &Terminal,
    ) -> Result<Option<OnlineRequest>, Failure> {
        if !self.online && self.replay.is_none() {
            return Ok(None);
        }
        for (option, folder) in [("record", &self.record), ("replay", &self.replay)] {
            let Some(folder) = folder else { continue };
            refuse_planted(folder, None).map_err(|why| {
                let shown = text::terminal(&folder.to_string_lossy()).into_owned();
                Failure::new(
                    format!("cannot use `{shown}` for --{option}: {why}"),
                    "name the folder itself",
                )
            })?;
        }
        let host = host_of(&self.api_url, variable("GITHUB_SERVER_URL").as_deref());
        let network = Network {
            api: self.api_url.clone(),
            credential: match self.replay {
                Some(_) => None,
                None => self.credential()?,
            },
            proxy: Proxies {
                https: either("HTTPS_PROXY"),
                http: variable("http_proxy"),
                none: either("NO_PROXY"),
            },
            cache: keeps.then(cache::folder).flatten(),
            record: self.record.clone(),
            replay: self.replay.clone(),
            allowed_hosts: self.allow_host.clone(),
            ..Network::default()
        };
        // A terminal that cannot take a line back, and a log, would keep each one.
        let can_take_back =
            io::stderr().is_terminal() && variable("TERM").as_deref() != Some("dumb");
        let progress: Option<fn(&Progress)> = match can_take_back && !terminal.quiet {
            true => Some(show),
            false => None,
        };
        Ok(Some(OnlineRequest {
            network,
            host,
            progress,
            #[cfg(test)]
            given: None,
        }))
    }

    #[cfg(feature = "github-app")]
    fn app(&self) -> Result<Option<Credential>, Failure> {
        let (Some(id), Some(file)) = (self.app_id, &self.app_key) else {
            return Ok(None);
        };
        let key = Secret::key(&read(file)?);
        Ok(Some(Credential::App { id, key }))
    }

    #[cfg(not(feature = "github-app"))]
    #[expect(
        clippy::unused_self,
        clippy::unnecessary_wraps,
        reason = "as with the feature"
    )]
    fn app(&self) -> Result<Option<Credential>, Failure> {
        Ok(None)
    }

    /// Which token is at hand, in words: its kind, and where it came from. Of an App its key is.
    pub(super) fn token(&self) -> Result<Option<String>, Failure> {
        if let Some(app) = self.app_in_words() {
            return Ok(Some(app));
        }
        let found = self.found()?;
        Ok(found.map(|(token, from)| format!("{} from {from}", token.kind())))
    }

    #[cfg(feature = "github-app")]
    fn app_in_words(&self) -> Option<String> {
        let (id, file) = (self.app_id?, self.app_key.as_ref()?);
        Some(format!(
            "that of the App {id}, by the key in `{}`",
            file.display()
        ))
    }

    #[cfg(not(feature = "github-app"))]
    #[expect(clippy::unused_self, reason = "as with the feature")]
    fn app_in_words(&self) -> Option<String> {
        None
    }

    fn credential(&self) -> Result<Option<Credential>, Failure> {
        if let Some(app) = self.app()? {
            return Ok(Some(app));
        }
        Ok(self.found()?.map(|(token, _)| Credential::Token(token)))
    }

    /// The token that was given, and where it came from.
    fn found(&self) -> Result<Option<(Secret, String)>, Failure> {
        let (token, from) = match &self.token_file {
            Some(file) => (Some(read(file)?), format!("`{}`", file.display())),
            None => {
                let names = ["GITHUB_TOKEN", "GH_TOKEN"];
                let found = names.iter().find_map(|name| Some((variable(name)?, *name)));
                let (token, name) = found.unzip();
                (token, name.unwrap_or_default().to_owned())
            }
        };
        let Some(token) = token else {
            return Ok(None);
        };
        let token = Secret::token(&token).map_err(|why| {
            Failure::new(
                format!("{why} ({from})"),
                "see that the whole token is there, and nothing else",
            )
        })?;
        Ok(Some((token, from)))
    }
}

/// A variable of the environment that is set to something.
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// A variable in capital or in small letters, as programs have them.
fn either(name: &str) -> Option<String> {
    variable(name).or_else(|| variable(&name.to_lowercase()))
}

fn read(file: &Path) -> Result<String, Failure> {
    let shown = text::terminal(&file.to_string_lossy()).into_owned();
    let failed = |why: String| {
        Failure::new(
            format!("`{shown}` cannot be read: {why}"),
            "name a file with a token in it",
        )
    };
    refuse_planted(file, None).map_err(&failed)?;
    let limit = usize::try_from(SECRET_LIMIT).unwrap_or(usize::MAX);
    let mut text = String::new();
    // It need not be a file: a shell gives what a program says as a pipe.
    let read = fs::File::open(file)
        .and_then(|opened| opened.take(SECRET_LIMIT + 1).read_to_string(&mut text));
    match read {
        Ok(_) if text.len() <= limit => Ok(text),
        Ok(_) => Err(failed("it is no small file".into())),
        Err(error) => Err(failed(error.to_string())),
    }
}

/// Where people see the forge whose API is there: what the environment says, else by how the API of GitHub
/// is found at `api.github.com`, `api.NAME.ghe.com`, and `HOST/api/v3`.
fn host_of(api: &str, server: Option<&str>) -> String {
    let host = |url: &str| {
        let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        host.to_lowercase()
    };
    if let Some(server) = server {
        return host(server);
    }
    let api = host(api);
    match api.strip_prefix("api.") {
        Some(rest) if rest == "github.com" || rest.ends_with(".ghe.com") => rest.to_owned(),
        _ => api,
    }
}

/// Shows on the terminal's line how far it is, and takes that away at the end.
fn show(progress: &Progress) {
    let columns = terminal_size::terminal_size_of(io::stderr());
    let columns = columns.map_or(80, |(width, _)| usize::from(width.0));
    // In one piece, and first the new text and then what is left of the old one, so that nothing flickers.
    let text = format!("\r{}\x1b[K\r", line(progress, columns));
    // Nobody is left to be told if stderr is closed.
    let _ = io::stderr().write_all(text.as_bytes());
}

/// How far it is, in less than so many columns; empty at the end.
fn line(progress: &Progress, columns: usize) -> String {
    if progress.is_over {
        return String::new();
    }
    let whole = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let mut line = format!(
        "asking the forge: {}",
        text::count(whole(progress.requests), "request")
    );
    if let Some(left) = progress.left {
        line.push_str(&format!(", {} left", text::number(whole(left))));
    }
    if progress.links > 0 {
        let links = text::count(whole(progress.links), "request");
        line.push_str(&format!("; trying links: {links}"));
    }
    // A line that is wrapped cannot be taken back. It is ASCII throughout.
    line.truncate(columns.saturating_sub(1));
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_far_it_is_fits_on_a_line() {
        let mut progress = Progress {
            requests: 1234,
            links: 0,
            left: Some(4990),
            what: "/x".into(),
            is_over: false,
        };
        let first = "asking the forge: 1,234 requests, 4,990 left";
        assert_eq!(line(&progress, 80), first);
        progress.links = 1;
        assert_eq!(
            line(&progress, 200),
            format!("{first}; trying links: 1 request")
        );
        assert_eq!(line(&progress, 20), "asking the forge: 1");
        assert_eq!(line(&progress, 0), "");
        progress.is_over = true;
        assert_eq!(line(&progress, 80), "");
    }

    #[cfg(unix)]
    #[test]
    fn a_token_can_come_through_a_pipe() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        assert!(made.unwrap().success());
        let other = pipe.clone();
        let writer = std::thread::spawn(move || fs::write(other, "ghp_x\n"));
        assert_eq!(read(&pipe).unwrap(), "ghp_x\n");
        writer.join().unwrap().unwrap();
        // What has no end is not read to it.
        for (file, why) in [("/dev/zero", "no small file"), ("/", "directory")] {
            let failure = read(Path::new(file)).unwrap_err().text();
            assert!(failure.contains(why), "{failure}");
        }
    }

    #[test]
    fn people_see_the_forge_elsewhere_than_programs() {
        for (api, server, expected) in [
            ("https://api.github.com", None, "github.com"),
            ("https://api.acme.ghe.com/", None, "acme.ghe.com"),
            ("https://GitHub.acme.com/api/v3", None, "github.acme.com"),
            ("https://api.acme.com", None, "api.acme.com"),
            (
                "http://127.0.0.1:80/x",
                Some("https://github.com"),
                "github.com",
            ),
        ] {
            assert_eq!(host_of(api, server), expected, "{api}");
        }
    }
}
