//! Descriptors as people write them, and as nobody should.

mod faults;
mod hostile;
mod kinds;
mod schema;
mod settling;

use super::*;
use crate::facts::{Reference, Said, Service};
use crate::text::RepoPath;

fn read_text(text: &str) -> Option<Descriptor> {
    let path = RepoPath::from("catalog-info.yaml");
    let text = Text::new(path, text.as_bytes().to_vec());
    read(&text, &ServicesReading::default(), false)
}

/// What a descriptor declares, a fact a line.
fn declared(text: &str) -> String {
    let Some(descriptor) = read_text(text) else {
        return "nothing\n".into();
    };
    let mut out = String::new();
    for service in &descriptor.services {
        show_service(service, &mut out);
    }
    for system in &descriptor.systems {
        out += &format!("{} {}", system.entity, system.name);
        out += &shown("owner", system.owner.as_slice());
        out += &shown("part of", &system.part_of);
        out += "\n";
    }
    for team in &descriptor.teams {
        out += &team
            .entity
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default();
        for (what, text) in [("handle", &team.handle), ("name", &team.name)] {
            out += &text
                .as_ref()
                .map(|text| format!(" {what}={text}"))
                .unwrap_or_default();
        }
        out += &match &team.members {
            Some(members) if members.is_empty() => " no members".into(),
            Some(members) => shown("members", members),
            None => String::new(),
        };
        out += &shown("parent", team.parent.as_slice());
        out += &shown("children", &team.children);
        out += "\n";
    }
    for person in &descriptor.people {
        out += &person
            .entity
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default();
        for (what, text) in [("login", &person.login), ("name", &person.name)] {
            out += &text
                .as_ref()
                .map(|text| format!(" {what}={text}"))
                .unwrap_or_default();
        }
        out += &person
            .emails
            .iter()
            .map(|it| format!(" email={it}"))
            .collect::<String>();
        out += &shown("member of", &person.member_of);
        out += "\n";
    }
    for target in &descriptor.targets {
        let elsewhere = if target.elsewhere { " elsewhere" } else { "" };
        let optional = if target.required { "" } else { " optional" };
        out += &format!("target {}{elsewhere}{optional}\n", target.said.text);
    }
    out + &faults_of(&descriptor)
}

fn show_service(service: &Service, out: &mut String) {
    *out += &format!("{} {} ({})", service.entity, service.name, service.kind);
    *out += &service
        .title
        .as_ref()
        .map(|it| format!(" title={it}"))
        .unwrap_or_default();
    *out += &service
        .tier()
        .map(|tier| format!(" tier={tier}"))
        .unwrap_or_default();
    let said = |said: &Said| said.text.clone();
    *out += &service
        .lifecycle
        .as_ref()
        .map(|it| format!(" {}", said(it)))
        .unwrap_or_default();
    for (what, references) in [
        ("owner", service.owner.as_slice()),
        ("part of", &service.part_of),
        ("depends on", &service.depends_on),
        ("dependency of", &service.dependency_of),
        ("provides", &service.provides),
        ("consumes", &service.consumes),
    ] {
        *out += &shown(what, references);
    }
    if !service.tags.is_empty() {
        *out += &format!(" tags={}", service.tags.join(","));
    }
    *out += &service
        .repository
        .as_ref()
        .map(|it| format!(" in {}", said(it)))
        .unwrap_or_default();
    *out += "\n";
    for link in &service.links {
        let kind = link.kind.as_deref().unwrap_or("-");
        let title = link.title.as_deref().unwrap_or("-");
        *out += &format!("  link {kind} | {title} | {}\n", link.url);
    }
}

fn shown(what: &str, references: &[Reference]) -> String {
    let names: Vec<String> = references.iter().map(|it| it.name.to_string()).collect();
    match names.is_empty() {
        true => String::new(),
        false => format!(" {what}={}", names.join(",")),
    }
}

/// The faults, with their places.
fn faults(text: &str) -> String {
    read_text(text).map(|it| faults_of(&it)).unwrap_or_default()
}

fn faults_of(descriptor: &Descriptor) -> String {
    let mut out = String::new();
    for fault in &descriptor.faults {
        let excerpt = fault.location.excerpt.as_ref().unwrap();
        let at = excerpt.position();
        let (line, column) = (at.line, at.column);
        out += &format!("{line}:{column} {} [{}]\n", fault.message, excerpt.marked());
        out += &fault
            .help
            .as_ref()
            .map(|it| format!("  help: {it}\n"))
            .unwrap_or_default();
    }
    for gap in &descriptor.gaps {
        out += &format!("gap: {}\n", gap.reason);
    }
    out
}
