//! Markdown, as far as anybody asks: headings with their anchors and what stands below them, links, the
//! front matter. In: the bytes of a file. Out: a [`Document`].

use std::borrow::Cow;
use std::collections::BTreeSet;

use pulldown_cmark::{Event, LinkType, Options, Parser, Tag, TagEnd};

use super::anchors::Anchors;
use super::html::{self, Headings, Html};
use super::labels;
use crate::facts::{Document, Heading, Link, SectionBody};
use crate::text::{Span, Text};

/// How many links and headings of one document are kept.
const MOST: usize = 20_000;

/// How many bytes of a section's text are looked at to tell whether it says anything.
const SHORT: usize = 120;

/// Reads a document.
pub(super) fn read(text: &Text) -> Document {
    let content = readable(text.bytes());
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS
        | Options::ENABLE_PLUSES_DELIMITED_METADATA_BLOCKS;
    let mut events = Parser::new_ext(&content, options).into_offset_iter();
    let mut reader = Reader {
        text,
        content: &content,
        document: Document::default(),
        anchors: Anchors::default(),
        html: Html::default(),
        html_headings: Headings::default(),
        heading: None,
        open: Vec::new(),
        bodies: Vec::new(),
        definitions: BTreeSet::new(),
        in_front_matter: false,
        images: 0,
    };
    while let Some((event, range)) = events.next() {
        let definition =
            match &event {
                Event::Start(
                    Tag::Link { link_type, id, .. } | Tag::Image { link_type, id, .. },
                ) if is_by_reference(*link_type) => events.reference_definitions().get(id),
                _ => None,
            };
        let definition = definition.map(|it| Span::new(it.span.start, it.span.end));
        reader.event(event, Span::new(range.start, range.end), definition);
    }
    reader.finish()
}

/// The bytes as text of the same length: a byte that is no UTF-8 becomes a question mark.
fn readable(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => {
            let mut text = String::with_capacity(bytes.len());
            for chunk in bytes.utf8_chunks() {
                text.push_str(chunk.valid());
                text.extend(chunk.invalid().iter().map(|_| '?'));
            }
            Cow::Owned(text)
        }
    }
}

fn is_by_reference(kind: LinkType) -> bool {
    matches!(
        kind,
        LinkType::Reference | LinkType::Collapsed | LinkType::Shortcut
    )
}

/// How far into a link its target is looked for.
const LONGEST: usize = 4096;

struct Reader<'t> {
    text: &'t Text,
    content: &'t str,
    document: Document,
    anchors: Anchors,
    html: Html,
    html_headings: Headings,
    /// The heading that is being read: its level, where it stands, and its text so far.
    heading: Option<(u8, Span, String)>,
    /// The headings of whose section the reader is in, outermost first, by their places.
    open: Vec<usize>,
    /// By heading: the start of what its section says.
    bodies: Vec<String>,
    /// Where the definitions start that links were read of.
    definitions: BTreeSet<usize>,
    in_front_matter: bool,
    /// How many pictures are being read, one in another.
    images: usize,
}

