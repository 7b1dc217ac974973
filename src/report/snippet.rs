//! A message with the lines that it is about, drawn by miette from excerpts alone.

use std::fmt;
use std::ops::Range;

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError,
    MietteSpanContents, Severity, SourceCode, SourceSpan, SpanContents, ThemeStyles,
};

use super::look::{Look, wrap};
use super::shown;
use crate::facts::{Label, Location, Place};
use crate::policy::Level;
use crate::text::{Excerpt, terminal};

/// What is drawn, as it was found: not escaped yet.
#[derive(Clone, Copy, Debug)]
pub(super) struct Drawing<'a> {
    pub(super) level: Level,
    pub(super) message: &'a str,
    pub(super) primary: &'a Location,
    pub(super) related: &'a [&'a Location],
    pub(super) help: Option<&'a str>,
}

/// More places than these are counted, not drawn.
const RELATED: usize = 4;

impl Drawing<'_> {
    /// The message alone: its places are listed below.
    pub(super) fn without_lines(&self, look: Look) -> String {
        let file = Location {
            excerpt: None,
            label: Label::default(),
            ..self.primary.clone()
        };
        let message = Drawing {
            primary: &file,
            related: &[],
            ..*self
        };
        message.draw(look)
    }

    /// The drawing, in whole lines.
    pub(super) fn draw(&self, look: Look) -> String {
        let related = self.related.iter().copied();
        let places = std::iter::once(self.primary).chain(related.take(RELATED));
        let mut sheet = Sheet::default();
        let mut message = wrap(&terminal(self.message), look.width.saturating_sub(4));
        for (index, location) in places.enumerate() {
            match &location.excerpt {
                Some(excerpt) => sheet.add(location, excerpt, look),
                None => message.extend(without_text(location, index == 0)),
            }
        }
        if let Some(more) = self.related.len().checked_sub(RELATED + 1) {
            message.push(format!(
                "see also {}",
                crate::text::count(more + 1, "more place")
            ));
        }
        let diagnostic = Drawn {
            level: self.level,
            message: message.join("\n"),
            help: self.help.map(|help| {
                let lines = wrap(&terminal(help), look.width.saturating_sub(8));
                lines.join("\n")
            }),
            sheet,
        };
        let marks = diagnostic.sheet.lines.iter().map(|line| line.marks.len());
        let handler = handler(look, self.level, marks.sum());
        let mut out = String::new();
        match handler.render_report(&mut out, &diagnostic) {
            Ok(()) => out,
            // A string takes everything; should miette refuse its own input, the message still stands.
            Err(fmt::Error) => format!("  {}\n", diagnostic.message),
        }
    }
}

/// The line that stands for a location of which there is no text to show.
fn without_text(location: &Location, primary: bool) -> Option<String> {
    let label = terminal(&location.label);
    if location.place == Place::Repository {
        return (!label.is_empty()).then(|| label.into_owned());
    }
    let preposition = if primary { "in" } else { "see" };
    let colon = if label.is_empty() { "" } else { ": " };
    let place = shown::place(&location.place);
    Some(format!("{preposition} {place}{colon}{label}"))
}

/// The mark of a level, before a message.
pub(super) fn mark(look: Look, level: Level) -> &'static str {
    match (level, look.unicode) {
        (Level::Error, true) => "×",
        (Level::Error, false) => "x",
        (Level::Warning, true) => "⚠",
        (Level::Warning, false) => "!",
        (Level::Note | Level::Off, true) => "•",
        (Level::Note | Level::Off, false) => "-",
    }
}

fn handler(look: Look, level: Level, marks: usize) -> GraphicalReportHandler {
    let mut theme = if look.unicode {
        GraphicalTheme::unicode_nocolor()
    } else {
        GraphicalTheme::none()
    };
    theme.characters.error = mark(look, Level::Error).into();
    theme.characters.warning = mark(look, Level::Warning).into();
    theme.characters.advice = mark(look, Level::Note).into();
    if look.color {
        theme.styles = ThemeStyles::ansi();
    }
    // The first mark has the colour of the level, all others one that is calmer.
    let mut highlights = vec![theme.styles.help; marks.max(1)];
    highlights[0] = match level {
        Level::Error => theme.styles.error,
        Level::Warning => theme.styles.warning,
        Level::Note | Level::Off => theme.styles.advice,
    };
    theme.styles.highlights = highlights;
    GraphicalReportHandler::new_themed(theme)
        .with_width(look.width)
        .with_wrap_lines(false)
        .without_primary_span_start()
        .without_syntax_highlighting()
        .with_links(false)
}

