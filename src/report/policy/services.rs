//! What looks like services, as a suggestion.

use std::collections::BTreeMap;
use std::io;

use super::page::{Page, first, folder_name, strings};
use crate::answers::Survey;
use crate::policy::pattern_of_folder;
use crate::report::shown;
use crate::text::{RepoPath, list, number};

/// How many folders of images alone are worth to be told.
const FEWEST_IMAGES: usize = 2;

/// Off, as the others: whoever knows what runs here says so.
pub(super) fn services(survey: &Survey, page: &mut Page<'_>) -> io::Result<()> {
    let services = survey.services.iter().map(|service| &service.folder);
    let services: Vec<&RepoPath> = services.filter(|folder| !folder.is_root()).collect();
    let images = survey.images.iter();
    let mut images: Vec<&RepoPath> = images.filter(|folder| !folder.is_root()).collect();
    if services.is_empty() && images.len() < FEWEST_IMAGES {
        // A tool, most likely.
        images.clear();
    }
    let image_names: Vec<_> = images.iter().map(|folder| folder_name(folder)).collect();
    let (shown, more) = first(&image_names);
    let shown = list(shown, more);
    match (services.len(), images.is_empty()) {
        (0, true) if survey.services.is_empty() => return Ok(()),
        (0, true) => {
            page.say(&format!(
                "The repository as a whole looks like a service: {}.",
                evidence(survey)
            ))?;
            return page.space();
        }
        (0, false) => page.say(&format!(
            "Images are made of {shown}. Which of them are services, their names do not tell."
        ))?,
        (folders, _) => page.say(&match folders {
            1 => format!("1 folder looks like a service: {}.", evidence(survey)),
            _ => format!(
                "{} folders look like services, such as {}.",
                number(folders),
                evidence(survey)
            ),
        })?,
    }
    if !services.is_empty() && !images.is_empty() {
        page.say(&format!(
            "Images are made of {shown} as well, and nothing was seen that runs them."
        ))?;
    }
    page.say("These folders would be services for all rules about them, with the folder's name:")?;
    page.off("[services]")?;
    let roots = match services.is_empty() {
        true => roots(&images, &[]),
        false => roots(&services, &images),
    };
    page.off(&format!("roots = {}", strings(roots)))?;
    page.space()
}

/// What makes the first service one.
fn evidence(survey: &Survey) -> String {
    let below = survey.services.iter().find(|it| !it.folder.is_root());
    let Some(service) = below.or(survey.services.first()) else {
        return String::new();
    };
    let files = [service.build.first(), service.run.first()];
    let mut files: Vec<_> = files.into_iter().flatten().collect();
    files.dedup();
    let files: Vec<_> = files
        .into_iter()
        .map(|file| format!("`{}`", shown::path(file.as_bytes())))
        .collect();
    let files = list(&files, 0);
    match service.folder.is_root() {
        true => files,
        false => format!("{} ({files})", folder_name(&service.folder)),
    }
}

/// Patterns for folders: `parent/*` where several lie in one, and more of them than of the others.
pub(super) fn roots(folders: &[&RepoPath], others: &[&RepoPath]) -> Vec<String> {
    const MOST: usize = 20;
    let mut siblings: BTreeMap<RepoPath, [usize; 2]> = BTreeMap::new();
    for (kind, folders) in [folders, others].into_iter().enumerate() {
        for folder in folders {
            siblings.entry(folder.parent()).or_default()[kind] += 1;
        }
    }
    let root = |folder: &&RepoPath| {
        let parent = folder.parent();
        let [siblings, others] = siblings.get(&parent).copied().unwrap_or_default();
        let root = match !parent.is_root() && siblings > 1 && siblings > others {
            true => pattern_of_folder(&parent) + "*",
            false => pattern_of_folder(folder),
        };
        root.trim_matches('/').to_owned()
    };
    let mut roots: Vec<String> = folders.iter().map(root).collect();
    roots.sort();
    roots.dedup();
    roots.truncate(MOST);
    roots
}
