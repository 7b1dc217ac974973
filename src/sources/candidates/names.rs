//! What the names of files say: which folders something is built in, and what is run from there.

use std::collections::{BTreeMap, BTreeSet};

use super::Candidates;
use crate::facts::{FileKind, Tree};
use crate::sources::evidence::is_foreign;
use crate::text::RepoPath;

/// Files by which a platform both builds and runs what lies beside them: Fly, the Serverless Framework,
/// Cloudflare Workers, Railway.
const PLATFORMS: [&str; 10] = [
    "fly.toml",
    "serverless.yml",
    "serverless.yaml",
    "serverless.json",
    "serverless.ts",
    "wrangler.toml",
    "wrangler.json",
    "wrangler.jsonc",
    "railway.toml",
    "railway.json",
];

/// Files that say how something is run where its source lies beside them, and something else where it
/// does not: Heroku and its like; App Engine, whose name for it many manifests have, too.
const PROCESSES: [&str; 3] = ["Procfile", "app.yaml", "app.yml"];

/// Files that say that source is built here, by the language's own tool.
const MANIFESTS: [&str; 17] = [
    "Cargo.toml",
    "Gemfile",
    "Package.swift",
    "Pipfile",
    "build.gradle",
    "build.gradle.kts",
    "build.sbt",
    "composer.json",
    "deno.json",
    "deps.edn",
    "go.mod",
    "mix.exs",
    "package.json",
    "pom.xml",
    "pyproject.toml",
    "requirements.txt",
    "setup.py",
];

/// Files that build an image.
const IMAGES: [&str; 2] = ["Dockerfile", "Containerfile"];

/// Folders that hold the image's file for what lies around them.
const AROUND: [&str; 8] = [
    ".docker",
    "build",
    "container",
    "deploy",
    "docker",
    "dockerfiles",
    "package",
    "src",
];

/// Folders of manifests that a cluster runs.
const DEPLOYMENTS: [&str; 17] = [
    ".k8s",
    "argocd",
    "chart",
    "charts",
    "deploy",
    "deployment",
    "deployments",
    "gitops",
    "helm",
    "helm-chart",
    "helm-charts",
    "k8s",
    "kubernetes",
    "kubernetes-manifests",
    "kustomize",
    "manifests",
    "overlays",
];

/// Words in the name of a folder whose images and manifests are not there to serve anybody.
const ASIDE: [&str; 28] = [
    "benchmark",
    "benchmarks",
    "ci",
    "codespaces",
    "devcontainer",
    "doc",
    "docs",
    "e2e",
    "example",
    "examples",
    "fixture",
    "fixtures",
    "github",
    "gitlab",
    "hack",
    "mock",
    "mocks",
    "sample",
    "samples",
    "script",
    "scripts",
    "template",
    "test",
    "testing",
    "testbed",
    "testdata",
    "tests",
    "tools",
];

/// Files that describe a service, which is no candidate any more.
const DESCRIPTORS: [&str; 8] = [
    "catalog-info.yaml",
    "catalog-info.yml",
    "cortex.yaml",
    "cortex.yml",
    "entity.datadog.yaml",
    "opslevel.yml",
    "service.datadog.yaml",
    "service.datadog.yml",
];

/// Adds what the names of the tree's files say.
pub(super) fn read(tree: &Tree, candidates: &mut Candidates) {
    let mut seen = Seen::default();
    for index in 0..tree.len() {
        let path = tree.path(index);
        if tree.kind(index) == FileKind::File && !is_foreign(path) {
            // A name that is not UTF-8 is none of those that are known.
            if let Ok(path) = std::str::from_utf8(path) {
                seen.file(path);
            }
        }
    }
    seen.tell(candidates);
}

/// What was seen of the tree.
#[derive(Default)]
struct Seen<'t> {
    /// Folders with a file that a platform builds and runs by.
    platforms: Vec<(&'t str, &'t str)>,
    /// Folders with a file that says how something is run, if it is built there.
    processes: Vec<(&'t str, &'t str)>,
    /// Folders with a language's manifest, and the first one there.
    manifests: BTreeMap<&'t str, &'t str>,
    /// Folders of which an image is made.
    images: Vec<(&'t str, &'t str)>,
    /// Folders that hold manifests of a cluster, and the first such file.
    around: BTreeMap<&'t str, &'t str>,
    /// What manifests of a cluster are named after, and the first such file.
    workloads: BTreeMap<String, &'t str>,
    descriptors: BTreeSet<&'t str>,
}

impl<'t> Seen<'t> {
    fn file(&mut self, path: &'t str) {
        let (folder, name) = split(path);
        if DESCRIPTORS.contains(&name) {
            self.descriptors.insert(folder);
        }
        if MANIFESTS.contains(&name) || name.ends_with(".csproj") {
            self.manifests.entry(folder).or_insert(path);
        }
        let (is_platform, is_process) = (PLATFORMS.contains(&name), PROCESSES.contains(&name));
        let is_image = IMAGES.contains(&name);
        let is_manifest = name.ends_with(".yaml") || name.ends_with(".yml");
        if !(is_platform || is_process || is_image || is_manifest) || is_aside(folder) {
            return;
        }
        if is_platform {
            self.platforms.push((folder, path));
        }
        if is_process {
            self.processes.push((folder, path));
        }
        if is_image {
            self.images.push((home(folder), path));
        }
        if is_manifest {
            self.manifest(path, folder, name);
        }
    }

