//! Images that a cluster runs: in its manifests, in the values of a chart, and in what skaffold builds.

use std::collections::BTreeSet;

use memchr::memmem;

use super::images::ImageName;
use super::{MOST, said, string};
use crate::facts::{Artifact, Build, RunImage, Said};
use crate::sources::yaml::{self, Node, Value};
use crate::text::Text;

/// Workloads that stay, with the path to what their containers are made by.
///
/// Source: Kubernetes API reference, *Workload Resources*; Argo Rollouts; Knative Serving.
const WORKLOADS: [(&str, &[&str]); 7] = [
    (
        "CronJob",
        &["spec", "jobTemplate", "spec", "template", "spec"],
    ),
    ("DaemonSet", &["spec", "template", "spec"]),
    ("Deployment", &["spec", "template", "spec"]),
    ("Pod", &["spec"]),
    ("Rollout", &["spec", "template", "spec"]),
    ("Service", &["spec", "template", "spec"]),
    ("StatefulSet", &["spec", "template", "spec"]),
];

/// The images of the workloads that a file of manifests declares.
pub(super) fn manifest(text: &Text) -> Vec<RunImage> {
    if !any(text.bytes()) {
        return Vec::new();
    }
    let mut images = Images::default();
    for document in yaml::documents(text.bytes()).iter().flatten() {
        workload(text, document, &mut images);
        // A list of them, as `kubectl get -o yaml` prints it.
        for item in document.get("items").map_or(&[][..], Node::items) {
            workload(text, item, &mut images);
        }
    }
    images.found
}

/// Whether a text may declare a workload: a search for words, so that other files are not parsed, such as
/// definitions of resources, which are large.
fn any(bytes: &[u8]) -> bool {
    let has = |word: &[u8]| memmem::find(bytes, word).is_some();
    let is_workload = |at: usize| {
        let behind = bytes[at + b"kind:".len()..].trim_ascii_start();
        let behind = behind.strip_prefix(b"\"").unwrap_or(behind);
        let mut kinds = WORKLOADS.iter();
        kinds.any(|(kind, _)| behind.starts_with(kind.as_bytes()))
    };
    has(b"containers:") && has(b"image:") && memmem::find_iter(bytes, b"kind:").any(is_workload)
}

fn workload(text: &Text, document: &Node, images: &mut Images) {
    let kind = document.get("kind").and_then(Node::as_text);
    let known = WORKLOADS.iter().find(|(known, _)| Some(*known) == kind);
    let Some((kind, path)) = known else {
        return;
    };
    let containers = document.at(path).and_then(|pod| pod.get("containers"));
    for container in containers.map_or(&[][..], Node::items) {
        let image = container.get("image").and_then(|image| said(text, image));
        images.add(image, || format!("a {kind} runs its image"));
    }
}

/// The images that the values of a chart name: `image` with a `repository`, or as one text.
pub(super) fn chart(text: &Text) -> Vec<RunImage> {
    if memmem::find(text.bytes(), b"mage:").is_none() {
        return Vec::new();
    }
    let documents = yaml::documents(text.bytes());
    let mut images = Images::default();
    let mut left: Vec<&Node> = documents.iter().flatten().collect();
    while let Some(node) = left.pop() {
        left.extend(node.items());
        for entry in node.entries() {
            let is_image = entry.key.as_text() == Some("image");
            let named = match &entry.value.value {
                Value::Map(_) => entry.value.get("repository"),
                _ => Some(&entry.value),
            };
            if is_image && let Some(named) = named {
                let image = named.as_text().and_then(|_| said(text, named));
                images.add(image, || "a chart runs its image".into());
            }
            left.push(&entry.value);
        }
    }
    let mut images = images.found;
    images.sort_by_key(|it| it.image.excerpt.position());
    images
}

/// What builds an artifact of skaffold without a Dockerfile.
const OTHER_BUILDERS: [&str; 5] = ["bazel", "buildpacks", "custom", "jib", "ko"];

/// What skaffold builds, to deploy it.
///
/// Source: Skaffold, *skaffold.yaml reference*.
pub(super) fn skaffold(text: &Text) -> Vec<Artifact> {
    let documents = yaml::documents(text.bytes());
    let artifacts = documents.iter().flatten().filter(|document| {
        let version = document.get("apiVersion").and_then(Node::as_text);
        version.is_some_and(|version| version.starts_with("skaffold/"))
    });
    let artifacts = artifacts.filter_map(|document| document.at(&["build", "artifacts"]));
    let artifacts = artifacts.flat_map(Node::items).filter_map(|artifact| {
        let context = artifact.get("context");
        let image = said(text, artifact.get("image")?)?;
        let span = context.map_or(artifact.get("image")?.span, |context| context.span);
        Some(Artifact {
            image,
            build: Build {
                context: match context {
                    Some(context) => string(Some(context))?,
                    None => ".".into(),
                },
                dockerfile: string(artifact.at(&["docker", "dockerfile"])),
                takes_dockerfile: !OTHER_BUILDERS.iter().any(|it| artifact.get(it).is_some()),
                excerpt: text.excerpt(span),
            },
        })
    });
    artifacts.take(MOST).collect()
}

/// Images with known names, each name once.
#[derive(Default)]
struct Images {
    found: Vec<RunImage>,
    names: BTreeSet<String>,
}

impl Images {
    fn add(&mut self, image: Option<Said>, label: impl Fn() -> String) {
        let Some(image) = image else { return };
        let Some(ImageName { name, above }) = ImageName::of(&image.text) else {
            return;
        };
        let name = format!("{}/{name}", above.unwrap_or_default());
        if self.found.len() < MOST && self.names.insert(name) {
            let label = label();
            self.found.push(RunImage { image, label });
        }
    }
}
