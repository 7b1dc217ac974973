//! Documents: headings, anchors and links.

use std::collections::BTreeSet;

use crate::text::Excerpt;

/// What a document says of itself and of others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// Headings, in order.
    pub headings: Vec<Heading>,
    /// All places that a link can name, without `#`: those of headings, and `id` and `name` of HTML.
    pub anchors: BTreeSet<String>,
    /// Links and images, in order.
    pub links: Vec<Link>,
    /// Keys and values of the front matter, where they are plain.
    pub front_matter: Vec<(String, String)>,
    /// Whether it has more headings or links than are kept.
    pub cut: bool,
}

/// A heading with what stands below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// From 1, the title, to 6.
    pub level: u8,
    /// Without markup.
    pub text: String,
    /// What a link names it by, as the forge makes it.
    pub anchor: String,
    /// What the section says, its subsections included.
    pub body: SectionBody,
    /// The line, with the heading marked.
    pub excerpt: Excerpt,
}

/// What a section says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SectionBody {
    /// Something.
    Text,
    /// Nothing at all.
    Empty,
    /// No more than that somebody will write it: `TBD`, `Coming soon`.
    Placeholder,
}

/// A link or an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Where it leads, as written.
    pub target: String,
    /// The line, with the link marked.
    pub excerpt: Excerpt,
}
