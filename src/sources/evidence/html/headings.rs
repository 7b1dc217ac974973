//! Headings in raw HTML, whose text may be HTML as well as Markdown: `<h1>`, blank line, `*Shop*`, `</h1>`.

/// Names of tags are read so far. No heading has a longer one.
const LONGEST_NAME: usize = 4;

/// Finds the headings of a document over its pieces of HTML, in order, and the text between them.
#[derive(Debug, Default)]
pub(in crate::sources::evidence) struct Headings {
    tag: Option<Tag>,
    /// The heading that is being read: its text so far.
    open: Option<String>,
    lost: bool,
}

/// A tag that is being read.
#[derive(Debug, Default)]
struct Tag {
    name: String,
    /// Whether its name has ended.
    is_named: bool,
    /// The quote in which a value stands.
    quote: Option<char>,
    /// The last character but white space.
    last: char,
}

impl Headings {
    /// Reads a piece of HTML without comments. Gives the texts of the headings that end in it.
    pub(in crate::sources::evidence) fn read(&mut self, html: &str) -> Vec<String> {
        let mut ended = Vec::new();
        let mut rest = html;
        while !rest.is_empty() {
            if let Some(tag) = &mut self.tag {
                let end = tag.read(rest);
                rest = &rest[end.unwrap_or(rest.len())..];
                if end.is_some() {
                    ended.extend(self.end_tag());
                }
                continue;
            }
            let start = rest.match_indices('<').map(|(at, _)| at);
            let start = start.into_iter().find(|at| is_tag(&rest[at + 1..]));
            let at = start.unwrap_or(rest.len());
            self.text(&rest[..at]);
            if start.is_some() {
                self.tag = Some(Tag::default());
                rest = &rest[at + 1..];
            } else {
                rest = "";
            }
        }
        ended
    }

    /// Adds text of Markdown to the heading that is open, if any is.
    pub(in crate::sources::evidence) fn say(&mut self, text: &str) {
        if let Some(heading) = &mut self.open {
            heading.push_str(text);
        }
    }

    /// A heading of Markdown starts. Within one of HTML, it is not known what comes of the two.
    pub(in crate::sources::evidence) fn start_markdown(&mut self) {
        self.lost |= self.open.is_some();
    }

    /// A block of HTML ends. A tag that is not closed by then was read as the forge does not read it.
    pub(in crate::sources::evidence) fn end_block(&mut self) {
        self.lost |= self.tag.take().is_some();
    }

    /// Whether there are headings that were not read, or not all of one, at the end of the document.
    pub(in crate::sources::evidence) fn are_lost(&self) -> bool {
        self.lost || self.open.is_some() || self.tag.is_some()
    }

    fn end_tag(&mut self) -> Option<String> {
        let tag = self.tag.take()?;
        let name = tag.name.to_ascii_lowercase();
        let is_heading = |name: &str| matches!(name.as_bytes(), [b'h', b'1'..=b'6']);
        match name.strip_prefix('/') {
            Some(name) if is_heading(name) => self.open.take(),
            None if is_heading(&name) => {
                self.lost |= self.open.is_some();
                self.open = Some(String::new());
                None
            }
            _ => None,
        }
    }

    /// Adds text of HTML, with characters in place of their references.
    fn text(&mut self, html: &str) {
        let Some(heading) = &mut self.open else {
            return;
        };
        let mut parts = html.split('&');
        heading.push_str(parts.next().unwrap_or_default());
        for part in parts {
            let is_name = |name: &str| {
                !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'#')
            };
            let reference = part.split_once(';').filter(|(name, _)| is_name(name));
            match reference.map(|(name, text)| (meant(name), text)) {
                Some((Some(c), text)) => {
                    heading.push(c);
                    heading.push_str(text);
                }
                // Perhaps a letter, which an anchor would hold.
                Some((None, _)) => self.lost = true,
                None => {
                    heading.push('&');
                    heading.push_str(part);
                }
            }
        }
    }
}

impl Tag {
    /// Reads on; says where the tag ends, if it does so here.
    fn read(&mut self, html: &str) -> Option<usize> {
        for (at, c) in html.char_indices() {
            match self.quote {
                Some(quote) if c == quote => self.quote = None,
                Some(_) => {}
                None if c == '>' => return Some(at + 1),
                // A quote elsewhere is an error that ends nothing.
                None if matches!(c, '"' | '\'') && self.last == '=' => self.quote = Some(c),
                None if !self.is_named => {
                    let in_name = c.is_ascii_alphanumeric() || c == '/' && self.name.is_empty();
                    self.is_named = !in_name;
                    if in_name && self.name.len() < LONGEST_NAME {
                        self.name.push(c);
                    }
                }
                None => {}
            }
            if !c.is_whitespace() {
                self.last = c;
            }
        }
        None
    }
}

/// Whether what stands behind `<` makes it a tag.
fn is_tag(behind: &str) -> bool {
    let name = behind.strip_prefix('/').unwrap_or(behind);
    name.starts_with(|c: char| c.is_ascii_alphabetic())
}

/// The character that `&name;` stands for, where it is one that people write in headings.
fn meant(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        "copy" => '\u{a9}',
        "reg" => '\u{ae}',
        "trade" => '\u{2122}',
        "ndash" => '\u{2013}',
        "mdash" => '\u{2014}',
        "middot" => '\u{b7}',
        "bull" => '\u{2022}',
        "hellip" => '\u{2026}',
        "rarr" => '\u{2192}',
        _ => {
            let number = name.strip_prefix('#')?;
            let hex = number.strip_prefix(['x', 'X']);
            let code = match hex {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            return char::from_u32(code.ok()?);
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The headings of pieces, of which those without `<` and `>` are Markdown; `None` where some are lost.
    fn read(pieces: &[&str]) -> Option<Vec<String>> {
        let mut headings = Headings::default();
        let mut all = Vec::new();
        for piece in pieces {
            if piece.contains(['<', '>']) {
                all.extend(headings.read(piece));
            } else {
                headings.say(piece);
            }
        }
        (!headings.are_lost()).then_some(all)
    }

    #[test]
    fn headings_are_read_over_tags_and_pieces() {
        for (pieces, expected) in [
            (&["<h1 align=\"center\">Shop</h1>"][..], &["Shop"][..]),
            (
                &["<H2>a<br/> <b title='</h2>'>b</b></H2><h3>c</h3 >"],
                &["a b", "c"],
            ),
            (&["<h1\n", " id=x>", "Shop", "</h1>"], &["Shop"]),
            (
                &["<h1>A &amp; B &#65;&#x42; & C; 1 < 2</h1>"],
                &["A & B AB & C; 1 < 2"],
            ),
            (&["<hr><header>no</header></h1>"], &[]),
            (&["<a title=don't>", "<h1>a</h1>"], &["a"]),
        ] {
            let expected: Vec<String> = expected.iter().map(|it| (*it).to_owned()).collect();
            assert_eq!(read(pieces), Some(expected), "{pieces:?}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_lost() {
        for pieces in [
            &["<h1>a"][..],
            &["<h1>a<h2>b</h2>"],
            &["<h1>caf&eacute;</h1>"],
            &["<h1>a</h1><img alt=\""],
        ] {
            assert_eq!(read(pieces), None, "{pieces:?}");
        }
        let mut within = Headings::default();
        within.read("<h1>");
        within.start_markdown();
        within.read("</h1>");
        assert!(within.are_lost());
        let mut block = Headings::default();
        block.read("<img alt=\"");
        block.end_block();
        block.read("\">");
        assert!(block.are_lost());
    }
}
