//! What only somebody can tell who knows the repository and its tree: where a service lies that says where
//! its source is, and which links lead to files of the repository.

use super::links::{DOCUMENTATION, SOURCE};
use super::source_url::SourceUrl;
use crate::facts::{Service, Tree};
use crate::sources::catalog::Origin;
use crate::text::RepoPath;

/// Files that a site of TechDocs starts from, the surest first.
const SITES: [&str; 5] = [
    "mkdocs.yml",
    "mkdocs.yaml",
    "docs/index.md",
    "docs/README.md",
    "README.md",
];

/// Settles that for a service whose descriptor is at this path.
pub(in crate::sources::catalog) fn settle(
    service: &mut Service,
    descriptor: &RepoPath,
    tree: &Tree,
    origin: &Origin<'_>,
) {
    let source = service
        .annotations
        .get(SOURCE)
        .filter(|_| service.has_folder());
    let source = source.and_then(|location| SourceUrl::of_location(location));
    let repository = service.repository.take();
    match source {
        Some(url) if origin.is(url.repository) => {
            service.folder = url.folder(tree).or(service.folder.take());
        }
        // Without an origin, the repository may be called something else than its folder.
        Some(url) if origin.organization.is_some() => {
            service.folder = Some(url.likely_folder());
            service.repository = repository;
        }
        _ => {}
    }
    let site = service.annotations.get(DOCUMENTATION).map(String::as_str);
    let site = site.and_then(|location| self::site(location.trim(), descriptor, tree));
    service.links.retain_mut(|link| {
        let is_documentation = link.kind.as_deref() == Some("docs")
            && service.annotations.get(DOCUMENTATION).map(|it| it.trim()) == Some(&*link.url);
        let found = match is_documentation {
            true => site.clone(),
            false => file(&link.url, tree, origin),
        };
        let is_found = found.is_some();
        if let Some(found) = found {
            link.url = found;
        }
        is_found || !is_documentation
    });
}

/// The file of this repository that a URL leads to.
fn file(url: &str, tree: &Tree, origin: &Origin<'_>) -> Option<String> {
    let url = SourceUrl::parse(url)?;
    let file = url.file(tree).filter(|_| origin.is(url.repository))?;
    String::from_utf8(file.as_bytes().to_vec()).ok()
}

/// Where the documentation is that `dir:` or `url:` names: a file of the repository, or a URL.
fn site(location: &str, descriptor: &RepoPath, tree: &Tree) -> Option<String> {
    if let Some(url) = location.strip_prefix("url:") {
        return Some(url.to_owned());
    }
    let folder = location.strip_prefix("dir:")?;
    let folder = descriptor.parent().follow(folder.as_bytes())?;
    let files = SITES.iter().map(|file| folder.join(file));
    let file = files
        .into_iter()
        .find(|it| tree.find(it.as_bytes()).is_some())?;
    String::from_utf8(file.as_bytes().to_vec()).ok()
}
