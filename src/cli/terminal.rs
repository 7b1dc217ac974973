//! What the terminal can show, and what else the environment says about it.

use std::io::{self, IsTerminal, Write};

use super::arguments::{Color, Global};
use crate::report::Look;
use crate::text;

/// Where results and talk go, and how they look there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terminal {
    pub(super) stdout: Look,
    pub(super) stderr: Look,
    pub(super) quiet: bool,
    pub(super) verbose: bool,
}

impl Terminal {
    /// As the environment and the arguments have it.
    pub(super) fn new(global: &Global) -> Self {
        let (stdout, stderr) = (io::stdout(), io::stderr());
        let out_width = terminal_size::terminal_size_of(&stdout);
        let err_width = terminal_size::terminal_size_of(&stderr);
        Terminal {
            stdout: look(global.color, stdout.is_terminal(), out_width),
            stderr: look(global.color, stderr.is_terminal(), err_width),
            quiet: global.quiet,
            verbose: global.verbose,
        }
    }

    /// Says something beside the result, unless `--quiet`.
    pub(super) fn note(&self, message: &str) {
        if !self.quiet {
            // Nobody is left to be told if stderr is closed.
            let _ = writeln!(io::stderr(), "note: {}", text::terminal(message));
        }
    }
}

type Size = Option<(terminal_size::Width, terminal_size::Height)>;

fn look(color: Color, is_terminal: bool, size: Size) -> Look {
    let color = match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => automatic(is_terminal),
    };
    if color {
        // On older versions of Windows colours are not understood unless they are switched on.
        let _ = anstyle_query::windows::enable_ansi_colors();
    }
    let columns = || std::env::var("COLUMNS").ok()?.parse().ok();
    let width = size.map(|(width, _)| usize::from(width.0)).or_else(columns);
    let width = width.unwrap_or(Look::PLAIN.width);
    Look {
        color,
        unicode: unicode(|name| std::env::var(name).ok()),
        // Narrower than this nothing can be drawn; wider than this nobody reads.
        width: width.clamp(50, 120),
    }
}

/// As clap decides it for its own messages.
fn automatic(is_terminal: bool) -> bool {
    if anstyle_query::no_color() {
        false
    } else if anstyle_query::clicolor_force() {
        true
    } else {
        let wanted = anstyle_query::clicolor();
        let able = anstyle_query::term_supports_color() || wanted == Some(true);
        is_terminal && wanted != Some(false) && able
    }
}

/// Whether the locale has characters beyond ASCII. Where none is set, as in most containers, there is
/// no reason to doubt it.
fn unicode(variable: impl Fn(&str) -> Option<String>) -> bool {
    let names = ["LC_ALL", "LC_CTYPE", "LANG"];
    let mut set = names.iter().filter_map(|name| variable(name));
    let locale = set.find(|value| !value.is_empty());
    locale.is_none_or(|locale| {
        let locale = locale.to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_locale_that_is_set_decides() {
        let cases: [(&[(&str, &str)], bool); 5] = [
            (&[], true),
            (&[("LANG", "en_US.UTF-8")], true),
            (&[("LANG", "C.utf8"), ("LC_ALL", "")], true),
            (&[("LANG", "en_US.UTF-8"), ("LC_ALL", "C")], false),
            (&[("LC_CTYPE", "de_DE.ISO-8859-1")], false),
        ];
        for (variables, expected) in cases {
            let get = |name: &str| {
                let found = variables.iter().find(|(key, _)| *key == name);
                found.map(|(_, value)| value.to_string())
            };
            assert_eq!(unicode(get), expected, "{variables:?}");
        }
    }
}
