//! How many copies of something run: in manifests of a cluster, in overlays over them, in the values of charts
//! and in compose files.
//!
//! A workload that does not say runs once, unless an autoscaler or an overlay that lies elsewhere says more:
//! so what does not say is not known.
//!
//! Source: Kubernetes API reference, *Deployment*, *StatefulSet* and *HorizontalPodAutoscaler*; KEDA,
//! *ScaledObject specification*; Kustomize, *replicas*; Compose Specification, *deploy* and *scale*; Helm, the
//! chart that `helm create` makes.

use memchr::memmem;

use super::{MOST, said};
use crate::facts::{Copies, Running, Said};
use crate::sources::yaml::{self, Node, YamlError};
use crate::text::Text;

/// Workloads of which a number of copies runs for as long as nobody stops them.
const COUNTED: [&str; 3] = ["Deployment", "Rollout", "StatefulSet"];

/// Workloads of which something else decides how many copies run: nodes, or requests.
const UNCOUNTED: [&str; 2] = ["DaemonSet", "Service"];

/// What scales workloads, which it names.
const SCALERS: [&str; 2] = ["HorizontalPodAutoscaler", "ScaledObject"];

/// What a file of manifests says of copies.
pub(super) fn manifest(text: &Text, running: &mut Running) {
    let bytes = text.bytes();
    let has = |word: &[u8]| memmem::find(bytes, word).is_some();
    // A patch of one path, of whatever workload it is applied to.
    running.patches_copies = has(b"/spec/replicas");
    let names_any = COUNTED.iter().chain(&UNCOUNTED).chain(&SCALERS);
    let is_overlay = text.path().to_string_lossy().to_lowercase();
    let is_overlay = is_overlay.starts_with("kustomization");
    let is_any = is_overlay && (has(b"replicas") || has(b"replacements"))
        || names_any.clone().any(|kind| has(kind.as_bytes()))
            && [&b"replicas:"[..], b"scaleTargetRef:", b"containers:"]
                .iter()
                .any(|word| has(word));
    if !is_any {
        return;
    }
    for document in &documents(bytes, running) {
        if is_overlay {
            overlay(text, document, running);
        }
        of(text, document, running);
        for item in document.get("items").map_or(&[][..], Node::items) {
            of(text, item, running);
        }
    }
    running.copies.truncate(MOST);
}

/// The documents of a file. If there are more than are read, the rest may change the number of any copies.
fn documents(bytes: &[u8], running: &mut Running) -> Vec<Node> {
    let documents = yaml::documents(bytes);
    let is_cut = |document: &Result<Node, YamlError>| document.as_ref().is_err_and(|it| it.beyond);
    running.patches_copies |= documents.iter().any(is_cut);
    documents.into_iter().flatten().collect()
}

fn of(text: &Text, document: &Node, running: &mut Running) {
    let Some(kind) = document.get("kind").and_then(Node::as_text) else {
        return;
    };
    let scalar = |path: &[&str]| document.at(path).and_then(|node| said(text, node));
    if SCALERS.contains(&kind) {
        if let Some(target) = scalar(&["spec", "scaleTargetRef", "name"]) {
            running.copies.push(Copies {
                name: target.text,
                images: Vec::new(),
                count: None,
                label: format!("a {kind} scales it"),
            });
        }
        return;
    }
    let containers = document.at(&["spec", "template", "spec", "containers"]);
    let replicas = document.at(&["spec", "replicas"]);
    let is_counted = COUNTED.contains(&kind);
    let is_known = is_counted || UNCOUNTED.contains(&kind) && containers.is_some();
    let Some(name) = scalar(&["metadata", "name"]).filter(|_| is_known) else {
        return;
    };
    // What is laid over a workload and says nothing of copies leaves them as they are.
    if replicas.is_none() && containers.is_none() {
        return;
    }
    let images = containers.map_or(&[][..], Node::items).iter();
    let images = images.filter_map(|it| said(text, it.get("image")?));
    let images: Vec<Said> = images.collect();
    let replicas = replicas.filter(|_| is_counted);
    running.copies.push(Copies {
        name: name.text,
        images,
        count: replicas.and_then(|it| number(text, it)),
        label: format!("a {kind}"),
    });
}

