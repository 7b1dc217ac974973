//! `documentation/broken-link`

mod meant;
mod site_paths;

use crate::facts::{DocumentInTree, LinkTarget, Role};
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
    /// Links such as `/account/settings` may be paths of a site that publishes the documents: they start
    /// with `/`, have no extension, and the root of the repository has nothing of the name that they start
    /// with. Where 10 of them or more, in 3 documents or more, start with the same name, one note counts
    /// all such links of the repository. (Both numbers are our own.)
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
    places: [Edits("links lead nowhere"), Summary],
}

fn check(document: &InFile<'_, DocumentInTree>, view: &View<'_>, _: &Settings) -> Verdict {
    match document.fact.role {
        Role::Overview | Role::Named | Role::Onboarding => broken_links(document, view),
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
        if let LinkTarget::SitePath { is_first } = target {
            return is_first.then(|| site_paths::violation(document, link, view));
        }
        let broken = broken(&link.target, target, document.path)?;
        let violation = Violation::new(
            document.location(&link.excerpt, broken.label),
            format!("`{}` {}", link.target, broken.what),
        )
        .owners(view.owners_of(document.file))
        .at_most(broken.at_most)
        .key(link.target.clone());
        Some(match broken.help {
            Some(help) => violation.help(help),
            None => violation,
        })
    });
    links.collect::<Vec<_>>().into()
}

/// What is wrong with a link.
pub(in crate::rules) struct Broken {
    /// What it does instead of leading somewhere.
    pub(in crate::rules) what: &'static str,
    /// What is to be seen there.
    pub(in crate::rules) label: &'static str,
    /// What to do; none where there is nothing to add.
    pub(in crate::rules) help: Option<String>,
    /// How bad it is at most.
    pub(in crate::rules) at_most: Level,
}

/// What is wrong with a link that is written like this in the file at `path` and leads there, if
/// anything is.
pub(in crate::rules) fn broken(written: &str, target: &LinkTarget, path: &[u8]) -> Option<Broken> {
    let is_url = written.starts_with("http");
    match target {
        LinkTarget::Missing { path: to, nearest } => Some(Broken {
            what: "leads nowhere",
            label: "no such file",
            help: match nearest {
                // A URL of the forge is not written as a path is.
                Some(near) if is_url => Some(format!("did you mean `{}`?", near.to_string_lossy())),
                None if is_url => Some(format!("there is no `{}`", to.to_string_lossy())),
                nearest => meant::elsewhere(written).or_else(|| match nearest {
                    Some(near) => {
                        let near = meant::as_written(written, path, near.as_bytes());
                        Some(format!("did you mean `{near}`?"))
                    }
                    None => meant::outside(written).or_else(|| {
                        let to = to.to_string_lossy();
                        (written != to).then(|| format!("there is no `{to}`"))
                    }),
                }),
            },
            at_most: Level::Error,
        }),
        LinkTarget::MissingAnchor { nearest, .. } => Some(Broken {
            what: "names no heading",
            label: "no such heading",
            help: nearest
                .as_ref()
                .map(|near| format!("did you mean `#{near}`?")),
            at_most: Level::Note,
        }),
        LinkTarget::Found | LinkTarget::SitePath { .. } | LinkTarget::Unjudged => None,
    }
}
