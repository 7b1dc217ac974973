//! `documentation/broken-link`

use crate::facts::{DocumentInTree, Link, LinkTarget, Role};
use crate::policy::{Level, NoOptions, Settings};
use crate::rules::{InFile, Verdict, View, Violation, declare_rule};

declare_rule! {
    /// ## What it checks
    ///
    /// Relative links in README, CONTRIBUTING and SECURITY files, and in the documents under
    /// `[documents] links` of the policy, lead to a tracked file or folder; an anchor leads to a heading
    /// or a named place of its document, as the forge makes them, and is a note at most. A link that
    /// starts with `/` counts from the root of the repository.
    ///
    /// What counts is Markdown, `.md` or `.markdown`, of exactly these names, in any case and any folder:
    /// `README.md` and `docs/Contributing.md`, but neither `README.rst` nor `README-CN.md`. Under
    /// `[documents] links`, too, only Markdown is read.
    ///
    /// Not judged: URLs, links that lead out of the repository (on the forge, `../../issues` is a page),
    /// links with a template in them, links through a symbolic link or submodule, words without an extension
    /// in the documents of Sphinx, which may be labels, and documents of sites that a generator builds,
    /// which has its own idea of paths.
    ///
    /// Source: GitHub documentation, *About the repository README file*, "Relative links and image paths".
    ///
    /// ## Why it matters
    ///
    /// Whoever follows the link is new, and stops there.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @ann
    /// -- README.md --
    /// See the [guide](docs/guide.md).
    /// -- docs/tour.md --
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @ann
    /// -- README.md --
    /// See the [tour](docs/tour.md).
    /// -- docs/tour.md --
    /// ```
    ///
    /// ## Options
    ///
    /// None.
    ///
    /// ## Needs
    ///
    /// The documents, and the tracked files.
    id: "documentation/broken-link",
    summary: "a link leads nowhere",
    level: Warning, strict: Warning,
    status: Stable,
    organizational: false,
    needs: [Tree, Documents],
    options: NoOptions,
    check: Document(check),
    roll_up: "links lead nowhere",
}

fn check(document: &InFile<'_, DocumentInTree>, view: &View<'_>, _: &Settings) -> Verdict {
    match document.fact.role {
        Role::Overview | Role::Named => broken_links(document, view),
        Role::Runbook | Role::Target => Verdict::NotApplicable,
    }
}

/// The links of a document that lead nowhere.
pub(in crate::rules) fn broken_links(
    document: &InFile<'_, DocumentInTree>,
    view: &View<'_>,
) -> Verdict {
    let fact = document.fact;
    if fact.in_site {
        return Verdict::NotApplicable;
    }
    let links = fact.links().filter_map(|(link, target)| {
        let broken = broken(link, target)?;
        Some(
            Violation::new(
                document.location(&link.excerpt, broken.label),
                broken.message,
            )
            .owners(view.owners_of(document.file))
            .help(broken.help)
            .at_most(broken.at_most)
            .key(link.target.clone()),
        )
    });
    links.collect::<Vec<_>>().into()
}

struct Broken {
    message: String,
    label: &'static str,
    help: String,
    at_most: Level,
}

fn broken(link: &Link, target: &LinkTarget) -> Option<Broken> {
    let written = &link.target;
    match target {
        LinkTarget::Missing { path, nearest } => Some(Broken {
            message: format!("`{written}` leads nowhere"),
            label: "no such file",
            help: match nearest {
                Some(near) => format!("did you mean `{}`?", near.to_string_lossy()),
                None => format!("there is no `{}`", path.to_string_lossy()),
            },
            at_most: Level::Error,
        }),
        LinkTarget::MissingAnchor { anchor, nearest } => Some(Broken {
            message: format!("`{written}` names no heading"),
            label: "no such heading",
            help: match nearest {
                Some(near) => format!("did you mean `#{near}`?"),
                None => format!("no heading of the document makes `#{anchor}`"),
            },
            at_most: Level::Note,
        }),
        LinkTarget::Found | LinkTarget::Unjudged => None,
    }
}