/// A finding as miette knows it; all its text is harmless.
#[derive(Debug)]
struct Drawn {
    level: Level,
    message: String,
    help: Option<String>,
    sheet: Sheet,
}

impl fmt::Display for Drawn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Drawn {}

impl Diagnostic for Drawn {
    fn severity(&self) -> Option<Severity> {
        Some(match self.level {
            Level::Error => Severity::Error,
            Level::Warning => Severity::Warning,
            Level::Note | Level::Off => Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let help = self.help.as_ref()?;
        Some(Box::new(help))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.sheet)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let mut start = 0;
        let labels = self.sheet.lines.iter().flat_map(move |line| {
            let base = start;
            start += line.data.len();
            line.marks.iter().map(move |(mark, label)| {
                let label = (!label.is_empty()).then(|| label.clone());
                LabeledSpan::new(label, base + mark.start, mark.len())
            })
        });
        Some(Box::new(labels))
    }
}

/// The excerpts of a drawing, one behind the other, as a source of which each line is its own file.
#[derive(Debug, Default)]
struct Sheet {
    lines: Vec<Line>,
}

/// One excerpt, harmless, with its line end.
#[derive(Debug)]
struct Line {
    /// `path:line:column`.
    name: String,
    /// From 0, as miette counts.
    number: usize,
    data: String,
    marks: Vec<(Range<usize>, String)>,
}

impl Sheet {
    fn add(&mut self, location: &Location, excerpt: &Excerpt, look: Look) {
        let gutter = excerpt.line.to_string().len() + 4;
        let (data, mark) = window(excerpt, look.width.saturating_sub(gutter).max(20), look);
        // A label hangs on the middle of its mark, behind a hook.
        let before = gutter + (mark.start + mark.end) / 2 + 5;
        let room = look.width.saturating_sub(before).max(30);
        let label = wrap(&terminal(&location.label), room).join("\n");
        let name = shown::position(location);
        let number = (excerpt.line as usize).saturating_sub(1);
        let file = shown::place(&location.place);
        // Two marks on one line share its drawing, unless they would lie upon each other.
        let same = self.lines.iter_mut().find(|line| {
            let apart = |other: &Range<usize>| mark.end <= other.start || other.end <= mark.start;
            line.number == number
                && line.data == data
                && line.name.starts_with(&format!("{file}:{}:", excerpt.line))
                && line.marks.iter().all(|(other, _)| apart(other))
        });
        match same {
            Some(line) => line.marks.push((mark, label)),
            None => self.lines.push(Line {
                name,
                number,
                data,
                marks: vec![(mark, label)],
            }),
        }
    }
}

impl SourceCode for Sheet {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        _: usize,
        _: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let mut start = 0;
        for line in &self.lines {
            let end = start + line.data.len();
            if (start..end).contains(&span.offset()) && span.offset() + span.len() <= end {
                return Ok(Box::new(MietteSpanContents::new_named(
                    line.name.clone(),
                    line.data.as_bytes(),
                    SourceSpan::new(start.into(), line.data.len()),
                    line.number,
                    0,
                    1,
                )));
            }
            start = end;
        }
        Err(MietteError::OutOfBounds)
    }
}