/// What a `kustomization.yaml` lays over workloads.
fn overlay(text: &Text, document: &Node, running: &mut Running) {
    for entry in document.get("replicas").map_or(&[][..], Node::items) {
        let Some(name) = entry.get("name").and_then(|it| said(text, it)) else {
            continue;
        };
        running.copies.push(Copies {
            name: name.text,
            images: Vec::new(),
            count: entry.get("count").and_then(|it| number(text, it)),
            label: "an overlay".into(),
        });
    }
    // Patches that are written into it are texts within the text, and a replacement may copy a number from
    // anywhere.
    let patches = ["patches", "patchesJson6902", "patchesStrategicMerge"];
    let patches = patches.iter().filter_map(|key| document.get(key));
    let inline = patches.flat_map(Node::items).any(|patch| {
        let written = patch.get("patch").unwrap_or(patch);
        written
            .as_scalar()
            .is_some_and(|text| text.contains("replicas:"))
    });
    running.patches_copies |= inline || document.get("replacements").is_some();
}

/// What the values of a chart say: of the chart, and of charts below it by their names. What the chart itself
/// says is where its users start from, so that one copy is told by values for production alone.
pub(super) fn chart(text: &Text, running: &mut Running) {
    let bytes = text.bytes();
    if memmem::find(bytes, b"replica").is_none() {
        return;
    }
    for document in &documents(bytes, running) {
        values(text, "", document, running);
        for entry in document.entries() {
            if let Some(name) = said(text, &entry.key) {
                values(text, &name.text, &entry.value, running);
            }
        }
    }
    running.copies.truncate(MOST);
}

fn values(text: &Text, name: &str, values: &Node, running: &mut Running) {
    let keys = ["replicaCount", "replicas"];
    let Some(count) = keys.iter().find_map(|key| values.get(key)) else {
        return;
    };
    let is_scaled = values.at(&["autoscaling", "enabled"]);
    let is_scaled = is_scaled.and_then(Node::as_scalar) == Some("true");
    let count =
        number(text, count).filter(|(count, _)| !is_scaled && (*count != 1 || is_live(text)));
    running.copies.push(Copies {
        name: name.to_owned(),
        images: Vec::new(),
        count,
        label: "a chart".into(),
    });
}

/// Whether a file is one of values for production, by its name.
fn is_live(text: &Text) -> bool {
    let name = text.path().to_string_lossy().to_lowercase();
    let mut words = name.split(|c: char| !c.is_ascii_alphanumeric());
    words.any(|word| matches!(word, "prod" | "production" | "live"))
}

/// What a compose file says.
pub(super) fn compose(text: &Text, running: &mut Running) {
    let has = |word: &[u8]| memmem::find(text.bytes(), word).is_some();
    if !has(b"replicas") && !has(b"scale") && !has(b"global") {
        return;
    }
    for document in &documents(text.bytes(), running) {
        let services = document.get("services").map_or(&[][..], Node::entries);
        for entry in services {
            let (Some(name), service) = (said(text, &entry.key), &entry.value) else {
                continue;
            };
            let count = service.at(&["deploy", "replicas"]);
            let count = count.or_else(|| service.get("scale"));
            let mode = service.at(&["deploy", "mode"]).and_then(Node::as_text);
            let is_global = mode.is_some_and(|mode| mode.starts_with("global"));
            if count.is_none() && !is_global {
                continue;
            }
            let image = service.get("image").and_then(|it| said(text, it));
            running.copies.push(Copies {
                name: name.text,
                images: image.into_iter().collect(),
                count: count.filter(|_| !is_global).and_then(|it| number(text, it)),
                label: "compose".into(),
            });
        }
    }
    running.copies.truncate(MOST);
}

/// A number that is written as one, and where.
fn number(text: &Text, node: &Node) -> Option<(u32, crate::text::Excerpt)> {
    let count = node.as_scalar()?.parse().ok()?;
    Some((count, text.excerpt(node.span)))
}
