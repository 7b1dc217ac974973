//! How text for people looks: its colours, its characters, its width.

use std::fmt::Display;

use super::shown;

/// What the terminal, or whatever takes its place, can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Whether ANSI colours are written.
    pub color: bool,
    /// Whether lines and marks may be drawn with characters beyond ASCII.
    pub unicode: bool,
    /// How many columns there are.
    pub width: usize,
}

impl Look {
    /// For files and pipes: no colours, 100 columns.
    pub const PLAIN: Look = Look {
        color: false,
        unicode: true,
        width: 100,
    };

    /// `text` in a colour. The text must be harmless already.
    pub(super) fn paint(self, ink: Ink, text: impl Display) -> String {
        if self.color {
            format!("\x1b[{}m{text}\x1b[0m", ink.code())
        } else {
            text.to_string()
        }
    }

    /// The first where characters beyond ASCII can be shown, else the second.
    pub(super) fn either<'a>(self, unicode: &'a str, ascii: &'a str) -> &'a str {
        if self.unicode { unicode } else { ascii }
    }
}

/// What a colour is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    Error,
    Warning,
    Note,
    Aside,
    Good,
    Strong,
    Faint,
}

impl Ink {
    /// The parameter of the ANSI sequence. Terminal themes remap these sixteen colours to be legible.
    fn code(self) -> &'static str {
        match self {
            Ink::Error => "1;31",
            Ink::Warning => "1;33",
            Ink::Note => "1;36",
            Ink::Aside => "36",
            Ink::Good => "32",
            Ink::Strong => "1",
            Ink::Faint => "2",
        }
    }
}

/// `text` in lines of at most `width` characters, broken at spaces; a word that is longer has its own line.
///
/// No line but the first starts with `::`, which the runner of GitHub Actions would take as a command:
/// names from a repository may hold spaces.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for (index, word) in text.split(' ').enumerate() {
        let length = word.chars().count();
        // What is not seen must not start a line either: a command may stand behind it.
        let visible = !word.chars().all(shown::is_passed_over);
        let breaks = used > 0 && used + 1 + length > width && visible && !shown::may_command(word);
        if breaks {
            lines.push(String::new());
            used = 0;
        }
        if let Some(line) = lines.last_mut() {
            if index > 0 && !breaks {
                line.push(' ');
                used += 1;
            }
            line.push_str(word);
            used += length;
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_breaks_at_spaces_and_words_stay_whole() {
        assert_eq!(wrap("", 5), [""]);
        assert_eq!(wrap("ab cd ef", 5), ["ab cd", "ef"]);
        assert_eq!(wrap("a abcdefgh b", 5), ["a", "abcdefgh", "b"]);
        assert_eq!(wrap("äö üß", 5), ["äö üß"]);
    }

    #[test]
    fn no_line_starts_with_a_workflow_command() {
        assert_eq!(wrap("aaaa ::error::x bb", 5), ["aaaa ::error::x", "bb"]);
        assert_eq!(wrap("aaaaa  ::error::x", 3), ["aaaaa  ::error::x"]);
        assert_eq!(
            wrap("aaaaa \u{3000} ::error::x", 3),
            ["aaaaa \u{3000} ::error::x"]
        );
        assert_eq!(wrap("aaaaa \u{ad}::x", 3), ["aaaaa \u{ad}::x"]);
    }
}