impl Reader<'_> {
    /// Reads what stands at `span`; for a link by reference, its definition says where it leads.
    fn event(&mut self, event: Event<'_>, span: Span, definition: Option<Span>) {
        match event {
            Event::Start(Tag::MetadataBlock(_)) => self.in_front_matter = true,
            Event::End(TagEnd::MetadataBlock(_)) => self.in_front_matter = false,
            Event::Text(text) if self.in_front_matter => self.front_matter(&text),
            Event::Start(Tag::Heading { level, .. }) => {
                self.html_headings.start_markdown();
                let level = level as u8;
                self.heading = Some((level, span, String::new()));
            }
            Event::End(TagEnd::Heading(_)) => self.end_heading(),
            Event::Start(Tag::Link {
                link_type,
                dest_url,
                ..
            }) => self.link(link_type, &dest_url, span, definition),
            Event::Start(Tag::Image {
                link_type,
                dest_url,
                ..
            }) => {
                self.link(link_type, &dest_url, span, definition);
                self.images += 1;
                self.say("(image)");
            }
            Event::End(TagEnd::Image) => self.images = self.images.saturating_sub(1),
            Event::Html(html) | Event::InlineHtml(html) => self.html(&html, span),
            Event::End(TagEnd::HtmlBlock) => self.html_headings.end_block(),
            Event::Text(text) | Event::Code(text) => {
                if self.images == 0 {
                    self.html_headings.say(&text);
                }
                self.say(&text);
            }
            Event::SoftBreak | Event::HardBreak => {
                self.html_headings.say(" ");
                self.say(" ");
            }
            _ => {}
        }
    }

    /// Adds to the heading that is being read, else to the sections that are open. A heading does not say
    /// what its pictures show.
    fn say(&mut self, text: &str) {
        if let Some((_, _, heading)) = &mut self.heading {
            if self.images == 0 {
                heading.push_str(text);
            }
            return;
        }
        for &heading in &self.open {
            let body = &mut self.bodies[heading];
            if body.len() < SHORT {
                body.extend(text.chars().take(SHORT));
            }
        }
    }

    fn end_heading(&mut self) {
        let Some((level, span, text)) = self.heading.take() else {
            return;
        };
        let headings = &mut self.document.headings;
        if headings.len() == MOST {
            self.document.cut = true;
            self.anchors.lose_count();
            return;
        }
        while self
            .open
            .last()
            .is_some_and(|&open| headings[open].level >= level)
        {
            self.open.pop();
        }
        self.open.push(headings.len());
        self.bodies.push(String::new());
        let line = self.text.line_span(self.text.line(span.start));
        headings.push(Heading {
            level,
            anchor: self.anchors.next(&text),
            text: text.trim().to_owned(),
            body: SectionBody::Empty,
            excerpt: self
                .text
                .excerpt(Span::new(span.start, line.end.max(span.start))),
        });
    }

    fn link(&mut self, kind: LinkType, target: &str, span: Span, definition: Option<Span>) {
        let is_url = matches!(kind, LinkType::Autolink | LinkType::Email);
        if is_url {
            return;
        }
        if self.document.links.len() == MOST {
            self.document.cut = true;
            return;
        }
        if let Some(span) = definition {
            // However often it is used, it is mended once.
            if self.definitions.insert(span.start) {
                let text = self.content.get(span.start..span.end).unwrap_or_default();
                let behind = text.find("]:").map_or(0, |at| at + 2);
                let at = text[behind..].find(target).filter(|_| !target.is_empty());
                let marked = at.map_or(span, |at| {
                    let start = span.start + behind + at;
                    Span::new(start, start + target.len())
                });
                self.push_link(target, marked);
            }
            return;
        }
        // Where the target itself stands.
        let end = span.end.min(span.start + LONGEST);
        let written = self.content.get(span.start..end).unwrap_or_default();
        let marked = match written.rfind(target) {
            Some(at) if !target.is_empty() => {
                Span::new(span.start + at, span.start + at + target.len())
            }
            _ => span,
        };
        self.push_link(target, marked);
    }

    fn push_link(&mut self, target: &str, span: Span) {
        if self.document.links.len() == MOST {
            self.document.cut = true;
            return;
        }
        self.document.links.push(Link {
            target: target.to_owned(),
            excerpt: self.text.excerpt(span),
        });
    }

    fn html(&mut self, html: &str, span: Span) {
        let shown = self.html.strip_comments(html);
        for attribute in html::attributes(&shown) {
            match attribute.name {
                html::Name::Link => {
                    let start = span.start + attribute.at;
                    let marked = Span::new(start, start + attribute.value.len());
                    self.push_link(attribute.value, marked);
                }
                html::Name::Anchor => self.anchors.add(attribute.value),
            }
        }
        for heading in self.html_headings.read(&shown) {
            self.anchors.next_of_html(&heading);
        }
        if self.heading.is_none() && !shown.trim().is_empty() {
            self.say(&shown);
        }
    }

    fn front_matter(&mut self, text: &str) {
        for line in text.lines() {
            let Some((key, value)) = line.split_once([':', '=']) else {
                continue;
            };
            let value = value.trim().trim_matches(['"', '\'']);
            let is_plain = !key.starts_with([' ', '-', '#', '\t']) && !value.is_empty();
            if is_plain && self.document.front_matter.len() < MOST {
                let key = key.trim().to_owned();
                self.document.front_matter.push((key, value.to_owned()));
            }
        }
    }

    fn finish(mut self) -> Document {
        if self.html_headings.are_lost() {
            self.anchors.lose_count();
        }
        let mut document = self.document;
        if labels::gives(self.content) {
            // A word, with `#` or without, may name a place of any document of its site.
            document.links.retain(|link| !labels::is_word(&link.target));
            self.anchors.lose_count();
        }
        for (heading, body) in document.headings.iter_mut().zip(&self.bodies) {
            heading.body = body_of(body);
        }
        document.anchors = self.anchors.finish();
        document
    }
}

/// What a section says, by the start of its text.
fn body_of(text: &str) -> SectionBody {
    /// What stands in for a text that is not written yet, without punctuation and in lower case.
    const PLACEHOLDERS: [&str; 18] = [
        "tbd",
        "tba",
        "tbc",
        "todo",
        "fixme",
        "xxx",
        "wip",
        "placeholder",
        "coming soon",
        "to do",
        "to be done",
        "to be written",
        "to be defined",
        "to be determined",
        "to be added",
        "work in progress",
        "fill me in",
        "lorem ipsum",
    ];
    let text = text.trim();
    if text.is_empty() {
        return SectionBody::Empty;
    }
    let words: String = text.to_lowercase();
    let words = words.trim_matches(|c: char| !c.is_alphanumeric());
    let is_template = text.starts_with('<')
        && text.ends_with('>')
        && text.contains(' ')
        && !text.contains("=")
        && !text.contains("</");
    let is_placeholder = words.is_empty()
        || PLACEHOLDERS.contains(&words)
        || words.starts_with("lorem ipsum")
        || is_template;
    match is_placeholder {
        true => SectionBody::Placeholder,
        false => SectionBody::Text,
    }
}

#[cfg(test)]
#[path = "documents_tests.rs"]
mod tests;
