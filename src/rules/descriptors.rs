//! What several rules ask of the descriptor of a service.

use super::{Verdict, View, Violation};
use crate::facts::{Format, Location};
use crate::graph::{ServiceEntry, ServiceId};

/// Something that every service that runs says, where any other one does.
pub(super) struct Asked {
    /// What it is called: `tier`.
    pub(super) name: &'static str,
    /// Whether any service says it.
    pub(super) is_used: bool,
    /// What to write into a descriptor of our own.
    pub(super) native: &'static str,
    /// What to write into one of Backstage.
    pub(super) backstage: &'static str,
}

/// Whether a service says what is asked.
pub(super) fn says(id: ServiceId, is_said: bool, asked: &Asked, view: &View<'_>) -> Verdict {
    let service = view.graph.service(id).service;
    if !service.runs || !asked.is_used {
        return Verdict::NotApplicable;
    }
    if is_said {
        return Verdict::Pass;
    }
    let lacks = format!("has no {}", asked.name);
    let message = format!("`{}` {lacks}, though other services have", service.name);
    Violation::new(view.service_location(id, lacks), message)
        .owners(view.answering(id))
        .help(match service.format {
            Format::Native => asked.native,
            Format::Backstage => asked.backstage,
            Format::Root => "give it a descriptor that says so, such as a `service.toml`",
        })
        .key("")
        .into()
}

/// What is wrong with something that a service needs.
pub(super) struct BadNeed {
    pub(super) message: String,
    /// What makes it so, in the descriptor of what is needed.
    pub(super) because: Location,
    pub(super) help: String,
}

/// Judges each service that one needs; what is wrong is told at the line that names the dependency.
pub(super) fn needs(
    id: ServiceId,
    view: &View<'_>,
    judge: impl Fn(ServiceId, ServiceEntry<'_>) -> Option<BadNeed>,
) -> Verdict {
    let needs = view.graph.needs(id).into_iter();
    let violations = needs.filter_map(|dependency| {
        let needed = view.graph.service(dependency.service);
        let bad = judge(dependency.service, needed)?;
        let said = &dependency.said.excerpt;
        let primary = view.descriptor_line(dependency.said_by, said, "depends on it");
        let violation = Violation::new(primary, bad.message)
            .related(bad.because)
            .owners(view.answering(id))
            .help(bad.help)
            .key(needed.service.entity.to_string());
        Some(violation)
    });
    violations.collect::<Vec<_>>().into()
}
