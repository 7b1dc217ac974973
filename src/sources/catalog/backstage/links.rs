//! The links of an entity: those that it lists, and those that annotations stand for.

use super::entity::{Entity, Link};
use super::fields::{Notes, Written};
use super::source_url::SourceUrl;
use crate::facts::{Said, ServiceLink};

/// Where the source of an entity is.
pub(super) const SOURCE: &str = "backstage.io/source-location";

/// Where the documentation of an entity is.
pub(super) const DOCUMENTATION: &str = "backstage.io/techdocs-ref";

/// Annotations of the usual plugins that say where somebody is on call, or where to look: what their keys
/// start with, what the link is for, and whose it is.
const PLUGINS: [(&str, &str, &str); 7] = [
    ("pagerduty.com/", "on-call", "PagerDuty"),
    ("opsgenie.com/", "on-call", "Opsgenie"),
    ("splunk.com/on-call", "on-call", "Splunk"),
    ("ilert.com/", "on-call", "ilert"),
    ("grafana/dashboard-selector", "dashboard", "Grafana"),
    ("grafana/overview-dashboard", "dashboard", "Grafana"),
    ("datadoghq.com/dashboard-url", "dashboard", "Datadog"),
];

/// All links of an entity.
pub(super) fn links(entity: &Entity<'_>, notes: &mut Notes<'_>) -> Vec<ServiceLink> {
    let mut links = Vec::new();
    for link in &entity.links {
        links.extend(notes.say(&link.url).map(|said| ServiceLink {
            kind: kind(link),
            title: link.title.map(|title| title.text.to_owned()),
            url: said.text,
            excerpt: said.excerpt,
        }));
    }
    for (key, value) in &entity.annotations {
        let text = value.text.trim();
        let (kind, title) = match PLUGINS.iter().find(|(prefix, ..)| key.starts_with(prefix)) {
            Some(&(_, kind, title)) => (kind, title),
            None if *key == DOCUMENTATION => ("docs", "TechDocs"),
            None => continue,
        };
        if text.is_empty() {
            continue;
        }
        // What a plugin knows by a key has no address; it gets one that no file has.
        let url = match text.contains("://") || *key == DOCUMENTATION {
            true => text.to_owned(),
            false => format!("{}:{text}", title.to_lowercase()),
        };
        links.extend(notes.say(value).map(|said| ServiceLink {
            kind: Some(kind.into()),
            title: Some(title.into()),
            url,
            excerpt: said.excerpt,
        }));
    }
    links
}

/// What a link is for. The type is made for saying so; an icon says it where nothing else does.
fn kind(link: &Link<'_>) -> Option<String> {
    let is_dashboard = |icon: &Written<'_>| icon.text.eq_ignore_ascii_case("dashboard");
    let says_otherwise = |title: Written<'_>| title.text.to_lowercase().contains("runbook");
    let icon = link.icon.filter(is_dashboard);
    let icon = icon.filter(|_| !link.title.is_some_and(says_otherwise));
    link.kind.or(icon).map(|kind| kind.text.to_lowercase())
}

/// The repository that an entity says its source to be in, be it this one.
pub(super) fn source_repository(entity: &Entity<'_>, notes: &mut Notes<'_>) -> Option<Said> {
    let written = entity.annotation(SOURCE)?;
    let url = SourceUrl::of_location(written.text)?;
    let said = notes.say(&written)?;
    Some(Said {
        text: url.repository.to_owned(),
        ..said
    })
}