    /// A manifest, if it lies where those of a cluster do: what lies around its folder is run by it, or
    /// what has its name.
    fn manifest(&mut self, path: &'t str, folder: &'t str, name: &'t str) {
        if name == "Chart.yaml" {
            self.around.entry(folder).or_insert(path);
            self.named(split(folder).1, path);
        }
        let mut start = 0;
        let mut is_below = false;
        for part in folder.split('/') {
            if is_below {
                self.named(part, path);
            } else if DEPLOYMENTS.contains(&part) {
                is_below = true;
                self.around
                    .entry(folder[..start].trim_end_matches('/'))
                    .or_insert(path);
            }
            start += part.len() + 1;
        }
        if is_below {
            let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
            self.named(stem, path);
        }
    }

    fn named(&mut self, name: &str, path: &'t str) {
        let key = plain(name);
        if !key.is_empty() {
            self.workloads.entry(key).or_insert(path);
        }
    }

    fn tell(self, candidates: &mut Candidates) {
        let folder_of = RepoPath::from;
        let described = |folder: &str| self.descriptors.contains(folder);
        for (folder, file) in self.platforms {
            if !described(folder) {
                candidates.built(&folder_of(folder), file.into());
                candidates.run(&folder_of(folder), file.into());
            }
        }
        for (folder, file) in self.processes {
            if let Some(&manifest) = self.manifests.get(folder)
                && !described(folder)
            {
                candidates.built(&folder_of(folder), manifest.into());
                candidates.run(&folder_of(folder), file.into());
            }
        }
        for (folder, file) in self.images {
            if described(folder) {
                continue;
            }
            candidates.built(&folder_of(folder), file.into());
            let named = || self.workloads.get(&plain(split(folder).1));
            if let Some(&run) = self.around.get(folder).or_else(named) {
                candidates.run(&folder_of(folder), run.into());
            }
        }
    }
}

/// The folder and the name of a path; the folder of what lies in the root is empty.
fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

/// The folder that an image is made of whose file lies in this one.
fn home(mut folder: &str) -> &str {
    while AROUND.contains(&split(folder).1) {
        folder = split(folder).0;
    }
    folder
}

fn is_aside(folder: &str) -> bool {
    let words = folder.split(['/', '-', '_', '.', ' ']);
    words
        .map(str::to_ascii_lowercase)
        .any(|word| ASIDE.contains(&word.as_str()))
}

/// A name without what people write differently in folders and in workloads: `cart-service` and
/// `CartService` are one.
fn plain(name: &str) -> String {
    let letters = name.chars().filter(|c| !matches!(c, '-' | '_' | '.' | ' '));
    letters.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use crate::facts::{ServiceCandidate, Tree};
    use crate::text::RepoPath;

    /// `folder: built by; run by` of each candidate.
    fn candidates(paths: &[&str]) -> Vec<String> {
        let tree: Tree = paths.iter().copied().collect();
        let names = |files: &[RepoPath]| {
            let names = files.iter().map(RepoPath::to_string_lossy);
            names.collect::<Vec<_>>().join(" ")
        };
        let shown = |candidate: &ServiceCandidate| {
            let folder = candidate.folder.to_string_lossy();
            format!(
                "{folder}: {}; {}",
                names(&candidate.build),
                names(&candidate.run)
            )
        };
        super::super::read(&tree).iter().map(shown).collect()
    }

    #[test]
    fn a_platform_file_says_both() {
        assert_eq!(
            candidates(&["api/fly.toml", "jobs/serverless.yml", "web/wrangler.jsonc"]),
            [
                "api: api/fly.toml; api/fly.toml",
                "jobs: jobs/serverless.yml; jobs/serverless.yml",
                "web: web/wrangler.jsonc; web/wrangler.jsonc",
            ]
        );
    }

    #[test]
    fn how_processes_run_says_something_where_their_source_is() {
        assert_eq!(
            candidates(&[
                "Procfile",
                "apps/guestbook/app.yaml",
                "go.mod",
                "web/app.yaml",
                "web/requirements.txt",
            ]),
            [
                ": go.mod; Procfile",
                "web: web/requirements.txt; web/app.yaml",
            ]
        );
    }

    #[test]
    fn an_image_is_run_by_manifests_around_it_or_of_its_name() {
        assert_eq!(
            candidates(&[
                "charts/cart-service/Chart.yaml",
                "kubernetes-manifests/ads.yaml",
                "src/ads/Dockerfile",
                "src/cartservice/src/Dockerfile",
                "src/lone/Dockerfile",
                "src/mail/Dockerfile",
                "src/mail/deploy/mail/values.yaml",
                "src/pay/Dockerfile",
                "src/pay/chart/Chart.yaml",
            ]),
            [
                "src/ads: src/ads/Dockerfile; kubernetes-manifests/ads.yaml",
                "src/cartservice: src/cartservice/src/Dockerfile; charts/cart-service/Chart.yaml",
                "src/lone: src/lone/Dockerfile; ",
                "src/mail: src/mail/Dockerfile; src/mail/deploy/mail/values.yaml",
                "src/pay: src/pay/Dockerfile; src/pay/chart/Chart.yaml",
            ]
        );
    }

    #[test]
    fn what_serves_nobody_or_is_described_is_none() {
        assert_eq!(
            candidates(&[
                ".devcontainer/Dockerfile",
                "api/catalog-info.yaml",
                "api/fly.toml",
                "docs/fly.toml",
                "integration-tests/Dockerfile",
                "test/e2e/Procfile",
                "test/e2e/go.mod",
                "vendor/x/Dockerfile",
            ]),
            [""; 0]
        );
    }

    #[test]
    fn the_repository_itself_can_be_one() {
        assert_eq!(
            candidates(&["Dockerfile", "k8s/base/deployment.yaml"]),
            [": Dockerfile; k8s/base/deployment.yaml"]
        );
        assert_eq!(
            candidates(&["docker/Dockerfile", "README.md"]),
            [": docker/Dockerfile; "]
        );
    }
}