/// The line of an excerpt, harmless, cut to `columns` around what is meant, and where that stands in it.
fn window(excerpt: &Excerpt, columns: usize, look: Look) -> (String, Range<usize>) {
    let dots = look.either("…", "...");
    // Tabs would be written out; in a source line they are only distance.
    let tidy = |part: &str| terminal(&part.replace('\t', "    ")).into_owned();
    let part = |range: Range<usize>| excerpt.text.get(range).unwrap_or_default();
    let text = tidy(&excerpt.text);
    // Escaping the text up to a place tells where that place is in the escaped text.
    let before = tidy(part(0..excerpt.start)).chars().count();
    let marked = tidy(excerpt.marked()).chars().count();
    let length = text.chars().count();
    let room = columns.saturating_sub(2 * dots.chars().count());
    let (first, last) = if length <= columns {
        (0, length)
    } else {
        // A third of the room shows what stands before, so long as what is meant fits behind it.
        let lead = (room / 3).min(room.saturating_sub(marked));
        let first = before.saturating_sub(lead).min(length.saturating_sub(room));
        (first, (first + room).min(length))
    };
    let kept: String = text.chars().skip(first).take(last - first).collect();
    let head = if first > 0 || excerpt.column > 1 {
        dots
    } else {
        ""
    };
    let tail = if last < length { dots } else { "" };
    let at = |place: usize| {
        let inside = place.clamp(first, last) - first;
        let bytes: usize = kept.chars().take(inside).map(char::len_utf8).sum();
        head.len() + bytes
    };
    let mark = at(before)..at(before + marked);
    (format!("{head}{kept}{tail}\n"), mark)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{RepoPath, Span, Text};

    fn excerpt(line: &str, marked: &str) -> Excerpt {
        let start = line.find(marked).unwrap();
        let text = Text::new(RepoPath::from("f"), line.as_bytes().to_vec());
        text.excerpt(Span::new(start, start + marked.len()))
    }

    #[test]
    fn what_is_meant_stays_in_sight() {
        let long = format!("{} @acme/team {}", "a".repeat(90), "b".repeat(150));
        let (text, mark) = window(&excerpt(&long, "@acme/team"), 40, Look::PLAIN);
        assert_eq!(&text[mark], "@acme/team");
        assert_eq!(text.trim_end().chars().count(), 40);
        let (text, mark) = window(&excerpt("\t@a\t@b", "@b"), 40, Look::PLAIN);
        assert_eq!((&text[mark], text.as_str()), ("@b", "    @a    @b\n"));
        let (text, mark) = window(
            &excerpt(&"x".repeat(150), &"x".repeat(150)),
            40,
            Look::PLAIN,
        );
        assert_eq!(text[mark].chars().count(), 38);
    }

    proptest::proptest! {
        #[test]
        fn whatever_a_file_holds_is_drawn_harmlessly(
            bytes in "[a:#\\[\t\u{1b}\u{7f}\u{9b}\u{202e}\u{200b}\u{300}\u{ad}漢é👩 \n]{0,250}",
            spans in proptest::collection::vec((0_usize..300, 0_usize..80), 1..6),
            width in 50_usize..120,
        ) {
            let text = Text::new(RepoPath::from(bytes.as_str()), bytes.clone().into_bytes());
            let locate = |&(start, length): &(usize, usize)| {
                let start = start.min(bytes.len());
                Location::of(&text, Span::new(start, start + length), bytes.clone())
            };
            let locations: Vec<_> = spans.iter().map(locate).collect();
            let drawing = Drawing {
                level: Level::Warning,
                message: &bytes,
                primary: &locations[0],
                related: &locations[1..].iter().collect::<Vec<_>>(),
                help: Some(&bytes),
            };
            let drawn = drawing.draw(Look { width, ..Look::PLAIN });
            crate::report::samples::assert_harmless(&drawn);
            proptest::prop_assert!(drawn.contains(&shown::position(&locations[0])));
        }
    }

    #[test]
    fn escapes_do_not_move_the_mark() {
        let (text, mark) = window(&excerpt("\u{1b}[31m ##[x] @a", "@a"), 80, Look::PLAIN);
        assert_eq!(&text[mark], "@a");
        // What is meant starts inside of what is taken apart.
        let (text, mark) = window(&excerpt("##[x]", "[x]"), 80, Look::PLAIN);
        assert_eq!(text, "#\\x23[x]\n");
        assert!(text.get(mark).is_some());
    }
}
